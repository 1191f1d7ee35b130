"""The archive as the place of the audit log (see handoff/stores/audit.py)."""

import random
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.exc import SQLAlchemyError

from handoff import metrics
from handoff.archive.database import Database
from handoff.archive.tables import ArchivedAudit
from handoff.audit import AuditEntry
from handoff.errors import StorageUnavailable
from handoff.services import Services
from handoff.stores.audit import AuditQuery

log = structlog.get_logger(__name__)

BATCH = 500  # entries a transaction
# Entries that come with a change in SQL have numbers from here on; the stream counts those of a millisecond from 0.
NUMBERS_OF_CHANGES = 10**9


async def move(services: Services, database: Database, is_away: Callable[[Exception], bool]) -> int:
    """Move what Redis has to SQL; how many. Written before deleted: cut off in between, the same rows come again.

    What cannot be read, or the database refuses, is set aside: whatever comes after it must not wait behind it.
    """
    moved = 0
    while waiting := await services.audit.oldest(BATCH):
        refused = [entry_id for entry_id, entry in waiting if entry is None]
        entries = [entry for _, entry in waiting if entry is not None]
        refused += await _write(database, entries, is_away)
        if refused:
            metrics.ARCHIVE_REFUSED.inc(len(refused))
            log.error("audit_refused", entries=len(refused))
            await services.audit.set_aside(refused)
        written = [entry.id for entry in entries if entry.id not in refused]
        if written:
            await services.audit.archived(written)
        moved += len(written)
    return moved


async def _write(database: Database, entries: list[AuditEntry], is_away: Callable[[Exception], bool]) -> list[str]:
    """All at once or, when some are refused, one by one; the ids of those."""
    try:
        if entries:
            await database.write([_row(entry) for entry in entries])
        return []
    except Exception as error:
        if is_away(error):
            raise
        if len(entries) == 1:
            return [entries[0].id]
    return [refused for entry in entries for refused in await _write(database, [entry], is_away)]


class ArchivedAuditLog:
    """Entries from SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entries(self, query: AuditQuery, before: str | None, limit: int) -> list[AuditEntry]:
        """(see AuditSource)"""
        table = ArchivedAudit.__table__.c
        wanted = select(ArchivedAudit.__table__).order_by(table.at_ms.desc(), table.number.desc())
        for column in ("agent_id", "action", "conversation_id"):
            if (value := getattr(query, column)) is not None:
                wanted = wanted.where(table[column] == value)
        if query.from_ms is not None:
            wanted = wanted.where(table.at_ms >= query.from_ms)
        if query.to_ms is not None:
            wanted = wanted.where(table.at_ms < query.to_ms)
        if before is not None:
            at_ms, number = place(before)
            wanted = wanted.where(
                or_(table.at_ms < at_ms, and_(table.at_ms == at_ms, table.number < number)),
            )
        try:
            async with self._database.connect() as connection:
                rows = (await connection.execute(wanted.limit(limit))).mappings().all()
        except (SQLAlchemyError, OSError) as error:
            log.warning("archive_unavailable", error=type(error).__name__)
            raise StorageUnavailable from error
        return [AuditEntry.model_validate({k: v for k, v in row.items() if k != "number"}) for row in rows]


def place(entry_id: str) -> tuple[int, int]:
    """Where an entry stands: the stream's milliseconds and the number within them."""
    at_ms, _, number = entry_id.partition("-")
    return int(at_ms), int(number)


def row_of_change(entry: AuditEntry, at_ms: int) -> dict[str, Any]:
    """An entry that is written here in the transaction of what it tells of, and never was in the stream."""
    number = NUMBERS_OF_CHANGES + random.randrange(NUMBERS_OF_CHANGES)
    return {**entry.model_dump(mode="json"), "id": f"{at_ms}-{number}", "at_ms": at_ms, "number": number}


def _row(entry: AuditEntry) -> ArchivedAudit:
    return ArchivedAudit(**entry.model_dump(mode="json"), number=place(entry.id)[1])
