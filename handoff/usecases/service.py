"""What an agent does with conversations: see the queue, claim, read, reply, close."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from handoff import audit, auth, drafts, metrics, permissions, rules, texts
from handoff.audit import Action
from handoff.errors import BadInput, Conflict, Forbidden, IllegalMove, NotFound, OtherService
from handoff.models import Agent, Conversation, Draft, FollowUp, HandoffRequest
from handoff.permissions import Permission
from handoff.schemas.agent import (
    AgentConversation,
    AgentConversationSummary,
    NewFollowUp,
    Reply,
    RequestSummary,
    Reserved,
)
from handoff.services import Services
from handoff.states import Move
from handoff.stores.conversations import Accepted, Refused
from handoff.usecases import attachments, same_customer, watching
from handoff.usecases.customers import checked_text
from handoff.usecases.desk import overflows_now
from handoff.usecases.quota import reply_quota
from handoff.usecases.views import (
    customer_name,
    find_conversation,
    latest,
    now_ms,
    readable_conversation,
    request_summary,
    summary,
)
from handoff.vocabulary import ConversationState, Sender

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Lost:
    """Somebody else was faster, or the customer no longer waits (`claimed_by` None)."""

    claimed_by: str | None


async def queue_for(services: Services, agent: Agent) -> list[RequestSummary]:
    """Everybody who waits and whom this agent may serve, next one first."""
    waiting = await services.board.waiting()
    overflows = await overflows_now(services)
    mine = [pair for pair in waiting if _may_claim(agent, pair[0], overflows)]
    kept = await _reserved(services, agent, [request for request, _ in mine])
    return [request_summary(agent, *pair, kept.get(pair[0].id)) for pair in mine]


async def claim(services: Services, agent: Agent, request_id: str) -> AgentConversation | Lost:
    """Take a request. Losing the race is a normal result; Conflict `at_capacity` when the agent has enough to do."""
    request = await services.queue.get(request_id)
    if request is None:
        raise NotFound("request_not_found", "没有找到这个转人工请求，可能已经过期。")
    if not _may_claim(agent, request, await overflows_now(services)):
        raise Forbidden("other_skill_group", "这个请求属于其他技能组，您不能接待。")
    if kept := (await _reserved(services, agent, [request])).get(request.id):
        raise Conflict(
            "reserved",
            f"这位客户刚由{kept.agent_name}接待过，先留给{kept.agent_name}，稍后还没人接您就能接。",
            **kept.model_dump(),
        )
    message = drafts.system(texts.CLAIMED.format(name=agent.name))
    entry = audit.entry(Action.CLAIMED, agent, conversation_id=request.conversation_id, subject=request_id)
    result = await services.queue.claim(request_id, agent.id, agent.name, agent.capacity, message, audit=entry)
    metrics.CLAIMS.labels("won" if result.won else "full" if result.full else "lost").inc()
    if result.full:
        raise Conflict(
            "at_capacity", f"您已在接待 {agent.capacity} 个会话，请先结束一个再接待。", capacity=agent.capacity
        )
    if result.illegal is not None:
        raise IllegalMove(Move.CLAIM, result.illegal)
    if not result.won or result.conversation_id is None:
        return Lost(result.claimed_by)
    log.info("claimed", conversation_id=result.conversation_id, agent_id=agent.id)
    return await readable_conversation(services, await find_conversation(services, result.conversation_id))


async def my_conversations(services: Services, agent: Agent) -> list[AgentConversationSummary]:
    """The conversations an agent serves, latest message first."""
    ids = await services.agents.conversation_ids(agent.id)
    conversations = [found for found in await services.conversations.get_many(ids) if found]
    return await summaries(services, conversations)


async def summaries(services: Services, conversations: list[Conversation]) -> list[AgentConversationSummary]:
    """Rows for a list, latest message first."""
    requests = {
        request.id: request
        for request in await services.queue.get_many([c.request_id for c in conversations if c.request_id])
    }
    watchers = await watching.watcher_names(services, [c.id for c in conversations])
    quotas = await asyncio.gather(*(reply_quota(services, c) for c in conversations))
    news = await asyncio.gather(*(latest(services, c) for c in conversations))
    rows = [
        summary(c, requests.get(c.request_id) if c.request_id else None, quota, new, watchers.get(c.id, ()))
        for c, quota, new in zip(conversations, quotas, news, strict=True)
    ]
    return sorted(rows, key=lambda row: row.last_message_at_ms, reverse=True)


async def read(services: Services, agent: Agent, conversation_id: str, after: int = 0) -> AgentConversation:
    """A conversation with its context: mine, one I could claim, one I closed last, or any for supervisors."""
    conversation = await find_conversation(services, conversation_id)
    if not await may_read(services, agent, conversation):
        raise Forbidden("not_your_conversation", "这个会话不由您接待，不能查看。")
    return await readable_conversation(services, conversation, known_seq=after)


async def reply(services: Services, agent: Agent, conversation_id: str, wanted: Reply) -> Accepted:
    """Write to the customer; only who serves the conversation may."""
    files = await attachments.take(services, conversation_id, wanted.attachments)
    draft = Draft(
        id=auth.new_id("m"),
        sender=Sender.AGENT,
        sender_name=agent.name,
        text=attachments.text_for(wanted.text, files),
        attachments=files,
    )
    checked_text(services, draft.text)
    result = await services.conversations.append(
        conversation_id,
        draft,
        message_key=f"agent:{agent.id}:{wanted.client_message_id}",
        state=ConversationState.ACTIVE,
        agent_id=agent.id,
        remind_after_s=services.settings.silent_remind_s,
        articles=wanted.articles,
    )
    if result is None:
        raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
    if isinstance(result, Refused):
        if result.state == ConversationState.ACTIVE:
            raise Forbidden("not_your_conversation", "这个会话正由其他客服接待，不能回复。")
        raise Conflict("not_active", "这个会话现在不在人工服务中，不能回复。", state=result.state)
    if not result.duplicate:
        metrics.MESSAGES.labels(Sender.AGENT).inc()
    return result


async def close(
    services: Services,
    agent: Agent,
    conversation_id: str,
    disposition: str,
    summary: str | None,
    resolved: bool,
    follow_up: NewFollowUp | None = None,
    request_id: str | None = None,
) -> Conversation:
    """End the service with its wrap-up; the assistant serves again. Supervisors may end any.

    With `request_id` a late repetition does not end the next service of the same customer: OtherService.
    """
    if disposition not in services.reference.dispositions:
        raise BadInput(
            "unknown_disposition", "没有这个小结分类，请重新选择。", allowed=list(services.reference.dispositions)
        )
    message = drafts.system(texts.FINISHED, buttons=texts.SATISFACTION)
    result = await services.served.finish(
        conversation_id,
        agent.id,
        may_all=permissions.may(agent, Permission.SUPERVISE),
        disposition=disposition,
        summary=summary,
        resolved=resolved,
        message=message,
        follow_up=await _follow_up(services, agent, conversation_id, follow_up) if follow_up else None,
        request_id=request_id,
        audit=audit.entry(Action.CLOSED, agent, conversation_id=conversation_id, details={"disposition": disposition}),
    )
    if result.get("missing"):
        raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
    if result.get("stale"):
        raise OtherService
    if result.get("not_yours"):
        raise Forbidden("not_your_conversation", "这个会话正由其他客服接待，不能结束。", is_recorded=True)
    if "illegal" in result:
        raise IllegalMove(Move.FINISH, result["illegal"])
    log.info("finished", conversation_id=conversation_id, agent_id=agent.id, disposition=disposition)
    return await find_conversation(services, conversation_id)


def _may_claim(agent: Agent, request: HandoffRequest, overflows: Mapping[str, rules.Overflow]) -> bool:
    if not permissions.may(agent, Permission.SERVE):
        return False
    if permissions.may(agent, Permission.SUPERVISE) or request.preferred_agent_id == agent.id:
        return True
    waited_s = (now_ms() - request.requested_at_ms) / 1000
    return rules.serves(agent.skill_groups, request.skill_group, waited_s, overflows.get(request.skill_group))


async def _reserved(services: Services, agent: Agent, requests: Sequence[HandoffRequest]) -> dict[str, Reserved]:
    """Which of these are kept for another agent now: one who is there and has room, and for a bounded wait only.

    Supervisors take what they want.
    """
    if permissions.may(agent, Permission.SUPERVISE):
        return {}
    kept_ms, now = services.settings.preferred_wait_s * 1000, now_ms()
    returned = [
        request
        for request in requests
        if request.preferred_agent_id not in (None, agent.id) and now < request.requested_at_ms + kept_ms
    ]
    if not returned:  # nearly always: then nobody is asked who is there
        return {}
    able = {other.id: other for other in await services.agents.online() if other.active < other.capacity}
    return {
        request.id: Reserved(
            agent_name=able[request.preferred_agent_id].name, until_ms=int(request.requested_at_ms + kept_ms)
        )
        for request in returned
        if request.preferred_agent_id in able
    }


async def _follow_up(services: Services, agent: Agent, conversation_id: str, wanted: NewFollowUp) -> FollowUp:
    by = agent if wanted.by in (None, agent.id) else await services.agents.get(str(wanted.by))
    if by is None:
        raise BadInput("unknown_agent", "负责跟进的同事不存在，请重新选择。")
    conversation = await find_conversation(services, conversation_id)
    return FollowUp(
        request_id=conversation.request_id or "",
        conversation_id=conversation_id,
        customer_name=customer_name(conversation.customer),
        what=wanted.what.strip(),
        due_at_ms=wanted.due_at_ms,
        by_id=by.id,
        by_name=by.name,
    )


async def may_read(services: Services, agent: Agent, conversation: Conversation) -> bool:
    """Mine, one I could claim, served last, am named in or must follow up; all for supervisors."""
    if permissions.may(agent, Permission.SUPERVISE) or agent.id in (conversation.agent_id, conversation.last_agent_id):
        return True
    # The same customer's conversation on another channel, for whoever serves them now.
    if any(agent.id == other.agent_id for other in await same_customer.others(services, conversation)):
        return True
    if any(agent.id == one.id for note in await services.notes.of(conversation.id) for one in note.mentions):
        return True
    if any(one.conversation_id == conversation.id for one in await services.service_ends.follow_ups(agent.id)):
        return True
    tickets = await services.tickets.of_conversation(conversation.id)
    if any(one.owner_id == agent.id or (one.owner_id is None and agent.serves(one.skill_group)) for one in tickets):
        return True  # whoever may take a ticket reads first what it is about
    if conversation.state != ConversationState.QUEUED or conversation.request_id is None:
        return False
    request = await services.queue.get(conversation.request_id)
    return request is not None and _may_claim(agent, request, await overflows_now(services))
