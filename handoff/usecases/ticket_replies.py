"""What customers answer to the people of their ticket: asked for, offered, added to it."""

from handoff import drafts, intake, metrics, texts
from handoff.errors import StorageUnavailable
from handoff.models import Button, Conversation, Draft, Mentioned, Outcome, WaitingTurn
from handoff.services import Services
from handoff.stores.tickets import Reply
from handoff.tickets import Ticket
from handoff.usecases.tickets import due_words
from handoff.usecases.views import customer_name, now_ms
from handoff.vocabulary import Presence, Sender, TicketState
from privacy.numbers import shortened

TRIES = 5  # a ticket changes hands now and then, not again and again
NOTE_LENGTH = 80  # characters of a reply that the note about it shows; the reply itself stands beside it
DESK_ID = "ticket-desk"  # signs the note that tells of a reply; no agent has this id


async def ask(services: Services, conversation: Conversation, turn: WaitingTurn) -> None:
    """The customer wants to answer: say that the next text is it, or that the ticket is done."""
    ticket = await _find(services, conversation, intake.ticket_to_answer(turn.payload))
    if ticket is None:
        said = drafts.system(texts.TICKET_GONE)
    elif ticket.state == TicketState.DONE:
        said = drafts.system(texts.ticket_is_done(ticket.number), buttons=[texts.TRANSFER])
    else:
        said = drafts.system(texts.ask_reply(ticket.number, ticket.owner_name), buttons=[texts.NO_REPLY])
    # Its key makes a second worker's message of the same turn the same message.
    await services.conversations.append(conversation.id, said, message_key=f"ask:{turn.seq}")


async def add(services: Services, conversation: Conversation, turn: WaitingTurn) -> None:
    """What the customer was asked for goes to the ticket."""
    await _add(services, conversation, turn.ticket, turn.seq, turn.text, turn.seq)


async def give(services: Services, conversation: Conversation, turn: WaitingTurn) -> None:
    """What the customer said before was meant for the ticket."""
    ticket_id, seq = intake.wanted_ticket(turn.payload or "")
    try:
        said = await services.conversations.messages(conversation.id, seq - 1, 1) if seq else []
    except StorageUnavailable:
        # It is in the archive, and that is away. Where Redis is, telling this fails too, and the turn waits for it.
        again = [texts.give_to(ticket_id, seq), texts.reply_to(ticket_id)] if ticket_id else []
        await _tell(services, conversation, texts.NOT_GIVEN, turn.seq, *again)
        return
    if said and said[0].sender == Sender.CUSTOMER:
        await _add(services, conversation, ticket_id, seq, said[0].text, turn.seq)


async def with_offer(
    services: Services, conversation: Conversation, turn: WaitingTurn, outcome: Outcome | None, said: list[Draft]
) -> list[Draft]:
    """What the assistant says; to a text it did not understand, with the offer to give that to the ticket's people."""
    if not said or not intake.may_be_reply(conversation, turn, outcome, now_ms()):
        return said
    ticket = await _find(services, conversation, conversation.ticket_told)
    if ticket is None or ticket.state == TicketState.DONE:
        return said
    # In the last message and not after it: its buttons stay in sight, and on channels that count it costs no reply.
    last = said[-1]
    text = f"{last.text}\n{texts.offer_reply(ticket.number, ticket.owner_name)}".strip()
    buttons = [*last.buttons, texts.give_to(ticket.id, turn.seq)]
    return [*said[:-1], last.model_copy(update={"text": text, "buttons": buttons})]


async def offer_for_file(services: Services, conversation_id: str, seq: int) -> list[Button]:
    """The button that gives a file, which the assistant cannot read, to the people of a ticket who wrote lately."""
    conversation = await services.conversations.get(conversation_id)
    if conversation is None or not intake.was_told_lately(conversation, now_ms()):
        return []
    ticket = await _find(services, conversation, conversation.ticket_told)
    return [texts.give_to(ticket.id, seq)] if ticket and ticket.state != TicketState.DONE else []


async def _add(
    services: Services, conversation: Conversation, ticket_id: str | None, seq: int, text: str, turn_seq: int
) -> None:
    for _ in range(TRIES):
        ticket = await _find(services, conversation, ticket_id)
        if ticket is None:
            break
        added = await services.tickets.reply(
            ticket,
            Reply(
                seq=seq,
                turn_seq=turn_seq,
                by_name=customer_name(conversation.customer),
                text=text,
                message=_told(services, ticket),
                note=texts.reply_note(ticket.number, _shortened(text)),
                author=Mentioned(id=DESK_ID, name=texts.SYSTEM_NAME),
                mentions=await _concerned(services, ticket),
            ),
        )
        if added is None:
            break
        if added.is_new:
            metrics.TICKET_REPLIES.labels(ticket.skill_group).inc()
        if not added.is_new and not added.has_changed and added.turn_seq != turn_seq:
            await _tell(services, conversation, texts.GIVEN_BEFORE, turn_seq)
        if not added.has_changed:
            return
    await _tell(services, conversation, texts.TICKET_GONE, turn_seq)


async def _tell(services: Services, conversation: Conversation, text: str, turn_seq: int, *buttons: Button) -> None:
    said = drafts.system(text, buttons=buttons)
    await services.conversations.append(conversation.id, said, message_key=f"reply-told:{turn_seq}")


async def _concerned(services: Services, ticket: Ticket) -> list[Mentioned]:
    """Who is told: the owner, and while the owner is not there, whoever of the group is."""
    owner = await services.agents.get(ticket.owner_id) if ticket.owner_id else None
    told = [owner] if owner is not None else []
    if owner is None or owner.presence != Presence.ONLINE:
        told += [one for one in await services.agents.online() if one.serves(ticket.skill_group)]
    return [Mentioned(id=one.id, name=one.name) for one in told]


def _told(services: Services, ticket: Ticket) -> Draft:
    if ticket.state == TicketState.DONE:
        return drafts.system(texts.replied_to_done(ticket.number, ticket.owner_name), buttons=[texts.TRANSFER])
    due = due_words(services, ticket.due_at_ms) if ticket.due_at_ms > now_ms() else None
    told = texts.ticket_replied(ticket.number, ticket.owner_name, due)
    return drafts.system(told, buttons=[texts.reply_to(ticket.id, "继续补充")])


async def _find(services: Services, conversation: Conversation, ticket_id: str | None) -> Ticket | None:
    ticket = await services.tickets.get(ticket_id) if ticket_id else None
    return ticket if ticket is not None and ticket.conversation_id == conversation.id else None


def _shortened(text: str) -> str:
    return text if len(text) <= NOTE_LENGTH else f"{shortened(text, NOTE_LENGTH - 1)}…"
