"""Reads the past of conversations back from the archive (see handoff/stores/history.py)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff.archive.database import Database
from handoff.archive.tables import ArchivedConversation, ArchivedMessage, ArchivedRequest
from handoff.errors import StorageUnavailable
from handoff.models import Contact, Message, Turn

log = structlog.get_logger(__name__)


class ArchivedHistory:
    """The archive as the conversations' past."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def messages(self, conversation_id: str, after: int, until: int, limit: int) -> list[Message]:
        """(see History)"""
        table = ArchivedMessage.__table__.c
        query = _of(conversation_id, until).where(table.seq > after).order_by(table.seq).limit(limit)
        async with self._connection() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Message.model_validate(dict(row)) for row in rows]

    async def understanding(self, conversation_id: str, until: int) -> dict[int, Turn]:
        """(see History)"""
        table = ArchivedMessage.__table__.c
        query = select(table.seq, table.turn).where(table.conversation_id == conversation_id, table.seq <= until)
        async with self._connection() as connection:
            rows = (await connection.execute(query.order_by(table.seq))).all()
        return {seq: Turn.model_validate(turn) for seq, turn in rows if turn is not None}

    async def contacts(self, customer_id: str, limit: int) -> list[Contact]:
        """(see History)"""
        conversations, requests = ArchivedConversation.__table__, ArchivedRequest.__table__
        conversation, request = conversations.c, requests.c
        query = (
            select(
                request.conversation_id,
                conversation.channel,
                request.requested_at_ms.label("at_ms"),
                request.reason,
                request.agent_name,
                request.disposition,
                request.summary,
                request.resolved,
            )
            .join_from(
                ArchivedConversation.__table__, ArchivedRequest.__table__, conversation.id == request.conversation_id
            )
            .where(conversation.customer_id == customer_id, request.disposition.is_not(None))
            .order_by(request.requested_at_ms.desc())
            .limit(limit)
        )
        async with self._connection() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Contact.model_validate(dict(row)) for row in rows]

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._database.connect() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            log.warning("archive_unavailable", error=type(error).__name__)
            raise StorageUnavailable from error


def _of(conversation_id: str, until: int) -> Select[tuple[object, ...]]:
    table = ArchivedMessage.__table__
    return select(table).where(table.c.conversation_id == conversation_id, table.c.seq <= until)
