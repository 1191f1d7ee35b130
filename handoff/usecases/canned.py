"""Canned replies: who serves keeps their own; supervisors and trainers keep those of groups and of all."""

from handoff import audit, auth, permissions
from handoff.audit import Action, AuditEntry
from handoff.canned_file import FileReply, read_replies, written
from handoff.errors import BadInput, Conflict, NotFound
from handoff.models import Agent
from handoff.permissions import Permission
from handoff.schemas.canned import CannedImport, CannedImported, CannedOrder, CannedWords, NewCannedReply
from handoff.services import Services
from handoff.stores.canned import CannedReply, shelf
from handoff.vocabulary import CannedScope


async def replies(services: Services, agent: Agent) -> list[CannedReply]:
    """Those this agent may use or keep: their own first, then of their groups, then of all."""
    keeps_all = permissions.may(agent, Permission.KEEP_REPLIES)
    groups = [each for each in services.reference.skill_groups if keeps_all or agent.serves(each)]
    shelves = [shelf(CannedScope.PERSONAL, agent.id, None)]
    shelves += [shelf(CannedScope.GROUP, agent.id, group) for group in groups]
    return await services.canned.on([*shelves, shelf(CannedScope.SHARED, agent.id, None)])


async def add(services: Services, agent: Agent, body: NewCannedReply) -> CannedReply:
    """A new one, before those that were there."""
    _check_shelf(services, agent, body.scope, body.skill_group)
    reply = CannedReply(id=auth.new_id("q"), **body.model_dump())
    await _put(services, agent, [reply], is_new=True, entry=_entry(agent, reply.id))
    return reply


async def change(services: Services, agent: Agent, reply_id: str, words: CannedWords) -> CannedReply:
    """Other words for one that is there."""
    reply = (await _find(services, agent, reply_id)).model_copy(update=words.model_dump())
    await _put(services, agent, [reply], is_new=False, entry=_entry(agent, reply.id))
    return reply


async def remove(services: Services, agent: Agent, reply_id: str) -> None:
    """Take one away."""
    reply = await _find(services, agent, reply_id)
    where = shelf(reply.scope, agent.id, reply.skill_group)
    await services.canned.remove(where, reply.id, audit=_entry(agent, reply.id))


async def arrange(services: Services, agent: Agent, order: CannedOrder) -> list[CannedReply]:
    """Put one's own, a group's or the shared ones in another order."""
    _check_shelf(services, agent, order.scope, order.skill_group)
    where = shelf(order.scope, agent.id, order.skill_group)
    await services.canned.arrange(where, order.ids, audit=_entry(agent))
    return await services.canned.on([where])


async def exported(services: Services, agent: Agent) -> str:
    """All that are not somebody's own, as a file that `import_file` reads."""
    found = await replies(services, agent)
    return written([reply for reply in found if reply.scope != CannedScope.PERSONAL])


async def import_file(services: Services, agent: Agent, body: CannedImport) -> CannedImported:
    """Add what a file has and the shelves do not. With a single mistake in it, nothing is added."""
    wanted, problems = read_replies(body.text, services.reference.skill_groups)
    known = {_sameness(reply) for reply in await replies(services, agent)}
    new: list[FileReply] = []
    for row in wanted:
        if _sameness(row) not in known:
            known.add(_sameness(row))
            new.append(row)
    if new and not problems and not body.dry_run:
        added = [CannedReply(id=auth.new_id("q"), **row.model_dump()) for row in new]
        await _put(services, agent, added, is_new=True, entry=_entry(agent))
    return CannedImported(new=len(new), known=len(wanted) - len(new), problems=problems)


def _sameness(reply: CannedReply | FileReply) -> tuple[CannedScope, str | None, str]:
    return reply.scope, reply.skill_group, "".join(reply.text.split())


async def _find(services: Services, agent: Agent, reply_id: str) -> CannedReply:
    for reply in await replies(services, agent):
        if reply.id == reply_id:
            _check(agent, reply.scope)
            return reply
    raise _gone()


async def _put(services: Services, agent: Agent, wanted: list[CannedReply], *, is_new: bool, entry: AuditEntry) -> None:
    on_shelves = [(shelf(one.scope, agent.id, one.skill_group), one) for one in wanted]
    why_not = await services.canned.put(on_shelves, is_new=is_new, audit=entry)
    if why_not == "full":
        raise Conflict("too_many_canned_replies", "快捷回复太多了，请先删除不用的。")
    if why_not is not None:
        raise _gone()


def _entry(agent: Agent, reply_id: str | None = None) -> AuditEntry:
    return audit.entry(Action.SETTINGS_CHANGED, agent, subject=reply_id, details={"what": "canned_replies"})


def _gone() -> NotFound:
    return NotFound("canned_reply_not_found", "这条快捷回复不存在，可能已被删除。")


def _check_shelf(services: Services, agent: Agent, scope: CannedScope, skill_group: str | None) -> None:
    _check(agent, scope)
    if (scope == CannedScope.GROUP) != (skill_group is not None):
        raise BadInput("skill_group_needed", "技能组的快捷回复要选技能组，其他的不要选。")
    if skill_group is not None and skill_group not in services.reference.skill_groups:
        raise BadInput("unknown_skill_group", "没有这个技能组，请重新选择。")


def _check(agent: Agent, scope: CannedScope) -> None:
    permissions.check(agent, Permission.SERVE if scope == CannedScope.PERSONAL else Permission.KEEP_REPLIES)
