"""Copies what is new from Redis into the archive and takes out of Redis what is over, one process at a time."""

import asyncio
import secrets
import time
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError, StatementError

from handoff import metrics
from handoff.archive import audit
from handoff.archive.database import Database
from handoff.archive.tables import (
    ArchivedConversation,
    ArchivedEvent,
    ArchivedFeedback,
    ArchivedMessage,
    ArchivedRequest,
    ArchivedTicket,
    Base,
)
from handoff.errors import StorageUnavailable
from handoff.models import Conversation, HandoffRequest
from handoff.services import Services
from handoff.stores.connection import is_refusal
from handoff.tickets import Ticket
from handoff.troubles import Troubles, described

log = structlog.get_logger(__name__)

PAUSE_S = 2.0
BATCH = 50  # conversations a round
FORGET_EVERY_S = 6 * 3600.0
DAY_MS = 24 * 3600 * 1000
PAGE = 1000  # messages of one conversation a round; the rest comes in the next


class Archivist:
    """Works until cancelled; both stores being away is waited out, because Redis remembers what is due."""

    def __init__(self, services: Services, database: Database) -> None:
        self._services = services
        self._database = database
        self._name = secrets.token_hex(8)
        self._is_migrated = False
        self._forget_next = 0.0
        self._is_ending = False
        self._troubles = Troubles()

    async def run(self) -> None:
        """Copy what is due, again and again."""
        while True:
            work = asyncio.create_task(self._round())
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                # Cut off in the middle it would leave a connection behind: it stops after the conversation at hand.
                self._is_ending = True
                await work
                raise
            await asyncio.sleep(PAUSE_S)

    async def _round(self) -> None:
        try:
            if await self._services.leases.holds("archive", self._name):
                await self.move_audit()
                await self.copy_due()
                await self.trim_due()
                await self.forget_old()
        except StorageUnavailable:
            log.debug("archivist_waits_for_storage")
        except (SQLAlchemyError, OSError) as error:
            log.warning("archive_unavailable", error=type(error).__name__)
        except Exception:
            log.exception("archivist_failed")

    async def copy_due(self) -> int:
        """Copy the conversations that changed; how many there were."""
        await self._migrate()
        due = await self._services.trimming.archive_due(BATCH)
        for conversation_id in due:
            if self._is_ending:
                break
            try:
                await self._copy(conversation_id)
            except Exception as error:
                # It cannot be read, or the database refuses it: the others must not wait behind it.
                self._refused(conversation_id, error)
                await self._services.trimming.archive_later(conversation_id)
            else:
                self._troubles.is_over(conversation_id)
        return len(due)

    async def move_audit(self) -> int:
        """Move the audit log's new entries; how many. What fails here must not hold up the conversations."""
        await self._migrate()
        try:
            return await audit.move(self._services, self._database, _is_away)
        except Exception as error:
            self._refused("audit", error)
            return 0

    def _refused(self, what: str, error: Exception) -> None:
        """One conversation (or the audit log) cannot be archived; raises again when it is a store that is away."""
        if _is_away(error):
            raise error
        metrics.ARCHIVE_REFUSED.inc()
        if self._troubles.is_news(what, error):
            # Where, and not what: the error itself may quote people.
            log.error("archive_refused", conversation_id=what, **described(error))

    async def _migrate(self) -> None:
        if not self._is_migrated:
            await self._database.migrate()
            self._is_migrated = True

    async def trim_due(self) -> int:
        """Take the past of quiet conversations out of Redis; how many were trimmed."""
        trimmed = 0
        for conversation_id in await self._services.trimming.trim_due(BATCH):
            if self._is_ending:
                break
            try:
                request_ids = await self._database.request_ids(conversation_id)
                why_not = await self._services.trimming.trim(conversation_id, request_ids)
            except Exception as error:
                self._refused(conversation_id, error)
                await self._services.trimming.trim_later(conversation_id)
            else:
                trimmed += why_not is None
        return trimmed

    async def forget_old(self) -> None:
        """Delete what is older than the operator keeps, now and then."""
        if time.monotonic() < self._forget_next:
            return
        self._forget_next = time.monotonic() + FORGET_EVERY_S
        now_ms = time.time_ns() // 1_000_000
        settings = self._services.settings
        await self._database.forget_audit_before(now_ms - settings.audit_days * DAY_MS)
        days = settings.archive_days
        forgotten = await self._database.forget_before(now_ms - days * DAY_MS) if days is not None else 0
        if forgotten:
            log.info("archive_forgot", rows=forgotten, older_than_days=days)

    async def _copy(self, conversation_id: str) -> None:
        conversations = self._services.conversations
        trimming = self._services.trimming
        # Tickets outlive their conversation in Redis.
        own = await self._services.tickets.of_conversation(conversation_id, all_readable=True)
        tickets = [_ticket_row(ticket) for ticket in own]
        conversation = await conversations.get(conversation_id)
        if conversation is None:
            if tickets:
                await self._database.write(tickets)
            await trimming.archived(conversation_id, 0, 0)
            return
        # A message whose turn still waits is not whole yet: what the assistant understands of it comes with the turn.
        # In this order: a turn of a message up to last_seq waits now, or has ended.
        waiting = await self._services.turns.waiting(conversation_id)
        whole_seq = min([conversation.last_seq, *(turn.seq - 1 for turn in waiting)])
        page = await conversations.messages(conversation_id, conversation.archived_seq, PAGE)
        messages = [message for message in page if message.seq <= whole_seq]
        understanding = await conversations.understanding_of(conversation_id, [message.seq for message in messages])
        events = [e for e in await conversations.journal(conversation_id) if e["n"] > conversation.archived_event]
        named = [
            conversation.request_id,
            conversation.last_request_id,
            *((e["data"] or {}).get("request") for e in events),
        ]
        requests = await self._services.queue.get_many(sorted({each for each in named if each}), all_readable=True)
        rows: list[Base] = [_conversation_row(conversation), *tickets]
        rows += [
            ArchivedMessage(
                conversation_id=conversation_id,
                turn=understanding[message.seq].model_dump(mode="json") if message.seq in understanding else None,
                **message.model_dump(mode="json"),
            )
            for message in messages
        ]
        rows += [
            ArchivedEvent(
                conversation_id=conversation_id, number=e["n"], kind=e["kind"], at_ms=e["at_ms"], data=e["data"] or {}
            )
            for e in events
        ]
        # Feedback is changeable: the last of several about one answer is the row.
        judged = {e["data"]["seq"]: e for e in events if e["kind"] == "feedback"}
        rows += [
            ArchivedFeedback(conversation_id=conversation_id, at_ms=e["at_ms"], **e["data"]) for e in judged.values()
        ]
        rows += [_request_row(request) for request in requests if not request.is_trimmed]
        await self._database.write(rows, [_rating(request) for request in requests if request.is_trimmed])
        await trimming.archived(
            conversation_id,
            messages[-1].seq if messages else conversation.archived_seq,
            events[-1]["n"] if events else conversation.archived_event,
            [request.id for request in requests],
        )


