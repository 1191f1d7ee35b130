"""Canned replies: everybody keeps their own, supervisors those of groups and of all."""

from handoff import auth, permissions
from handoff.errors import BadInput, Conflict, NotFound
from handoff.models import Agent
from handoff.permissions import Permission
from handoff.schemas.canned import CannedWords, NewCannedReply
from handoff.services import Services
from handoff.stores.canned import CannedReply, shelf
from handoff.vocabulary import CannedScope


async def replies(services: Services, agent: Agent) -> list[CannedReply]:
    """Those this agent may use: their own first, then of their groups, then of all."""
    is_supervisor = permissions.may(agent, Permission.SUPERVISE)
    groups = [each for each in services.reference.skill_groups if is_supervisor or agent.serves(each)]
    shelves = [shelf(CannedScope.PERSONAL, agent.id, None)]
    shelves += [shelf(CannedScope.GROUP, agent.id, group) for group in groups]
    return await services.canned.on([*shelves, shelf(CannedScope.SHARED, agent.id, None)])


async def add(services: Services, agent: Agent, body: NewCannedReply) -> CannedReply:
    """A new one."""
    _check(agent, body.scope)
    if (body.scope == CannedScope.GROUP) != (body.skill_group is not None):
        raise BadInput("skill_group_needed", "技能组的快捷回复要选技能组，其他的不要选。")
    if body.skill_group is not None and body.skill_group not in services.reference.skill_groups:
        raise BadInput("unknown_skill_group", "没有这个技能组，请重新选择。")
    reply = CannedReply(id=auth.new_id("q"), **body.model_dump())
    await _put(services, agent, reply, is_new=True)
    return reply


async def change(services: Services, agent: Agent, reply_id: str, words: CannedWords) -> CannedReply:
    """Other words for one that is there."""
    reply = (await _find(services, agent, reply_id)).model_copy(update=words.model_dump())
    await _put(services, agent, reply, is_new=False)
    return reply


async def remove(services: Services, agent: Agent, reply_id: str) -> None:
    """Take one away."""
    reply = await _find(services, agent, reply_id)
    await services.canned.remove(shelf(reply.scope, agent.id, reply.skill_group), reply.id)


async def _find(services: Services, agent: Agent, reply_id: str) -> CannedReply:
    for reply in await replies(services, agent):
        if reply.id == reply_id:
            _check(agent, reply.scope)
            return reply
    raise _gone()


async def _put(services: Services, agent: Agent, reply: CannedReply, *, is_new: bool) -> None:
    why_not = await services.canned.put(shelf(reply.scope, agent.id, reply.skill_group), reply, is_new=is_new)
    if why_not == "full":
        raise Conflict("too_many_canned_replies", "快捷回复太多了，请先删除不用的。")
    if why_not is not None:
        raise _gone()


def _gone() -> NotFound:
    return NotFound("canned_reply_not_found", "这条快捷回复不存在，可能已被删除。")


def _check(agent: Agent, scope: CannedScope) -> None:
    if scope != CannedScope.PERSONAL:
        permissions.check(agent, Permission.SUPERVISE)
