"""The worker: customers' messages go through the assistant, in order within a conversation, conversations in parallel.

A turn is taken from the stream and ended in one atomic step together with its answer. A worker that dies in between
leaves its entry to another one; whoever ends the turn first wins, so there is never a second answer.
"""

import asyncio
import os
import secrets
import socket

import structlog
from redis.exceptions import ResponseError

from handoff import metrics, shutdown, turn_results
from handoff.errors import StorageUnavailable
from handoff.services import Services
from handoff.stores.connection import is_away
from handoff.stores.turns import Entry
from handoff.troubles import described

log = structlog.get_logger(__name__)

BLOCK_MS = 1000  # how long one look for new turns waits; below the socket time-out of the client
TAKE_OVER_EVERY_S = 1.0
STORAGE_PAUSE_S = 0.5  # between tries while Redis is away
TRIES = 3  # of a turn that ends in an error nobody foresaw; then the customer is told, and offered a person


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
            except Exception as error:
                if is_away(error):
                    raise
                await self._failed(entry, error)
        except StorageUnavailable:
            # The entry stays pending: this or another worker takes it over when Redis is back.
            log.warning("turn_left", conversation_id=entry.conversation_id)
        except Exception as error:
            log.error("turn_not_given_up", conversation_id=entry.conversation_id, **described(error))

    async def _failed(self, entry: Entry, error: Exception) -> None:
        """Left to be tried again, at first; what the customer writes next must not wait behind it for ever.

        A refusal of Redis is counted like any error. When it refuses everything it refuses the count too, and the turn
        is left as it is.
        """
        failures = await self._services.turns.count_failure(entry)
        log.error("turn_failed", failures=failures, **described(error))
        metrics.TURNS_FAILED.labels("given_up" if failures >= TRIES else "tried_again").inc()
        if failures < TRIES:
            return
        try:
            await self._one_turn(entry)
        except Exception as another:
            if is_away(another):
                raise
            await self._abandon(entry, another)

    async def _abandon(self, entry: Entry, error: Exception) -> None:
        """Not even giving it up goes the usual way: something stored of it cannot be read, or not be written."""
        log.error("turn_abandoned", conversation_id=entry.conversation_id, **described(error))
        metrics.TURNS_FAILED.labels("abandoned").inc()
        turns = self._services.turns
        try:
            if await turns.abandon(entry, type(error).__name__, turn_results.apology()):
                metrics.MESSAGES.labels("system").inc()
        except Exception as another:
            if is_away(another):
                raise
            log.error("abandoned_turn_not_told", conversation_id=entry.conversation_id, **described(another))
            await turns.abandon(entry, type(error).__name__, None)

    async def _one_turn(self, entry: Entry) -> None:
        services = self._services
        conversation = await services.conversations.get(entry.conversation_id)
        waiting = await services.turns.waiting(entry.conversation_id)
        if conversation is None or not waiting or conversation.turn_entry != entry.id:
            await services.turns.finish(entry, [], episode=0, messages=[], understanding={})
            return
        is_given_up = conversation.turn_failures >= TRIES
        answer = turn_results.given_up if is_given_up else turn_results.answered
        result = await answer(services, conversation, waiting)
        end = await services.turns.finish(
            entry,
            result.turns,
            episode=conversation.episode,
            messages=result.messages,
            understanding=result.understanding,
            is_given_up=is_given_up,
        )
        if end.delivered:
            for message in result.messages:
                metrics.MESSAGES.labels(message.sender).inc()
        if not end.stale and not end.delivered and result.messages:
            metrics.TEXTS_DROPPED.inc(len(result.messages))
            log.info("bot_text_dropped", conversation_id=conversation.id, messages=len(result.messages))
