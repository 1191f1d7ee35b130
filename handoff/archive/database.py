"""The SQL side: migrations, and writing rows so that writing them again changes nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from handoff.archive.tables import Base

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """The archive's database; connects at first use."""

    def __init__(self, url: str) -> None:
        self._engine: AsyncEngine = create_async_engine(url, pool_pre_ping=True)

    async def migrate(self) -> None:
        """Bring the tables to the newest revision."""
        async with self._engine.begin() as connection:
            await connection.run_sync(_upgrade)

    async def write(self, rows: Sequence[Base]) -> None:
        """Insert or replace rows, all or none."""
        async with self._engine.begin() as connection:
            for row in rows:
                await _upsert(connection, row)

    def connect(self) -> AsyncConnection:
        """A connection, for reading."""
        return self._engine.connect()

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def _upsert(connection: AsyncConnection, row: Base) -> None:
    table = row.__table__
    values: dict[str, Any] = {column.name: getattr(row, column.name) for column in table.columns}
    keys = [column.name for column in table.primary_key]
    others = {name: value for name, value in values.items() if name not in keys}
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(type(row)).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others))
