"""Tickets from the customer's wish to their end: opened, taken by one agent, answered in the conversation, done."""

import zoneinfo
from datetime import datetime, timedelta

from handoff import auth, hours, metrics, texts
from handoff.errors import BadInput, Conflict, Forbidden, NotFound
from handoff.models import Agent, Conversation, Draft
from handoff.permissions import Permission, may
from handoff.services import Services
from handoff.stores.conversations import Accepted
from handoff.tickets import Ticket, find_phone
from handoff.usecases.customers import checked_text
from handoff.usecases.views import customer_name, find_conversation, now_ms
from handoff.vocabulary import Sender, TicketKind, TicketState

FALLBACK_GROUP = "general"


async def ask(services: Services, conversation: Conversation, kind: TicketKind, turn_seq: int) -> None:
    """The customer pressed a button: ask for what is missing; a known phone number is called without asking."""
    if kind == TicketKind.CALLBACK and conversation.customer and find_phone(conversation.customer.phone):
        await open_ticket(services, conversation.id, kind, conversation.last_text, ticket_key=f"ticket:{turn_seq}")
        return
    text = texts.ASK_CALLBACK if kind == TicketKind.CALLBACK else texts.ASK_MESSAGE
    await services.tickets.ask(conversation.id, kind, _system(text), f"ask:{turn_seq}")


async def open_ticket(
    services: Services,
    conversation_id: str,
    kind: TicketKind,
    text: str,
    *,
    ticket_key: str,
    phone: str | None = None,
    time_of_day: str = "",
) -> int:
    """Make a ticket, once by its key, and tell the customer; its number. Whoever waited waits no more.

    Without `phone`, the number in the text or the customer's own is taken. BadInput when a call has no number.
    """
    conversation = await find_conversation(services, conversation_id)
    own = conversation.customer.phone if conversation.customer else ""
    number = find_phone(phone) if phone else find_phone(text) or find_phone(own)
    if (phone or kind == TicketKind.CALLBACK) and not number:
        raise BadInput("no_phone", texts.NO_PHONE)
    last = conversation.request_id or conversation.last_request_id
    request = await services.queue.get(last) if last else None
    # Who found the queue full leaves it with the desk that was wanted.
    group = conversation.ticket_group or (request.skill_group if request else FALLBACK_GROUP)
    due = await _due(services, group)
    ticket = Ticket(
        id=auth.new_id("t"),
        kind=kind,
        skill_group=group,
        conversation_id=conversation.id,
        customer_name=customer_name(conversation.customer),
        phone=number or "",
        text=text.strip(),
        time_of_day=time_of_day.strip(),
        created_at_ms=now_ms(),
        due_at_ms=int(due.timestamp() * 1000),
    )
    told = texts.ticket_opened(kind, ticket.phone_masked, hours.opening_words(due, datetime.now(due.tzinfo)))
    opened = await services.tickets.open(ticket, _system(told), ticket_key)
    if opened is None:
        raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
    if not opened[1]:
        metrics.TICKETS.labels(kind, group).inc()
    return opened[0]


async def listed(services: Services, agent: Agent, skill_group: str | None, state: TicketState) -> list[Ticket]:
    """The tickets of one group, or of all that this agent serves (supervisors: all)."""
    groups = [
        group
        for group in services.reference.skill_groups
        if skill_group in (None, group) and (_sees_all(agent) or agent.serves(group))
    ]
    return await services.tickets.listed(groups, state) if groups else []


async def take(services: Services, agent: Agent, ticket_id: str) -> Ticket:
    """Own a ticket; Conflict `ticket_taken` names who was first."""
    ticket = await _find(services, agent, ticket_id)
    message = _system(texts.ticket_taken(ticket.number, agent.name))
    return await _move(services, agent, ticket, TicketState.IN_PROGRESS, message)


async def end(services: Services, agent: Agent, ticket_id: str) -> Ticket:
    """It is done; its owner and supervisors may say so."""
    ticket = await _find(services, agent, ticket_id)
    return await _move(services, agent, ticket, TicketState.DONE, _system(texts.ticket_done(ticket.number)))


async def answer(services: Services, agent: Agent, ticket_id: str, text: str, client_message_id: str) -> Accepted:
    """The owner's answer goes to the customer, in the conversation."""
    checked_text(services, text)
    ticket = await _find(services, agent, ticket_id)
    if ticket.owner_id != agent.id or ticket.state != TicketState.IN_PROGRESS:
        raise Conflict("not_your_ticket", "请先领取这个工单，再回复客户。")
    draft = Draft(id=auth.new_id("m"), sender=Sender.AGENT, sender_name=agent.name, text=text)
    stored = await services.conversations.append(
        ticket.conversation_id, draft, message_key=f"agent:{agent.id}:{client_message_id}"
    )
    if not isinstance(stored, Accepted):
        raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
    if not stored.duplicate:
        metrics.MESSAGES.labels(Sender.AGENT).inc()
    return stored


async def _move(services: Services, agent: Agent, ticket: Ticket, to: TicketState, message: Draft) -> Ticket:
    moved = await services.tickets.move(
        ticket.id, to, agent.id, agent.name, message, any_owner=to == TicketState.DONE and _sees_all(agent)
    )
    if moved is None:
        raise NotFound("ticket_not_found", "没有找到这个工单。")
    if not moved.moved:
        who = f"由{moved.owner}负责" if moved.owner else "还没有人领取"
        raise Conflict("ticket_taken", f"这个工单{who}。", owner=moved.owner, state=moved.state)
    return await services.tickets.get(ticket.id) or ticket


async def _find(services: Services, agent: Agent, ticket_id: str) -> Ticket:
    ticket = await services.tickets.get(ticket_id)
    if ticket is None:
        raise NotFound("ticket_not_found", "没有找到这个工单。")
    if not _sees_all(agent) and not agent.serves(ticket.skill_group) and ticket.owner_id != agent.id:
        raise Forbidden("not_your_group", "这个工单不属于您的技能组。")
    return ticket


def _sees_all(agent: Agent) -> bool:
    return may(agent, Permission.SUPERVISE)


async def _due(services: Services, skill_group: str) -> datetime:
    """So long after people are there: the group's next opening, or now, when it is open or no opening is known."""
    now = datetime.now(zoneinfo.ZoneInfo(services.settings.time_zone))
    opens = (await services.hours.working()).next_opening(skill_group, now) or now
    return opens + timedelta(seconds=services.settings.ticket_due_s)


def _system(text: str) -> Draft:
    return Draft(id=auth.new_id("m"), sender=Sender.SYSTEM, sender_name=texts.SYSTEM_NAME, text=text)