def _is_away(error: Exception) -> bool:
    """Whether a store is away, so that nothing can be archived now."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
    if isinstance(error, StorageUnavailable):
        return not is_refusal(error)
    return isinstance(error, (SQLAlchemyError, OSError)) and not isinstance(error, StatementError)


def _conversation_row(conversation: Conversation) -> ArchivedConversation:
    customer = conversation.customer
    return ArchivedConversation(
        id=conversation.id,
        channel=conversation.channel,
        state=conversation.state,
        episode=conversation.episode,
        last_seq=conversation.last_seq,
        customer_id=customer.id if customer else None,
        customer_name=customer.name if customer else None,
        created_at_ms=conversation.created_at_ms,
        last_message_at_ms=conversation.last_message_at_ms,
    )


def _ticket_row(ticket: Ticket) -> ArchivedTicket:
    kept = {column.name for column in ArchivedTicket.__table__.columns}
    return ArchivedTicket(**ticket.model_dump(mode="json", include=kept))


def _request_row(request: HandoffRequest) -> ArchivedRequest:
    kept = {column.name for column in ArchivedRequest.__table__.columns}
    return ArchivedRequest(**request.model_dump(mode="json", include=kept))


def _rating(request: HandoffRequest) -> dict[str, Any]:
    """All that may change on a service that has left Redis: what the customer thinks of it."""
    return {
        "id": request.id,
        "satisfaction": request.satisfaction,
        "satisfaction_comment": request.satisfaction_comment,
    }
