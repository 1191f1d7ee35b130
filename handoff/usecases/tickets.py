"""Tickets as customers know them: asked for, opened, told how they stand."""

import zoneinfo
from datetime import datetime, timedelta

from handoff import auth, clock, drafts, hours, metrics, texts
from handoff.errors import BadInput, NotFound
from handoff.models import Conversation
from handoff.services import Services
from handoff.skill_groups import GENERAL
from handoff.tickets import Ticket
from handoff.usecases.views import customer_name, find_conversation, now_ms
from handoff.vocabulary import TicketKind, TicketState
from privacy.numbers import find_phone

TOLD_TICKETS = 5  # more are too many for one message


async def ask(services: Services, conversation: Conversation, kind: TicketKind, turn_seq: int) -> None:
    """The customer pressed a button: ask for what is missing; a known phone number is called without asking."""
    if kind == TicketKind.CALLBACK and conversation.customer and find_phone(conversation.customer.phone):
        await open_ticket(services, conversation.id, kind, conversation.last_text, ticket_key=f"ticket:{turn_seq}")
        return
    text = texts.ASK_CALLBACK if kind == TicketKind.CALLBACK else texts.ASK_MESSAGE
    await services.conversations.ask(conversation.id, kind, drafts.system(text), f"ask:{turn_seq}")


async def open_ticket(
    services: Services,
    conversation_id: str,
    kind: TicketKind,
    text: str,
    *,
    ticket_key: str,
    phone: str | None = None,
    time_of_day: str = "",
    name: str = "",
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
    group = conversation.ticket_group or (request.skill_group if request else GENERAL)
    due_at_ms = await due_at(services, group)
    ticket = Ticket(
        id=auth.new_id("t"),
        kind=kind,
        skill_group=group,
        conversation_id=conversation.id,
        channel=conversation.outlet,
        customer_name=name.strip() or customer_name(conversation.customer),
        phone=number or "",
        text=text.strip() or conversation.last_text,
        time_of_day=time_of_day.strip(),
        created_at_ms=now_ms(),
        due_at_ms=due_at_ms,
    )
    told = texts.ticket_opened(kind, ticket.phone_masked, due_words(services, due_at_ms))
    opened = await services.tickets.open(ticket, drafts.system(told), ticket_key)
    if opened is None:
        raise NotFound("conversation_not_found", "没有找到这个会话，可能已经过期。")
    if not opened[1]:
        metrics.TICKETS.labels(kind, group).inc()
    return opened[0]


async def tell(services: Services, conversation: Conversation) -> str:
    """How the customer's tickets stand, in words: open ones first, the latest few."""
    found = await services.tickets.of_conversation(conversation.id)
    latest = sorted(found, key=lambda one: (one.state == TicketState.DONE, -one.number))[:TOLD_TICKETS]
    lines = [
        texts.ticket_line(
            one.number, one.kind, one.state, one.owner_name or "", due_words(services, one.due_at_ms), one.result
        )
        for one in latest
    ]
    return "\n".join(lines) or texts.NO_TICKETS


def due_words(services: Services, due_at_ms: int) -> str:
    """A time as people say it: 今天 14:00."""
    zone = zoneinfo.ZoneInfo(services.settings.time_zone)
    return hours.opening_words(datetime.fromtimestamp(due_at_ms / 1000, zone), clock.local(services.settings.time_zone))


async def due_at(services: Services, skill_group: str) -> int:
    """So long after people are there: the group's next opening, or now, when it is open or no opening is known."""
    now = clock.local(services.settings.time_zone)
    opens = (await services.hours.working()).next_opening(skill_group, now) or now
    return int((opens + timedelta(seconds=services.settings.ticket_due_s)).timestamp() * 1000)
