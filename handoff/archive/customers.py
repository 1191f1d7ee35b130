"""The archive as the source of what agents know of customers (see handoff/stores/customer_book.py)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff.archive.audit import row_of_change
from handoff.archive.database import Database
from handoff.archive.tables import ArchivedAudit, CustomerChange, CustomerDetails
from handoff.audit import AuditEntry
from handoff.errors import StorageUnavailable
from handoff.stores.customer_book import Change, Details

log = structlog.get_logger(__name__)


class ArchivedCustomers:
    """Details and their changes in SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def details(self, customer_id: str) -> Details:
        """(see CustomerSource)"""
        async with self._transaction() as connection:
            return await _details(connection, customer_id)

    async def changes(self, customer_id: str, limit: int) -> list[Change]:
        """(see CustomerSource)"""
        table = CustomerChange.__table__.c
        query = select(table.at_ms, table.agent_name, table.before, table.after)
        query = query.where(table.customer_id == customer_id).order_by(table.version.desc()).limit(limit)
        async with self._transaction() as connection:
            return [Change(**dict(row)) for row in (await connection.execute(query)).mappings().all()]

    async def change(
        self, customer_id: str, details: Details, *, agent_id: str, agent_name: str, at_ms: int, audit: AuditEntry
    ) -> Details | None:
        """(see CustomerSource)"""
        try:
            async with self._transaction() as connection:
                known = await _details(connection, customer_id)
                if known.version != details.version:
                    return None
                was, becomes = asdict(known), asdict(details)
                differing = [name for name in was if was[name] != becomes[name]]
                if not differing:
                    return known
                changed = replace(details, version=known.version + 1)
                if not await _store(connection, customer_id, known, changed):
                    return None
                row = {
                    "customer_id": customer_id,
                    "version": changed.version,
                    "at_ms": at_ms,
                    "agent_id": agent_id,
                    "agent_name": agent_name,
                    "before": {name: was[name] for name in differing},
                    "after": {name: becomes[name] for name in differing},
                }
                await connection.execute(insert(CustomerChange).values(row))
                await connection.execute(insert(ArchivedAudit).values(row_of_change(audit, at_ms)))
                return changed
        except IntegrityError:
            return None  # two wrote the first details at once

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._database.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except (SQLAlchemyError, OSError) as error:
            log.warning("archive_unavailable", error=type(error).__name__)
            raise StorageUnavailable from error


async def _details(connection: AsyncConnection, customer_id: str) -> Details:
    table = CustomerDetails.__table__
    columns = [column for column in table.columns if column.name != "customer_id"]
    found = (await connection.execute(select(*columns).where(table.c.customer_id == customer_id))).mappings().first()
    return Details(**dict(found)) if found else Details()


async def _store(connection: AsyncConnection, customer_id: str, known: Details, changed: Details) -> bool:
    values = asdict(changed)
    if known.version == 0:
        await connection.execute(insert(CustomerDetails).values(customer_id=customer_id, **values))
        return True
    table = CustomerDetails.__table__.c
    mine = (table.customer_id == customer_id) & (table.version == known.version)
    return (await connection.execute(update(CustomerDetails).where(mine).values(**values))).rowcount == 1
