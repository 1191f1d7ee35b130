"""What agents do with tickets: take, answer, hand on, call back, end, open again; and the watch over those overdue."""

import structlog

from handoff import audit, auth, drafts, metrics, texts
from handoff.audit import Action, AuditEntry
from handoff.errors import BadInput, Conflict, Forbidden, NotFound
from handoff.models import Agent, Draft, Mentioned
from handoff.permissions import Permission, may
from handoff.services import Services
from handoff.stores.conversations import Accepted
from handoff.stores.tickets import Move, TicketMove
from handoff.tickets import Ticket, TicketCounts
from handoff.usecases.customers import checked_text
from handoff.usecases.tickets import due_at, due_words
from handoff.usecases.views import now_ms
from handoff.vocabulary import NoteKind, Sender, TicketChangeKind, TicketState

log = structlog.get_logger(__name__)

OVERDUE_BATCH = 20  # tickets a round of the keeper
WATCH_ID = "ticket-watch"  # signs the note that tells supervisors; no agent has this id


async def listed(
    services: Services, agent: Agent, skill_group: str | None, state: TicketState, *, only_mine: bool = False
) -> list[Ticket]:
    """The tickets of one group, or of all that this agent serves (supervisors: all); or those the agent owns."""
    if only_mine:
        owned = await services.tickets.owned(agent.id)
        return [one for one in owned if skill_group in (None, one.skill_group)]
    groups = [group for group in _groups(services, agent) if skill_group in (None, group)]
    return await services.tickets.listed(groups, state) if groups else []


async def counts(services: Services, agent: Agent) -> TicketCounts:
    """How many tickets wait for this agent."""
    return await services.tickets.counts(_groups(services, agent), agent.id, now_ms())


async def find(services: Services, agent: Agent, ticket_id: str) -> Ticket:
    """A ticket of the agent's groups, or their own; supervisors: any."""
    ticket = await services.tickets.get(ticket_id)
    if ticket is None:
        raise NotFound("ticket_not_found", "没有找到这个工单。")
    if not _sees_all(agent) and not agent.serves(ticket.skill_group) and ticket.owner_id != agent.id:
        raise Forbidden("not_your_group", "这个工单不属于您的技能组。")
    return ticket


async def take(services: Services, agent: Agent, ticket_id: str) -> Ticket:
    """Own a ticket until it is ended or handed on; Conflict `ticket_taken` names who was first."""
    ticket = await find(services, agent, ticket_id)
    told = texts.ticket_taken(ticket.number, agent.name, due_words(services, ticket.due_at_ms))
    return await _move(
        services,
        ticket,
        Move(
            kind=TicketChangeKind.TAKEN,
            sources=[TicketState.NEW],
            to=TicketState.IN_PROGRESS,
            by=agent,
            audit=_entry(Action.TICKET_TAKEN, agent, ticket),
            change_id=auth.new_id("x"),
            once=True,
            owner=agent,
            message=_answerable(ticket, told),
        ),
    )


async def end(services: Services, agent: Agent, ticket_id: str, result: str) -> Ticket:
    """It is done; its owner and supervisors may say so, and what came of it."""
    ticket = await find(services, agent, ticket_id)
    return await _move(
        services,
        ticket,
        Move(
            kind=TicketChangeKind.DONE,
            sources=[TicketState.IN_PROGRESS],
            to=TicketState.DONE,
            by=agent,
            audit=_entry(Action.TICKET_DONE, agent, ticket),
            change_id=auth.new_id("x"),
            once=True,
            owner_only=not _sees_all(agent),
            text=result.strip(),
            result=result.strip(),
            message=drafts.system(texts.ticket_done(ticket.number, result.strip())),
        ),
    )


