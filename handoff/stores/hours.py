"""Working hours as they hold now: the file's, until an administrator changes them."""

import time
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from pydantic import ValidationError
from redis.asyncio import Redis

from handoff.audit import AuditEntry
from handoff.hours import WorkingHours
from handoff.hours_plan import HoursPlan
from handoff.keys import Keys
from handoff.stores.connection import Scripts, wait

log = structlog.get_logger(__name__)

# A process looks this often whether another one changed them.
FRESH_S = 0.5


@dataclass(frozen=True)
class HeldHours:
    """The hours in force. `version` counts the changes, so that nobody overwrites another's unseen."""

    plan: HoursPlan
    working: WorkingHours
    version: int = 0
    is_changed: bool = False  # else they are the file's
    changed_by: str | None = None
    changed_at_ms: int | None = None


class Hours:
    """Reads and changes working hours."""

    def __init__(
        self, redis: "Redis", keys: Keys, scripts: Scripts, of_file: HoursPlan, skill_groups: Collection[str]
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts
        self._of_file = of_file
        self._skill_groups = frozenset(skill_groups)
        self._held = HeldHours(of_file, of_file.working())
        self._looked_at = -FRESH_S

    async def held(self, *, fresh: bool = False) -> HeldHours:
        """The hours in force; `fresh`: not those of half a second ago."""
        if fresh or time.monotonic() - self._looked_at >= FRESH_S:
            fields = await wait(self._redis.hgetall(self._keys("hours")))
            # Read anew only when they changed: a plan's calendar is costly to build.
            if _stamp(fields) != (self._held.version, self._held.changed_at_ms):
                self._held = self._read(fields)
            self._looked_at = time.monotonic()
        return self._held

    async def working(self) -> WorkingHours:
        """The rule that says who works when."""
        return (await self.held()).working

    async def change(self, plan: HoursPlan | None, version: int, *, by: str, audit: AuditEntry | None = None) -> bool:
        """Put a plan in force (None: the file's again); False when `version` is no longer the present one."""
        stored = plan.model_dump_json() if plan else None
        answer = await self._scripts.run("change_hours", version=version, plan=stored, by=by, audit=audit)
        await self.held(fresh=True)
        return bool(answer.get("changed"))

    def _read(self, fields: dict[str, str]) -> HeldHours:
        plan, is_changed = self._of_file, False
        if "plan" in fields:
            try:
                stored = HoursPlan.model_validate_json(fields["plan"])
            except ValidationError:
                # Of another release of the program. The file is right: it is checked at the start.
                log.exception("hours_unreadable")
            else:
                # A group may have left the installation since; its hours concern nobody any more.
                known = {group: week for group, week in stored.groups.items() if group in self._skill_groups}
                plan, is_changed = stored.model_copy(update={"groups": known}), True
        version, at_ms = _stamp(fields)
        return HeldHours(plan, plan.working(), version, is_changed, fields.get("by"), at_ms)


def _stamp(fields: dict[str, str]) -> tuple[int, int | None]:
    return int(fields.get("version", 0)), int(fields["at_ms"]) if "at_ms" in fields else None
