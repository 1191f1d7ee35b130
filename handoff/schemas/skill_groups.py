"""Bodies of the skill groups."""

from pydantic import BaseModel, Field

from handoff.models import Agent
from handoff.schemas.changeable import InForce
from handoff.schemas.common import Body
from handoff.schemas.hours import GroupNow
from handoff.skill_groups import GroupsPlan


class GroupState(GroupNow):
    """How a skill group stands at this moment."""

    waiting: int
    longest_wait_s: int = Field(description="Of those who wait now; 0 when nobody does.")


class GroupDefaults(BaseModel):
    """What holds where a group says nothing of its own."""

    queue_limit: int
    overflow_after_s: float


class SkillGroupsAnswer(InForce):
    """The skill groups: what is in force, how they stand, and who serves them."""

    plan: GroupsPlan
    defaults: GroupDefaults
    now: list[GroupState]
    agents: list[Agent] = Field(description="Those who serve customers, by user name; without skill groups: all.")


class ChangedGroups(Body):
    """What is to hold for the groups, in place of the plan of this version; a group left out is as the file says."""

    plan: GroupsPlan
    version: int = Field(ge=0, le=2**31)
