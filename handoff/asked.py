"""Turns that answer what the service itself asks: what a ticket shall say or be told, a score, a comment."""

import contextlib
import json
from collections.abc import Awaitable, Callable

from handoff import drafts, intake, texts
from handoff.errors import Conflict
from handoff.intake import Route
from handoff.keys import COMMENT_WITHIN_MS
from handoff.models import Button, Conversation, Draft, WaitingTurn
from handoff.services import Services
from handoff.usecases import customers, ticket_replies, tickets
from handoff.vocabulary import ConversationState, TicketKind

# The kind of ticket, and whether the customer was asked and this is the answer.
_TICKET_ROUTES = {
    Route.ASK_MESSAGE: (TicketKind.MESSAGE, False),
    Route.ASK_CALLBACK: (TicketKind.CALLBACK, False),
    Route.TICKET_MESSAGE: (TicketKind.MESSAGE, True),
    Route.TICKET_CALLBACK: (TicketKind.CALLBACK, True),
}
# What a customer answers to the people of a ticket. It is theirs also when somebody else serves by now.
_REPLY_ROUTES: dict[str, Callable[[Services, Conversation, WaitingTurn], Awaitable[None]]] = {
    Route.ASK_REPLY: ticket_replies.ask,
    Route.TICKET_REPLY: ticket_replies.add,
    Route.GIVE_REPLY: ticket_replies.give,
}
_ROUTES = frozenset(
    {*_TICKET_ROUTES, *_REPLY_ROUTES, Route.TELL_TICKETS, Route.RATE, Route.ASK_COMMENT, Route.COMMENT, Route.NO_REPLY}
)
# What the customer pressed before.
_BEGUN_BY: dict[str, list[Button]] = {
    Route.RATE: texts.SATISFACTION,
    Route.ASK_COMMENT: [texts.SAY_MORE],
    Route.COMMENT: [texts.SAY_MORE],
    Route.ASK_MESSAGE: [texts.LEAVE_MESSAGE],
    Route.TICKET_MESSAGE: [texts.LEAVE_MESSAGE],
    Route.ASK_CALLBACK: [texts.CALL_BACK],
    Route.TICKET_CALLBACK: [texts.CALL_BACK],
    Route.LEAVE_QUEUE: [texts.LEAVE_QUEUE],
}
_BUTTONS = frozenset({Route.RATE, Route.ASK_REPLY, Route.GIVE_REPLY})


def is_for_service(turn: WaitingTurn) -> bool:
    """Whether a turn is answered here. A score that nobody asked for is a text like any other."""
    return turn.route in _ROUTES and not (turn.route in _BUTTONS and turn.payload is None)


async def answer(services: Services, conversation: Conversation, turn: WaitingTurn) -> list[Draft]:
    """What the customer is told; where it is told in the step that does it, nothing more."""
    if turn.route == Route.RATE:
        return await _rate(services, conversation, turn)
    if turn.route in _REPLY_ROUTES:
        await _REPLY_ROUTES[turn.route](services, conversation, turn)
        return []
    if conversation.state == ConversationState.ACTIVE:
        return []  # a person serves by now and reads it
    if turn.route == Route.NO_REPLY:
        # The button they pressed before is spent.
        again = [texts.reply_to(conversation.ticket_told)] if conversation.ticket_told else []
        return await _told(services, conversation, turn, drafts.system(texts.NOT_REPLYING, buttons=again))
    if turn.route == Route.TELL_TICKETS:
        return await _told(services, conversation, turn, drafts.system(await tickets.tell(services, conversation)))
    if turn.route == Route.ASK_COMMENT:
        message, key = drafts.system(texts.ASK_COMMENT), f"ask:{turn.seq}"
        await services.conversations.ask(conversation.id, intake.ASKED_COMMENT, message, key, COMMENT_WITHIN_MS)
    elif turn.route == Route.COMMENT:
        with contextlib.suppress(Conflict):  # rated long ago
            await customers.rate(services, conversation.id, None, turn.text)
    else:
        kind, is_asked = _TICKET_ROUTES[Route(turn.route)]
        if is_asked:
            await tickets.open_ticket(services, conversation.id, kind, turn.text, ticket_key=f"ticket:{turn.seq}")
        else:
            await tickets.ask(services, conversation, kind, turn.seq)
    return []


async def not_taken(services: Services, conversation: Conversation, turn: WaitingTurn) -> list[Draft]:
    """What the customer is told when a turn that is not the assistant's fails whatever is tried: it must be done again.

    Nothing of it is the assistant's failure, and its words are not read as a wish: they may be for somebody else.
    """
    is_theirs = turn.route == Route.RATE or turn.route in _REPLY_ROUTES
    if conversation.state == ConversationState.ACTIVE and not is_theirs:
        return []  # a person serves by now and reads it
    said = drafts.system(texts.NOT_TAKEN, buttons=_once_more(turn))
    if conversation.state != ConversationState.ACTIVE:
        return await _told(services, conversation, turn, said)
    await services.conversations.append(conversation.id, said, message_key=f"answer:{turn.seq}")
    return []


def _once_more(turn: WaitingTurn) -> list[Button]:
    """What begins it again, where that is a button; what was pressed or asked for before is spent."""
    if turn.route == Route.TICKET_REPLY and turn.ticket:
        return [texts.reply_to(turn.ticket)]
    ticket_id, seq = intake.wanted_ticket(turn.payload or "")
    if turn.route in (Route.GIVE_REPLY, Route.ASK_REPLY) and ticket_id:
        return [texts.give_to(ticket_id, seq) if turn.route == Route.GIVE_REPLY else texts.reply_to(ticket_id)]
    return _BEGUN_BY.get(turn.route, [])


async def _rate(services: Services, conversation: Conversation, turn: WaitingTurn) -> list[Draft]:
    # Only payloads that we offered come here.
    score = int(json.loads((turn.payload or "").removeprefix(texts.SATISFACTION_PAYLOAD))["score"])
    try:
        await customers.rate(services, conversation.id, score, None)
    except Conflict:
        return []
    words = texts.RATED if score > texts.LOW_SCORE else texts.RATED_LOW
    # More is asked for only when they choose it, so that no new question is taken for a comment.
    return await _told(services, conversation, turn, drafts.system(words, buttons=[texts.SAY_MORE]))


async def _told(services: Services, conversation: Conversation, turn: WaitingTurn, message: Draft) -> list[Draft]:
    """Left to the end of the turn; but while the customer waits for a person, when nothing of the assistant's is
    said any more, at once. Its key makes a second worker's message of the same turn the same message."""
    if conversation.state != ConversationState.QUEUED:
        return [message]
    key = f"answer:{turn.seq}"
    await services.conversations.append(conversation.id, message, message_key=key, state=ConversationState.QUEUED)
    return []
