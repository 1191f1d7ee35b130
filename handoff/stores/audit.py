"""The audit log on its way: appended to a stream, moved from there to the archive, which is also where it is read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from handoff.audit import Action, AuditEntry, entry, stored
from handoff.errors import StorageUnavailable
from handoff.keys import AUDIT_ASIDE_KEPT, AUDIT_LIMIT, Keys
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


def add(redis: "Redis | Pipeline", keys: Keys, wanted: AuditEntry) -> Any:
    """The command that appends an entry, for a connection or for the transaction of a move."""
    fields: dict[Any, Any] = {"entry": stored(wanted)}
    return redis.xadd(keys("audit"), fields, maxlen=AUDIT_LIMIT, approximate=True)


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
        """Append one entry; durable like everything in Redis when this returns.

        For what somebody sees or is refused, before they hear of it. A move writes its own (`record` in prelude.lua).
        """
        wanted = entry(
            action, agent, conversation_id=conversation_id, subject=subject, address=address, details=details
        )
        await wait(add(self._redis, self._keys, wanted))

    async def oldest(self, count: int) -> list[tuple[str, AuditEntry | None]]:
        """What is not archived yet, oldest first: ids with their entries, None for what cannot be read."""
        found = await wait(self._redis.xrange(self._keys("audit"), count=count))
        return [(key, _read(key, fields)) for key, fields in found]

    async def set_aside(self, ids: Sequence[str]) -> None:
        """These cannot be archived; they are kept for a person to look at, the latest ones."""
        aside = self._keys("audit_aside")
        for entry_id in ids:
            [(_, fields)] = await wait(self._redis.xrange(self._keys("audit"), entry_id, entry_id)) or [("", {})]
            pipeline = self._redis.pipeline(transaction=True)
            pipeline.lpush(aside, json.dumps({"id": entry_id, **fields}, ensure_ascii=False))
            pipeline.ltrim(aside, 0, AUDIT_ASIDE_KEPT - 1)
            pipeline.xdel(self._keys("audit"), entry_id)
            await wait(pipeline.execute())

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


def _read(key: str, fields: dict[str, str]) -> AuditEntry | None:
    # The stream's clock is the one all entries have.
    at_ms, _, _ = key.partition("-")
    try:
        return AuditEntry.model_validate({**json.loads(fields["entry"]), "id": key, "at_ms": int(at_ms)})
    except (KeyError, TypeError, ValueError):
        return None
