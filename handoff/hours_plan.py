"""Working hours as people write them: in the file, over the API, in Redis. One shape and one check for all three."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import holidays
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

from handoff.hours import Week, WorkingHours, parse_period
from handoff.models import SkillGroupId

PERIOD_LIMIT = 12  # a day
DAYS_LIMIT = 1000  # closures, and extra working days


def _or_empty(value: Any) -> Any:
    return [] if value is None else value


def _written_day(value: Any) -> Any:
    # A number would be taken for seconds since 1970.
    if type(value) is not date and not isinstance(value, str):
        raise ValueError("a day is written 2027-01-15")
    return value


def _period(value: Any) -> Any:
    if isinstance(value, str):
        parse_period(value)
    return value


PeriodText = Annotated[str, StringConstraints(max_length=20), BeforeValidator(_period)]
Periods = Annotated[list[PeriodText], Field(max_length=PERIOD_LIMIT, examples=[["08:00-12:00", "13:00-22:00"]])]
Day = Annotated[date, BeforeValidator(_written_day)]
Days = Annotated[list[Day], BeforeValidator(_or_empty), Field(max_length=DAYS_LIMIT)]


class WeekPlan(BaseModel):
    """The periods of each kind of day, `08:00-22:00`; an end not after its start lies in the next day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workday: Periods
    weekend: Periods
    holiday: Periods

    def week(self) -> Week:
        """In minutes."""
        kinds = (self.workday, self.weekend, self.holiday)
        return Week(*(tuple(parse_period(text) for text in periods) for periods in kinds))


ALWAYS_PLAN = WeekPlan(workday=["00:00-24:00"], weekend=["00:00-24:00"], holiday=["00:00-24:00"])


class HoursPlan(BaseModel):
    """When people serve: of all groups, of those that differ, and the days that are different for all."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)

    default: WeekPlan = ALWAYS_PLAN
    groups: dict[SkillGroupId, WeekPlan] = {}
    extra_workdays: Days = Field(default=[], description="Worked though the calendar says otherwise.")
    closures: Days = Field(default=[], description="Nobody serves, the whole day.")

    @field_validator("groups", mode="before")
    @classmethod
    def _no_groups(cls, value: Any) -> Any:
        return {} if value is None else value

    def unknown_groups(self, skill_groups: Iterable[str]) -> list[str]:
        """Groups the plan names and the installation does not have."""
        return sorted(set(self.groups) - set(skill_groups))

    def working(self) -> WorkingHours:
        """The rule it stands for; public holidays and exchanged days come from the `holidays` library."""
        calendar = holidays.country_holidays("CN")
        return WorkingHours(
            default=self.default.week(),
            groups={group: plan.week() for group, plan in self.groups.items()},
            extra_workdays=frozenset(self.extra_workdays),
            closures=frozenset(self.closures),
            is_holiday=lambda day: day in calendar,
            # The library fills a year when a day of it is first asked for.
            is_exchanged=lambda day: day not in calendar and day in calendar.weekend_workdays,
        )


def holiday_name(day: date) -> str | None:
    """What a public holiday is called."""
    name: str | None = holidays.country_holidays("CN", language="zh_CN").get(day)
    return name
