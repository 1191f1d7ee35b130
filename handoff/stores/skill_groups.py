"""What holds for the skill groups now: what the file says, until an administrator changes it."""

from handoff.skill_groups import GroupPlan, GroupsPlan
from handoff.stores.changeable import Changeable


class SkillGroups(Changeable[GroupsPlan]):
    """Reads and changes what holds for the groups. (see parent class for full docstring)"""

    name = "skill_groups"

    async def all(self) -> dict[str, GroupPlan]:
        """What holds for each group, in the order of the file."""
        return (await self.held()).plan.groups

    async def names(self) -> dict[str, str]:
        """What each group is called."""
        return (await self.held()).plan.names

    def known(self, plan: GroupsPlan) -> GroupsPlan:
        """For the groups the installation has: one may have left it since, and one may have come."""
        return plan.over(self._of_file)