async def reopen(services: Services, agent: Agent, ticket_id: str, reason: str) -> Ticket:
    """It was not done after all: its owner, or the supervisor who opens it again, goes on with it."""
    ticket = await find(services, agent, ticket_id)
    if ticket.owner_id != agent.id and not _sees_all(agent):
        raise Forbidden("not_your_ticket", "只有负责这个工单的坐席或班长可以重新打开。")
    owner = await services.agents.get(ticket.owner_id) if ticket.owner_id else None
    if owner is None or owner.disabled:
        owner = agent
    due_at_ms = await due_at(services, ticket.skill_group)
    told = texts.ticket_reopened(ticket.number, owner.name, due_words(services, due_at_ms))
    return await _move(
        services,
        ticket,
        Move(
            kind=TicketChangeKind.REOPENED,
            sources=[TicketState.DONE],
            to=TicketState.IN_PROGRESS,
            by=agent,
            audit=_entry(Action.TICKET_REOPENED, agent, ticket),
            change_id=auth.new_id("x"),
            owner_only=not _sees_all(agent),
            owner=owner,
            text=reason.strip(),
            due_at_ms=due_at_ms,
            result="",
            message=_answerable(ticket, told),
        ),
    )


async def hand(
    services: Services, agent: Agent, ticket_id: str, skill_group: str | None, agent_id: str | None, reason: str
) -> Ticket:
    """Give it to a colleague or to a group's new ones: its owner, and supervisors, who hand out new ones too."""
    ticket = await find(services, agent, ticket_id)
    to = await services.agents.get(agent_id) if agent_id else None
    if agent_id and (to is None or to.disabled or not may(to, Permission.SERVE)):
        raise BadInput("unknown_agent", "没有这位同事，请重新选择。")
    if to is None and skill_group not in services.reference.skill_groups:
        raise BadInput("unknown_skill_group", "没有这个技能组，请重新选择。")
    if to is not None and to.id == ticket.owner_id and ticket.state == TicketState.IN_PROGRESS:
        raise BadInput("already_owner", f"这个工单已经由{to.name}负责。")
    group_name = (await services.groups.names()).get(skill_group or "", "")
    name = to.name if to else group_name
    is_supervisor = _sees_all(agent)
    return await _move(
        services,
        ticket,
        Move(
            kind=TicketChangeKind.HANDED,
            sources=[TicketState.IN_PROGRESS, *([TicketState.NEW] if is_supervisor else [])],
            to=TicketState.IN_PROGRESS if to else TicketState.NEW,
            by=agent,
            audit=_entry(Action.TICKET_HANDED, agent, ticket),
            change_id=auth.new_id("x"),
            owner_only=not is_supervisor,
            owner=to,
            skill_group=None if to else skill_group,
            to_name=name,
            text=reason.strip(),
            message=_answerable(ticket, texts.ticket_handed(ticket.number, f"客服{name}" if to else group_name)),
        ),
    )


async def note_call(
    services: Services, agent: Agent, ticket_id: str, client_call_id: str, *, reached: bool, text: str, again_at_ms: int
) -> Ticket:
    """What came of a call; nobody answered: the ticket is due when the next try is, and the customer knows when."""
    ticket = await find(services, agent, ticket_id)
    if not reached and again_at_ms <= now_ms():
        raise BadInput("again_in_the_past", "再次拨打的时间已经过了，请重新选择。")
    told = None if reached else texts.ticket_not_reached(ticket.number, due_words(services, again_at_ms))
    return await _move(
        services,
        ticket,
        Move(
            kind=TicketChangeKind.REACHED if reached else TicketChangeKind.NOT_REACHED,
            sources=[TicketState.IN_PROGRESS],
            to=TicketState.IN_PROGRESS,
            by=agent,
            audit=_entry(Action.TICKET_CALLED, agent, ticket),
            change_id=f"call:{client_call_id}",
            owner_only=True,
            text=text.strip(),
            due_at_ms=None if reached else again_at_ms,
            message=_answerable(ticket, told) if told else None,
        ),
    )


