"""The audit log on its way: appended to a stream, moved from there to the archive, which is also where it is read."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from redis.asyncio import Redis

from handoff.audit import DETAIL_LENGTH, Action, AuditEntry, shortened
from handoff.errors import StorageUnavailable
from handoff.keys import AUDIT_LIMIT, Keys
from handoff.models import Agent
from handoff.stores.connection import wait


@dataclass(frozen=True)
class AuditQuery:
    """Which entries are asked for; None: all."""

    agent_id: str | None = None
    action: Action | None = None
    conversation_id: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None  # not included


class AuditSource(Protocol):
    """Where entries are kept. Raises StorageUnavailable while it is away."""

    async def entries(self, query: AuditQuery, before: str | None, limit: int) -> list[AuditEntry]:
        """Newest first, those before the entry with this id."""


class AuditLog:
    """Appends entries and reads them."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys
        self._source: AuditSource | None = None

    def read_from(self, source: AuditSource) -> None:
        """Where they are kept."""
        self._source = source

    async def record(
        self,
        action: Action,
        agent: Agent | None = None,
        *,
        conversation_id: str | None = None,
        subject: str | None = None,
        address: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Append one entry; durable like everything in Redis when this returns."""
        entry = AuditEntry(
            at_ms=time.time_ns() // 1_000_000,
            action=action,
            agent_id=agent.id if agent else None,
            agent_name=agent.name if agent else "",
            role=agent.role if agent else None,
            conversation_id=shortened(conversation_id),
            subject=shortened(subject),
            address=shortened(address),
            details={name: value[:DETAIL_LENGTH] for name, value in (details or {}).items()},
        )
        fields: dict[Any, Any] = {"entry": entry.model_dump_json(exclude={"id"})}
        await wait(self._redis.xadd(self._keys("audit"), fields, maxlen=AUDIT_LIMIT, approximate=True))

    async def oldest(self, count: int) -> list[AuditEntry]:
        """Entries that are not archived yet, oldest first."""
        found = await wait(self._redis.xrange(self._keys("audit"), count=count))
        return [AuditEntry.model_validate_json(fields["entry"]).model_copy(update={"id": key}) for key, fields in found]

    async def archived(self, ids: Sequence[str]) -> None:
        """These are in the archive and leave Redis."""
        await wait(self._redis.xdel(self._keys("audit"), *ids))

    async def length(self) -> int:
        """How many are not archived yet."""
        return int(await wait(self._redis.xlen(self._keys("audit"))))

    async def entries(self, query: AuditQuery, before: str | None, limit: int) -> list[AuditEntry]:
        """Newest first, those before the entry with this id; from the archive, a few seconds late."""
        if self._source is None:
            raise StorageUnavailable
        return await self._source.entries(query, before, limit)
