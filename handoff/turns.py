"""The worker: customers' messages go through the assistant, in order within a conversation, conversations in parallel.

A turn is taken from the stream and ended in one atomic step together with its answer. A worker that dies in between
leaves its entry to another one; whoever ends the turn first wins, so there is never a second answer.
"""

import asyncio
import os
import secrets
import socket
import time
import traceback
from dataclasses import dataclass, field

import structlog
from redis.exceptions import ResponseError

from handoff import asked, auth, drafts, feedback, intake, metrics, shutdown, texts
from handoff.assistant import Answer
from handoff.errors import AssistantUnavailable, Conflict, HandoffError, StorageUnavailable
from handoff.intake import Route
from handoff.models import Conversation, Draft, Outcome, Turn, WaitingTurn
from handoff.services import Services
from handoff.stores.turns import Entry
from handoff.usecases import handoffs, ticket_replies
from handoff.usecases.desk import opening
from handoff.usecases.views import current_queue_view
from handoff.vocabulary import ConversationState, OutcomeKind, Sender

log = structlog.get_logger(__name__)

BLOCK_MS = 1000  # how long one look for new turns waits; below the socket time-out of the client
TAKE_OVER_EVERY_S = 1.0
LOOKED_BACK = 40  # messages among which failed turns in a row are counted
STORAGE_PAUSE_S = 0.5  # between tries while Redis is away
TRIES = 3  # of a turn that ends in an error nobody foresaw; then the customer is told, and offered a person


@dataclass
class TurnResult:
    """What ends one or several waiting turns of a conversation."""

    turns: list[WaitingTurn]
    messages: list[Draft] = field(default_factory=list)
    understanding: dict[int, Turn] = field(default_factory=dict)


