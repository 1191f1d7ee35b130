"""The SQL side: migrations, and writing rows so that writing them again changes nothing."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from handoff.archive.tables import (
    ArchivedAudit,
    ArchivedConversation,
    ArchivedEvent,
    ArchivedFeedback,
    ArchivedMessage,
    ArchivedRequest,
    ArchivedTicket,
    Base,
)
from handoff.vocabulary import RequestState

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """The archive's database; connects at first use."""

    def __init__(self, url: str) -> None:
        self._engine: AsyncEngine = create_async_engine(url, pool_pre_ping=True)

    async def migrate(self) -> None:
        """Bring the tables to the newest revision."""
        async with self._engine.begin() as connection:
            await connection.run_sync(_upgrade)

    async def write(self, rows: Sequence[Base], ratings: Sequence[dict[str, Any]] = ()) -> None:
        """Insert or replace rows, and set what changed on requests that were archived before; all or none."""
        by_type: dict[type[Base], list[Base]] = {}
        for row in rows:
            by_type.setdefault(type(row), []).append(row)
        async with self._engine.begin() as connection:
            for kind, alike in by_type.items():
                await _upsert(connection, kind, alike)
            for values in ratings:
                table = ArchivedRequest.__table__
                await connection.execute(update(ArchivedRequest).where(table.c.id == values["id"]).values(values))

    async def request_ids(self, conversation_id: str) -> list[str]:
        """The archived handoff requests of a conversation."""
        table = ArchivedRequest.__table__.c
        async with self._engine.connect() as connection:
            found = await connection.execute(select(table.id).where(table.conversation_id == conversation_id))
            return [str(request_id) for (request_id,) in found]

    async def forget_before(self, at_ms: int) -> int:
        """Delete what is older for good, whatever waits or is served excepted; how many rows."""
        over = (RequestState.DONE, RequestState.LEFT)
        request = ArchivedRequest.__table__.c
        old = {
            ArchivedMessage: ArchivedMessage.__table__.c.created_at_ms < at_ms,
            ArchivedFeedback: ArchivedFeedback.__table__.c.at_ms < at_ms,
            ArchivedEvent: ArchivedEvent.__table__.c.at_ms < at_ms,
            ArchivedRequest: (request.ended_at_ms < at_ms) & request.state.in_(over),
            ArchivedTicket: ArchivedTicket.__table__.c.ended_at_ms < at_ms,  # open ones have none
            ArchivedConversation: ArchivedConversation.__table__.c.last_message_at_ms < at_ms,
        }
        forgotten = 0
        async with self._engine.begin() as connection:
            for table, condition in old.items():
                forgotten += (await connection.execute(delete(table).where(condition))).rowcount
        return forgotten

    async def forget_audit_before(self, at_ms: int) -> int:
        """Delete entries of the audit log that are older; how many."""
        async with self._engine.begin() as connection:
            return (
                await connection.execute(delete(ArchivedAudit).where(ArchivedAudit.__table__.c.at_ms < at_ms))
            ).rowcount

    def connect(self) -> AsyncConnection:
        """A connection, for reading."""
        return self._engine.connect()

    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection whose changes are kept together, or not at all when the block raises."""
        return self._engine.begin()

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def _upsert(connection: AsyncConnection, kind: type[Base], rows: Sequence[Base]) -> None:
    table = kind.__table__
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(kind)
    others = {name: statement.excluded[name] for name in names if name not in keys}
    statement = statement.on_conflict_do_update(index_elements=keys, set_=others)
    await connection.execute(statement, [{name: _storable(getattr(row, name)) for name in names} for row in rows])


def _storable(value: Any) -> Any:
    """PostgreSQL stores every character of a text but this one."""
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value
