"""What a waiting turn comes to: the assistant's answer, the service's own, or an apology and the offer of a person."""

import contextlib
import time
from dataclasses import dataclass, field

import structlog

from handoff import asked, auth, drafts, feedback, intake, metrics, texts
from handoff.assistant import Answer
from handoff.errors import AssistantUnavailable, Conflict
from handoff.intake import Route
from handoff.models import Conversation, Draft, Outcome, Turn, WaitingTurn
from handoff.services import Services
from handoff.stores.connection import is_away
from handoff.usecases import handoffs, ticket_replies
from handoff.usecases.desk import opening
from handoff.usecases.views import current_queue_view
from handoff.vocabulary import ConversationState, OutcomeKind, Sender

log = structlog.get_logger(__name__)

LOOKED_BACK = 40  # messages among which failed turns in a row are counted
_UNAVAILABLE = Outcome(kind=OutcomeKind.FAILURE, reason="assistant_unavailable")


@dataclass
class TurnResult:
    """What ends one or several waiting turns of a conversation."""

    turns: list[WaitingTurn]
    messages: list[Draft] = field(default_factory=list)
    understanding: dict[int, Turn] = field(default_factory=dict)


async def answered(services: Services, conversation: Conversation, waiting: list[WaitingTurn]) -> TurnResult:
    """The first waiting turn goes to whom it is for."""
    turn = waiting[0]
    if turn.route == Route.LEAVE_QUEUE:
        return await _leave_queue(services, conversation, turn)
    if turn.route == Route.TELL_WAIT:
        return await _tell_wait(services, conversation, turn)
    if asked.is_for_service(turn):
        return TurnResult([turn], await asked.answer(services, conversation, turn))
    if not intake.assistant_may_answer(conversation, turn):
        # Somebody took over while the message waited: it is in the transcript, where the person reads it.
        return TurnResult([turn])
    try:
        await services.hub.typing(conversation.id, Sender.BOT)
        started = time.monotonic()
        failed = await _failed_turns(services, conversation)
        answer = await services.assistant.answer(conversation, turn.seq, turn.text, turn.payload, failed)
        metrics.TURN_SECONDS.labels("answered").observe(time.monotonic() - started)
    except AssistantUnavailable as error:
        metrics.TURN_SECONDS.labels("unavailable").observe(time.monotonic() - started)
        log.warning("assistant_unavailable", conversation_id=conversation.id, why=str(error))
        return await _without_assistant(services, conversation, turn)
    result = _from_assistant(turn, answer)
    outcome = answer.turn.outcome if answer.turn else None
    result.messages = await ticket_replies.with_offer(services, conversation, turn, outcome, result.messages)
    return result


async def _failed_turns(services: Services, conversation: Conversation) -> int:
    """Failed turns in a row that the assistant does not know of, because the customer said so afterwards."""
    unhelpful = [seq for seq in conversation.unhelpful_turns if seq > conversation.episode_started_seq]
    if not unhelpful:
        return 0
    # What has left Redis is no longer "in a row", and a turn must not wait for the archive.
    first = max(conversation.episode_started_seq, conversation.last_seq - LOOKED_BACK) + 1
    recent = range(first, conversation.last_seq + 1)
    return feedback.failed_turns(await services.conversations.understanding_of(conversation.id, recent), unhelpful)


async def _without_assistant(services: Services, conversation: Conversation, turn: WaitingTurn) -> TurnResult:
    """One apology for everything that waits, or the handoff if any of it asks for a person."""
    waiting = await services.turns.waiting(conversation.id)
    turns = [turn]
    for later in waiting[1:]:
        if later.route != Route.ASSISTANT:
            break
        turns.append(later)
    wishes = [each for each in turns if intake.asks_for_person(each.text, each.payload)]
    understanding = {each.seq: Turn(outcome=_UNAVAILABLE) for each in turns}
    if wishes:
        try:
            await handoffs.request_without_assistant(services, conversation.id, wishes[-1].seq)
        except Conflict as error:
            # A person has served in the meantime, or the queue is full and the customer knows.
            log.info("handoff_not_made", conversation_id=conversation.id, why=error.code)
        return TurnResult(turns, understanding=understanding)
    said = await ticket_replies.with_offer(services, conversation, turns[-1], _UNAVAILABLE, [apology()])
    return TurnResult(turns, said, understanding)


async def given_up(services: Services, conversation: Conversation, waiting: list[WaitingTurn]) -> TurnResult:
    """As if the assistant were away, and without the handoff when that is what fails; but only what is for it."""
    turn = waiting[0]
    is_for_service = turn.route in (Route.LEAVE_QUEUE, Route.TELL_WAIT) or asked.is_for_service(turn)
    try:
        if is_for_service:
            return TurnResult([turn], await asked.not_taken(services, conversation, turn))
        return await _without_assistant(services, conversation, turn)
    except Exception as error:
        if is_away(error):
            raise
        what = "failure_not_told" if is_for_service else "handoff_not_made"
        log.error(what, conversation_id=conversation.id, why=type(error).__name__)
        return TurnResult([turn], [] if is_for_service else [apology()])


async def _leave_queue(services: Services, conversation: Conversation, turn: WaitingTurn) -> TurnResult:
    if conversation.state == ConversationState.QUEUED:
        with contextlib.suppress(Conflict):
            await handoffs.leave_queue(services, conversation.id)
        return TurnResult([turn])
    if conversation.state == ConversationState.BOT and turn.seq > conversation.episode_started_seq:
        return TurnResult([turn], [drafts.system(texts.NOT_QUEUED)])
    return TurnResult([turn])


async def _tell_wait(services: Services, conversation: Conversation, turn: WaitingTurn) -> TurnResult:
    view = await current_queue_view(services, conversation)
    if view is not None:
        request = await services.queue.get(conversation.request_id or "")
        opens = await opening(services, request.skill_group) if request else None
        # Its key makes a second worker's message of the same turn the same message.
        await services.conversations.append(
            conversation.id,
            handoffs.wait_message(services, view, opens),
            message_key=f"wait:{turn.seq}",
            state=ConversationState.QUEUED,
        )
    return TurnResult([turn])


def _from_assistant(turn: WaitingTurn, answer: Answer) -> TurnResult:
    outcome = answer.turn.outcome if answer.turn else None
    messages = [
        Draft(
            id=auth.new_id("m"),
            sender=Sender.BOT,
            sender_name=texts.BOT_NAME,
            text=message.text,
            buttons=message.buttons,
            links=message.links,
            outcome=outcome,
        )
        for message in answer.messages
    ]
    return TurnResult([turn], messages, {turn.seq: answer.turn} if answer.turn else {})


def apology() -> Draft:
    """Nobody could answer; a person is offered."""
    return drafts.system(texts.APOLOGY, buttons=[texts.TRANSFER], outcome=_UNAVAILABLE)