class Worker:
    """Works turns until it is told to stop; then it ends those it has begun."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._running: set[asyncio.Task[None]] = set()
        self._mine: set[str] = set()  # entries being worked here
        self._free = asyncio.Semaphore(services.settings.turn_concurrency)

    async def run(self) -> None:
        """Take turns until cancelled. Redis being away is waited out."""
        while True:
            try:
                await self._services.turns.prepare()
                await shutdown.run_for_ever(self._take_new(), self._take_over_abandoned())
            except* (StorageUnavailable, ResponseError) as errors:
                log.warning("worker_waits_for_storage", error=type(errors.exceptions[0]).__name__)
            except* Exception as errors:
                # Whatever it is, the next customer is served: without a worker nobody would be.
                log.error("worker_failed", exc_info=errors.exceptions[0])
            await asyncio.sleep(STORAGE_PAUSE_S)

    async def drain(self, grace_s: float) -> None:
        """End the turns that have begun, for at most `grace_s`; the rest is left to another worker."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace_s)
        for task in list(self._running):
            task.cancel()

    async def _take_new(self) -> None:
        while True:
            # Take no more than can be worked at once: what is not taken, another process may take.
            await self._free.acquire()
            self._free.release()
            for entry in await self._services.turns.take(self._name, 1, BLOCK_MS):
                await self._start(entry)

    async def _take_over_abandoned(self) -> None:
        idle_ms = int(self._services.settings.turn_takeover_s * 1000)
        while True:
            for entry in await self._services.turns.take_over(self._name, 10, idle_ms):
                if entry.id not in self._mine:
                    metrics.TURNS_TAKEN_OVER.inc()
                    log.info("turn_taken_over", conversation_id=entry.conversation_id)
                    await self._start(entry)
            await asyncio.sleep(TAKE_OVER_EVERY_S)

    async def _start(self, entry: Entry) -> None:
        await self._free.acquire()
        self._mine.add(entry.id)
        task = asyncio.create_task(self._work(entry))
        self._running.add(task)

        def done(finished: asyncio.Task[None]) -> None:
            self._running.discard(finished)
            self._mine.discard(entry.id)
            self._free.release()

        task.add_done_callback(done)

    async def _work(self, entry: Entry) -> None:
        # Whatever is logged on the way says whose turn it was.
        structlog.contextvars.bind_contextvars(conversation_id=entry.conversation_id)
        try:
            try:
                await self._one_turn(entry)
            except StorageUnavailable:
                raise
            except Exception as error:
                await self._failed(entry, error)
        except StorageUnavailable:
            # The entry stays pending: this or another worker takes it over when Redis is back.
            log.warning("turn_left", conversation_id=entry.conversation_id)
        except Exception:
            log.exception("turn_not_given_up", conversation_id=entry.conversation_id)

    async def _failed(self, entry: Entry, error: Exception) -> None:
        """Left to be tried again, at first; what the customer writes next must not wait behind it for ever."""
        failures = await self._services.turns.count_failure(entry)
        # Where, and not what: the error itself may quote the customer.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("turn_failed", error=type(error).__name__, failures=failures, where=where)
        metrics.TURNS_FAILED.labels("given_up" if failures >= TRIES else "tried_again").inc()
        if failures >= TRIES:
            await self._one_turn(entry)

    async def _one_turn(self, entry: Entry) -> None:
        services = self._services
        conversation = await services.conversations.get(entry.conversation_id)
        waiting = await services.turns.waiting(entry.conversation_id)
        if conversation is None or not waiting or conversation.turn_entry != entry.id:
            await services.turns.finish(entry, [], episode=0, messages=[], understanding={})
            return
        answer = self._given_up if conversation.turn_failures >= TRIES else self._result
        result = await answer(conversation, waiting)
        end = await services.turns.finish(
            entry,
            result.turns,
            episode=conversation.episode,
            messages=result.messages,
            understanding=result.understanding,
        )
        if end.delivered:
            for message in result.messages:
                metrics.MESSAGES.labels(message.sender).inc()
        if not end.stale and not end.delivered and result.messages:
            metrics.TEXTS_DROPPED.inc(len(result.messages))
            log.info("bot_text_dropped", conversation_id=conversation.id, messages=len(result.messages))

    async def _result(self, conversation: Conversation, waiting: list[WaitingTurn]) -> TurnResult:
        turn = waiting[0]
        if turn.route == Route.LEAVE_QUEUE:
            return await self._leave_queue(conversation, turn)
        if turn.route == Route.TELL_WAIT:
            return await self._tell_wait(conversation, turn)
        if asked.is_for_service(turn):
            return TurnResult([turn], await asked.answer(self._services, conversation, turn))
        if not intake.assistant_may_answer(conversation, turn):
            # Somebody took over while the message waited: it is in the transcript, where the person reads it.
            return TurnResult([turn])
        try:
            await self._show_typing(conversation)
            started = time.monotonic()
            failed = await self._failed_turns(conversation)
            answer = await self._services.assistant.answer(conversation, turn.seq, turn.text, turn.payload, failed)
            metrics.TURN_SECONDS.labels("answered").observe(time.monotonic() - started)
        except AssistantUnavailable as error:
            metrics.TURN_SECONDS.labels("unavailable").observe(time.monotonic() - started)
            log.warning("assistant_unavailable", conversation_id=conversation.id, why=str(error))
            return await self._without_assistant(conversation, turn)
        result = _answered(turn, answer)
        outcome = answer.turn.outcome if answer.turn else None
        result.messages = await ticket_replies.with_offer(self._services, conversation, turn, outcome, result.messages)
        return result

    async def _failed_turns(self, conversation: Conversation) -> int:
        """Failed turns in a row that the assistant does not know of, because the customer said so afterwards."""
        unhelpful = [seq for seq in conversation.unhelpful_turns if seq > conversation.episode_started_seq]
        if not unhelpful:
            return 0
        # What has left Redis is no longer "in a row", and a turn must not wait for the archive.
        first = max(conversation.episode_started_seq, conversation.last_seq - LOOKED_BACK) + 1
        recent = range(first, conversation.last_seq + 1)
        return feedback.failed_turns(
            await self._services.conversations.understanding_of(conversation.id, recent), unhelpful
        )

    async def _without_assistant(self, conversation: Conversation, turn: WaitingTurn) -> TurnResult:
        """One apology for everything that waits, or the handoff if any of it asks for a person."""
        waiting = await self._services.turns.waiting(conversation.id)
        turns = [turn]
        for later in waiting[1:]:
            if later.route != Route.ASSISTANT:
                break
            turns.append(later)
        wishes = [each for each in turns if intake.asks_for_person(each.text, each.payload)]
        failure = Turn(outcome=Outcome(kind=OutcomeKind.FAILURE, reason="assistant_unavailable"))
        understanding = {each.seq: failure for each in turns}
        if wishes:
            try:
                await handoffs.request_without_assistant(self._services, conversation.id, wishes[-1].seq)
            except Conflict as error:
                # A person has served in the meantime, or the queue is full and the customer knows.
                log.info("handoff_not_made", conversation_id=conversation.id, why=error.code)
            return TurnResult(turns, understanding=understanding)
        said = await ticket_replies.with_offer(self._services, conversation, turns[-1], failure.outcome, [_apology()])
        return TurnResult(turns, said, understanding)

    async def _given_up(self, conversation: Conversation, waiting: list[WaitingTurn]) -> TurnResult:
        """As if the assistant were away, and without the handoff when that is what fails; but only what is for it."""
        turn = waiting[0]
        is_for_service = turn.route in (Route.LEAVE_QUEUE, Route.TELL_WAIT) or asked.is_for_service(turn)
        try:
            if is_for_service:
                return TurnResult([turn], await asked.not_taken(self._services, conversation, turn))
            return await self._without_assistant(conversation, turn)
        except StorageUnavailable:
            raise
        except Exception as error:
            what = "failure_not_told" if is_for_service else "handoff_not_made"
            log.error(what, conversation_id=conversation.id, why=type(error).__name__)
            return TurnResult([turn], [] if is_for_service else [_apology()])

    async def _leave_queue(self, conversation: Conversation, turn: WaitingTurn) -> TurnResult:
        if conversation.state == ConversationState.QUEUED:
            try:
                await handoffs.leave_queue(self._services, conversation.id)
            except HandoffError as error:
                if isinstance(error, StorageUnavailable):
                    raise
            return TurnResult([turn])
        if conversation.state == ConversationState.BOT and turn.seq > conversation.episode_started_seq:
            return TurnResult([turn], [drafts.system(texts.NOT_QUEUED)])
        return TurnResult([turn])

    async def _tell_wait(self, conversation: Conversation, turn: WaitingTurn) -> TurnResult:
        view = await current_queue_view(self._services, conversation)
        if view is not None:
            request = await self._services.queue.get(conversation.request_id or "")
            opens = await opening(self._services, request.skill_group) if request else None
            # Its key makes a second worker's message of the same turn the same message.
            await self._services.conversations.append(
                conversation.id,
                handoffs.wait_message(self._services, view, opens),
                message_key=f"wait:{turn.seq}",
                state=ConversationState.QUEUED,
            )
        return TurnResult([turn])

    async def _show_typing(self, conversation: Conversation) -> None:
        await self._services.hub.typing(conversation.id, Sender.BOT)


def _answered(turn: WaitingTurn, answer: Answer) -> TurnResult:
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


def _apology() -> Draft:
    failure = Outcome(kind=OutcomeKind.FAILURE, reason="assistant_unavailable")
    return drafts.system(texts.APOLOGY, buttons=[texts.TRANSFER], outcome=failure)
