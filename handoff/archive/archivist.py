"""Copies what is new from Redis into the archive, one process at a time."""

import asyncio
import secrets

import structlog
from sqlalchemy.exc import SQLAlchemyError

from handoff.archive.database import Database
from handoff.archive.tables import ArchivedConversation, ArchivedEvent, ArchivedMessage, ArchivedRequest, Base
from handoff.errors import StorageUnavailable
from handoff.models import Conversation, HandoffRequest
from handoff.services import Services

log = structlog.get_logger(__name__)

PAUSE_S = 2.0
BATCH = 50  # conversations a round
PAGE = 1000  # messages of one conversation a round; the rest comes in the next


class Archivist:
    """Works until cancelled; both stores being away is waited out, because Redis remembers what is due."""

    def __init__(self, services: Services, database: Database) -> None:
        self._services = services
        self._database = database
        self._name = secrets.token_hex(8)
        self._is_migrated = False

    async def run(self) -> None:
        """Copy what is due, again and again."""
        while True:
            work = asyncio.create_task(self._round())
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                await work  # a round is short; cut off in the middle it would leave a connection behind
                raise
            await asyncio.sleep(PAUSE_S)

    async def _round(self) -> None:
        try:
            if await self._services.leases.holds("archive", self._name):
                await self.copy_due()
        except StorageUnavailable:
            log.debug("archivist_waits_for_storage")
        except (SQLAlchemyError, OSError) as error:
            log.warning("archive_unavailable", error=type(error).__name__)
        except Exception:
            log.exception("archivist_failed")

    async def copy_due(self) -> int:
        """Copy the conversations that changed; how many there were."""
        if not self._is_migrated:
            await self._database.migrate()
            self._is_migrated = True
        due = await self._services.conversations.archive_due(BATCH)
        for conversation_id in due:
            await self._copy(conversation_id)
        return len(due)

    async def _copy(self, conversation_id: str) -> None:
        conversations = self._services.conversations
        conversation = await conversations.get(conversation_id)
        if conversation is None:
            await conversations.archived(conversation_id, 0, 0)
            return
        messages = await conversations.messages(conversation_id, conversation.archived_seq, PAGE)
        events = [e for e in await conversations.journal(conversation_id) if e["n"] > conversation.archived_event]
        understanding = await conversations.understanding(conversation_id)
        request_ids = [each for each in (conversation.request_id, conversation.last_request_id) if each]
        requests = await self._services.queue.get_many(request_ids)
        rows: list[Base] = [_conversation_row(conversation)]
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
        rows += [_request_row(request) for request in requests]
        await self._database.write(rows)
        await conversations.archived(
            conversation_id,
            messages[-1].seq if messages else conversation.archived_seq,
            events[-1]["n"] if events else conversation.archived_event,
        )


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


def _request_row(request: HandoffRequest) -> ArchivedRequest:
    kept = {column.name for column in ArchivedRequest.__table__.columns}
    return ArchivedRequest(**request.model_dump(mode="json", include=kept))
