"""Skill groups: what they are called, how many may wait there, and who helps out. Which there are, the file says."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from handoff.models import SkillGroupId

GENERAL: Final = "general"  # takes what belongs nowhere else, and helps out where nobody else is named

GroupName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50, pattern=r"^[^\x00-\x1f]*$")
]
QueueLimit = Annotated[int, Field(ge=1, le=100_000)]
OverflowAfter = Annotated[float, Field(gt=0, le=24 * 3600)]


class GroupPlan(BaseModel):
    """What holds for one group."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)

    name: GroupName
    queue_limit: QueueLimit | None = Field(default=None, description="Requests that may wait; null: as for all.")
    overflow: SkillGroupId | None = Field(
        default=None, description="The group that may serve what has waited too long; null: nobody."
    )
    overflow_after_s: OverflowAfter | None = Field(default=None, description="What too long is; null: as for all.")


class GroupsPlan(BaseModel):
    """What holds for every group, by id, in the order of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)

    groups: dict[SkillGroupId, GroupPlan] = Field(max_length=200)

    @property
    def names(self) -> dict[str, str]:
        """What each is called."""
        return {group: plan.name for group, plan in self.groups.items()}

    def over(self, of_file: "GroupsPlan") -> "GroupsPlan":
        """This plan for exactly the groups of the file: those it does not name, and help by one that is not there any
        more, are as the file says."""
        groups = {}
        for group, filed in of_file.groups.items():
            plan = self.groups.get(group, filed)
            if plan.overflow is not None and plan.overflow not in of_file.groups:
                plan = plan.model_copy(update={"overflow": filed.overflow})
            groups[group] = plan
        return GroupsPlan(groups=groups)


@dataclass(frozen=True)
class Mistake:
    """Something in a plan that cannot be: where, and why in words for people."""

    group: str
    field: str
    why: str


def mistakes(plan: GroupsPlan, of_file: GroupsPlan) -> list[Mistake]:
    """What is wrong with a plan somebody wants to put in force. Two groups may help each other: help goes one step."""
    found = [Mistake(group, "id", f"没有这个技能组：{group}。") for group in plan.groups if group not in of_file.groups]
    named: dict[str, str] = {}
    for group, wanted in plan.over(of_file).groups.items():
        if other := named.get(wanted.name.casefold()):
            found.append(Mistake(group, "name", f"名称“{wanted.name}”和“{other}”重复了，请换一个。"))
        named.setdefault(wanted.name.casefold(), wanted.name)
    for group, wanted in plan.groups.items():
        if wanted.overflow == group:
            found.append(Mistake(group, "overflow", f"{wanted.name}不能由自己帮忙，请选别的技能组或“没有”。"))
        elif wanted.overflow is not None and wanted.overflow not in of_file.groups:
            found.append(Mistake(group, "overflow", f"帮忙的技能组不存在：{wanted.overflow}。"))
    return found
