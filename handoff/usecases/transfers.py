"""A served conversation changes hands: to a group, to another agent, to a supervisor, or back when an agent is lost."""

import time
from typing import Any

import structlog

from handoff import audit, drafts, metrics, permissions, texts
from handoff.audit import Action, AuditEntry
from handoff.errors import BadInput, Conflict, Forbidden, IllegalMove, NotFound, OtherService
from handoff.models import Agent
from handoff.permissions import Permission
from handoff.services import Services
from handoff.states import Move
from handoff.vocabulary import Presence

log = structlog.get_logger(__name__)


async def to_group(
    services: Services,
    agent: Agent,
    conversation_id: str,
    skill_group: str,
    reason: str,
    request_id: str | None = None,
) -> None:
    """Back into the queue of a group, at its head, with the same context. Supervisors may transfer any.

    With `request_id` a late repetition does not give away the next service: OtherService.
    """
    names = await services.groups.names()
    if skill_group not in names:
        raise BadInput("unknown_skill_group", "没有这个技能组，请重新选择。", allowed=list(names))
    owner = await _owner(services, agent, conversation_id)
    result = await services.served.requeue(
        conversation_id,
        owner,
        skill_group=skill_group,
        to_head=True,
        message=drafts.system(texts.TRANSFERRED_TO_GROUP.format(group=names[skill_group])),
        why=reason,
        transfer=(names[skill_group], reason.strip()),
        request_id=request_id,
        audit=_entry(agent, conversation_id, to_group=skill_group),
    )
    _raise_refusal(result, Move.REQUEUE)
    log.info("transferred", conversation_id=conversation_id, agent_id=agent.id, skill_group=skill_group)


async def to_agent(
    services: Services, agent: Agent, conversation_id: str, to_id: str, reason: str, request_id: str | None = None
) -> None:
    """Into another agent's hands, who must be online and have room. Supervisors may take over any themselves."""
    to = await services.agents.get(to_id)
    if to is None:
        raise NotFound("agent_not_found", "没有找到这位坐席。")
    if to.presence != Presence.ONLINE and to.id != agent.id:
        raise Conflict("agent_not_online", f"{to.name}现在不在线，请选择其他坐席。")
    owner = await _owner(services, agent, conversation_id)
    message = drafts.system(texts.TRANSFERRED_TO_AGENT.format(name=to.name))
    entry = _entry(agent, conversation_id, to_agent=to.id)
    result = await services.served.reassign(
        conversation_id, owner, to, message=message, why=reason.strip(), request_id=request_id, audit=entry
    )
    if result.get("full"):
        raise Conflict("at_capacity", f"{to.name}正在接待的会话已满，请选择其他坐席。", capacity=to.capacity)
    _raise_refusal(result, Move.REASSIGN)
    log.info("transferred", conversation_id=conversation_id, agent_id=agent.id, to_agent_id=to.id)


async def give_back_lost(services: Services) -> int:
    """Put the conversations of agents who are no longer heard of back to the head of the queue; how many."""
    lost_before_ms = time.time_ns() // 1_000_000 - services.settings.agent_lost_s * 1000
    seen_ms = await services.agents.seen_ms()
    count = 0
    for agent in await services.agents.all():
        if agent.active == 0 or seen_ms.get(agent.id, 0) >= lost_before_ms:
            continue
        for conversation_id in await services.agents.conversation_ids(agent.id):
            message = drafts.system(texts.AGENT_LOST.format(name=agent.name))
            result = await services.served.requeue(
                conversation_id,
                agent.id,
                skill_group=None,
                to_head=True,
                message=message,
                why="agent_lost",
                transfer=(texts.QUEUE_NAME, texts.AGENT_LOST_WHY),
            )
            if not result.get("requeued"):
                continue
            count += 1
            metrics.AGENTS_LOST.inc()
            log.warning("agent_lost", conversation_id=conversation_id, agent_id=agent.id)
    return count


async def _owner(services: Services, agent: Agent, conversation_id: str) -> str:
    """Whose the conversation is to give: the agent's own, or any for supervisors."""
    if not permissions.may(agent, Permission.SUPERVISE):
        return agent.id
    conversation = await services.conversations.get(conversation_id)
    if conversation is None:
        raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
    # Who had it last, when the transfer is repeated.
    return conversation.agent_id or conversation.last_agent_id or agent.id


def _entry(agent: Agent, conversation_id: str, **to: str) -> AuditEntry:
    return audit.entry(Action.TRANSFERRED, agent, conversation_id=conversation_id, details=to)


def _raise_refusal(result: dict[str, Any], move: Move) -> None:
    if result.get("missing"):
        raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
    if result.get("stale"):
        raise OtherService
    if result.get("not_yours"):
        raise Forbidden("not_your_conversation", "这个会话正由其他客服接待，不能转接。", is_recorded=True)
    if "illegal" in result:
        raise IllegalMove(move, result["illegal"])
