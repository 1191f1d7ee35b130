"""Settings that a file gives, until an administrator puts others in force while the service runs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

import structlog
from pydantic import BaseModel, ValidationError
from redis.asyncio import Redis

from handoff.audit import AuditEntry
from handoff.keys import Keys
from handoff.stores.connection import Scripts, wait

log = structlog.get_logger(__name__)

# A process looks this often whether another one changed them.
FRESH_S = 0.5

Plan = TypeVar("Plan", bound=BaseModel)


@dataclass(frozen=True)
class Held(Generic[Plan]):
    """What is in force. `version` counts the changes, so that nobody overwrites another's unseen."""

    plan: Plan
    version: int = 0
    is_changed: bool = False  # else it is the file's
    changed_by: str | None = None
    changed_at_ms: int | None = None


class Changeable(Generic[Plan]):
    """Reads and changes one kind of settings."""

    name: ClassVar[str]  # of their Redis key

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts, of_file: Plan) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts
        self._of_file = of_file
        self._held = Held(of_file)
        self._looked_at = -FRESH_S

    async def held(self, *, fresh: bool = False) -> Held[Plan]:
        """What is in force; `fresh`: not what was half a second ago."""
        now = time.monotonic()
        if fresh or now - self._looked_at >= FRESH_S:
            fields = await wait(self._redis.hgetall(self._keys(self.name)))
            if now < self._looked_at:
                return self._held  # by a look that began later and ended sooner
            # Read anew only when it changed: what follows from a plan may be costly to work out.
            if _stamp(fields) != (self._held.version, self._held.changed_at_ms):
                self._held = self._read(fields)
            self._looked_at = now
        return self._held

    async def change(self, plan: Plan | None, version: int, *, by: str, audit: AuditEntry | None = None) -> bool:
        """Put a plan in force (None: the file's again); False when `version` is no longer the present one."""
        stored = plan.model_dump_json() if plan else None
        answer = await self._scripts.run(
            "change_settings", of=self.name, version=version, plan=stored, by=by, audit=audit
        )
        await self.held(fresh=True)
        return bool(answer.get("changed"))

    def known(self, plan: Plan) -> Plan:
        """A stored plan without what the installation no longer has."""
        return plan

    def _read(self, fields: Mapping[str, str]) -> Held[Plan]:
        plan, is_changed = self._of_file, False
        if "plan" in fields:
            try:
                plan, is_changed = self.known(type(plan).model_validate_json(fields["plan"])), True
            except ValidationError:
                # Of another release of the program. The file is right: it is checked at the start.
                log.exception("settings_unreadable", settings=self.name)
        version, at_ms = _stamp(fields)
        return Held(plan, version, is_changed, fields.get("by"), at_ms)


def _stamp(fields: Mapping[str, str]) -> tuple[int, int | None]:
    return int(fields.get("version", 0)), int(fields["at_ms"]) if "at_ms" in fields else None