async def answer(services: Services, agent: Agent, ticket_id: str, text: str, client_message_id: str) -> Accepted:
    """The owner's answer goes to the customer, in the conversation."""
    checked_text(services, text)
    ticket = await find(services, agent, ticket_id)
    draft = Draft(
        id=auth.new_id("m"),
        sender=Sender.AGENT,
        sender_name=agent.name,
        text=text,
        buttons=[texts.reply_to(ticket.id)],
    )
    stored = await services.tickets.answer(
        ticket,
        agent.id,
        draft,
        f"agent:{agent.id}:{client_message_id}",
        audit=_entry(Action.TICKET_ANSWERED, agent, ticket),
    )
    if stored is None:
        raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
    if isinstance(stored, TicketMove):
        raise Conflict("not_your_ticket", "请先领取这个工单，再回复客户。", owner=stored.owner, state=stored.state)
    if not stored.duplicate:
        metrics.MESSAGES.labels(Sender.AGENT).inc()
    return stored


async def mark_read(services: Services, agent: Agent, ticket_id: str) -> Ticket:
    """The owner has read what the customer replied; nothing comes of it when others look."""
    ticket = await find(services, agent, ticket_id)
    if ticket.unread and ticket.owner_id == agent.id:
        await services.tickets.mark_read(ticket.id, agent.id)
        return await services.tickets.get(ticket.id) or ticket
    return ticket


async def look_after(services: Services) -> None:
    """One round: every supervisor is told of tickets that nobody ended in time, once for each time they were due."""
    late = await services.tickets.overdue(OVERDUE_BATCH)
    if not late:
        return
    everybody = await services.agents.all()
    told = [
        Mentioned(id=one.id, name=one.name) for one in everybody if may(one, Permission.SUPERVISE) and not one.disabled
    ]
    for ticket in late:
        who = texts.OWNED_BY.format(name=ticket.owner_name) if ticket.owner_id else texts.NOBODY_OWNS
        due = due_words(services, ticket.due_at_ms)
        # Its key makes a second keeper's note the same note. A conversation that is over takes none: the list shows it.
        await services.notes.add(
            ticket.conversation_id,
            author=Mentioned(id=WATCH_ID, name=texts.SYSTEM_NAME),
            text=texts.TICKET_OVERDUE.format(number=ticket.number, due=due, owner=who),
            mentions=told,
            kind=NoteKind.NOTE,
            note_key=f"overdue:{ticket.id}:{ticket.due_at_ms}",
        )
        if await services.tickets.note_overdue(ticket):
            metrics.TICKETS_OVERDUE.labels(ticket.skill_group).inc()
            log.info("ticket_overdue", conversation_id=ticket.conversation_id, number=ticket.number)


async def _move(services: Services, ticket: Ticket, wanted: Move) -> Ticket:
    moved = await services.tickets.move(ticket.id, wanted)
    if moved is None:
        raise NotFound("ticket_not_found", "没有找到这个工单。")
    if not moved.moved:
        raise Conflict("ticket_taken", _refusal(moved.state, moved.owner), owner=moved.owner, state=moved.state)
    log.info("ticket_moved", conversation_id=ticket.conversation_id, number=ticket.number, how=wanted.kind.value)
    return await services.tickets.get(ticket.id) or ticket


def _answerable(ticket: Ticket, text: str) -> Draft:
    """What the customer is told and may answer."""
    return drafts.system(text, buttons=[texts.reply_to(ticket.id)])


def _entry(action: Action, agent: Agent, ticket: Ticket) -> AuditEntry:
    return audit.entry(action, agent, conversation_id=ticket.conversation_id, subject=ticket.id)


def _refusal(state: TicketState | None, owner: str | None) -> str:
    if state == TicketState.DONE:
        return "这个工单已经处理完成。"
    return f"这个工单由{owner}负责。" if owner else "这个工单还没有人领取。"


def _groups(services: Services, agent: Agent) -> list[str]:
    return [group for group in services.reference.skill_groups if _sees_all(agent) or agent.serves(group)]


def _sees_all(agent: Agent) -> bool:
    return may(agent, Permission.SUPERVISE)
