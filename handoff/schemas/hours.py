"""Bodies of the working hours."""

from datetime import date

from pydantic import BaseModel, Field

from handoff.hours import DayKind
from handoff.hours_plan import HoursPlan
from handoff.schemas.changeable import InForce
from handoff.schemas.common import Body


class GroupNow(BaseModel):
    """Whether a skill group works at this moment."""

    skill_group: str
    name: str
    open: bool
    next_opening_ms: int | None = Field(description="None: open now, or closed for longer than two months.")


class HoursAnswer(InForce):
    """The working hours in force."""

    hours: HoursPlan
    time_zone: str
    now: list[GroupNow]


class GroupDay(BaseModel):
    """When a skill group works on a day."""

    skill_group: str
    name: str
    periods: list[str] = Field(description="`08:00-22:00`; empty: not at all.")


class PreviewedDay(BaseModel):
    """A day as the hours would have it."""

    date: date
    kind: DayKind
    holiday: str | None = Field(description="What a public holiday is called.")
    groups: list[GroupDay]


class PreviewedHours(BaseModel):
    """The days to look at before hours are changed, in their order."""

    days: list[PreviewedDay]


class HoursToPreview(Body):
    """Hours that may not hold yet."""

    hours: HoursPlan


class ChangedHours(Body):
    """New hours for all, in place of those of this version."""

    hours: HoursPlan
    version: int = Field(ge=0, le=2**31)
