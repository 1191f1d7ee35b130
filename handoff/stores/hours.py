"""Working hours as they hold now: the file's, until an administrator changes them."""

from collections.abc import Collection

from redis.asyncio import Redis

from handoff.hours import WorkingHours
from handoff.hours_plan import HoursPlan
from handoff.keys import Keys
from handoff.stores.changeable import Changeable, Held
from handoff.stores.connection import Scripts


class Hours(Changeable[HoursPlan]):
    """Reads and changes working hours. (see parent class for full docstring)"""

    name = "hours"

    def __init__(
        self, redis: "Redis", keys: Keys, scripts: Scripts, of_file: HoursPlan, skill_groups: Collection[str]
    ) -> None:
        super().__init__(redis, keys, scripts, of_file)
        self._skill_groups = frozenset(skill_groups)
        self._worked_out: tuple[Held[HoursPlan], WorkingHours] = (self._held, of_file.working())

    async def working(self) -> WorkingHours:
        """The rule that says who works when; its calendar is costly to build, so it is kept while the hours hold."""
        held = await self.held()
        if self._worked_out[0] is not held:
            self._worked_out = (held, held.plan.working())
        return self._worked_out[1]

    def known(self, plan: HoursPlan) -> HoursPlan:
        """Without groups that have left the installation: their hours concern nobody any more."""
        groups = {group: week for group, week in plan.groups.items() if group in self._skill_groups}
        return plan.model_copy(update={"groups": groups})
