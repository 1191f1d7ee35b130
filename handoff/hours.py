"""When people serve: working hours a skill group, public holidays, exchanged working days, own closures. Pure.

A moment is open when it lies in a period of its own day, or in one of the day before that crosses midnight.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

DAY_MINUTES = 24 * 60
# Closed for longer than this: no opening is promised.
LOOK_AHEAD_DAYS = 60
SATURDAY = 5

Period = tuple[int, int]  # minutes after midnight; an end beyond DAY_MINUTES lies in the next day


class DayKind(StrEnum):
    """Kinds of days; the first that fits, in this order."""

    CLOSURE = "closure"  # nobody serves
    EXTRA_WORKDAY = "extra_workday"  # worked though the calendar says otherwise
    EXCHANGED = "exchanged"  # a weekend day that is worked for a holiday
    HOLIDAY = "holiday"
    WEEKEND = "weekend"
    WORKDAY = "workday"


@dataclass(frozen=True)
class Week:
    """The periods of each kind of day."""

    workday: tuple[Period, ...]
    weekend: tuple[Period, ...]
    holiday: tuple[Period, ...]


ALWAYS = Week(*[((0, DAY_MINUTES),)] * 3)


@dataclass(frozen=True)
class WorkingHours:
    """The hours of all groups. `is_holiday` and `is_exchanged` (a weekend day that is worked) know the calendar."""

    default: Week = ALWAYS
    groups: Mapping[str, Week] = field(default_factory=dict)
    extra_workdays: frozenset[date] = frozenset()
    closures: frozenset[date] = frozenset()
    is_holiday: Callable[[date], bool] = lambda _day: False
    is_exchanged: Callable[[date], bool] = lambda _day: False

    def kind(self, day: date) -> DayKind:
        """What kind of day it is, and so which periods hold."""
        if day in self.closures:
            return DayKind.CLOSURE
        if day in self.extra_workdays:
            return DayKind.EXTRA_WORKDAY
        if self.is_exchanged(day):
            return DayKind.EXCHANGED
        if self.is_holiday(day):
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKDAY

    def periods(self, skill_group: str, day: date) -> tuple[Period, ...]:
        """The periods that begin on a day."""
        week = self.groups.get(skill_group, self.default)
        match self.kind(day):
            case DayKind.CLOSURE:
                return ()
            case DayKind.HOLIDAY:
                return week.holiday
            case DayKind.WEEKEND:
                return week.weekend
            case DayKind.EXTRA_WORKDAY | DayKind.EXCHANGED | DayKind.WORKDAY:
                return week.workday

    def is_open(self, skill_group: str, moment: datetime) -> bool:
        """Whether the group works at this moment of its local time."""
        today = moment.date()
        # A closure is a whole day: what the evening before would carry over midnight is closed too.
        carried = () if today in self.closures else self.periods(skill_group, today - timedelta(days=1))
        minute = moment.hour * 60 + moment.minute
        return any(start <= minute < end for start, end in self.periods(skill_group, today)) or any(
            minute < end - DAY_MINUTES for _, end in carried
        )

    def next_opening(self, skill_group: str, moment: datetime) -> datetime | None:
        """When the group works next; the moment itself when it works now; None when not within LOOK_AHEAD_DAYS."""
        if self.is_open(skill_group, moment):
            return moment
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        for days in range(LOOK_AHEAD_DAYS + 1):
            day = midnight + timedelta(days=days)
            for start, _ in sorted(self.periods(skill_group, day.date())):
                opening = day + timedelta(minutes=start)
                if opening > moment:
                    return opening
        return None


def parse_period(text: str) -> Period:
    """`08:00-22:00` in minutes; an end not after its start lies in the next day. ValueError when it is none."""
    start, end = (_minutes(part) for part in text.split("-", 1))
    if start >= DAY_MINUTES:
        raise ValueError(f"no beginning of a period: {text}")
    return start, end if end > start else end + DAY_MINUTES


def period_text(period: Period) -> str:
    """(see parse_period) An end in the next day is written as its time of day: 20:00-02:00."""
    start, end = period
    return f"{_clock(start)}-{_clock(end if end <= DAY_MINUTES else end - DAY_MINUTES)}"


def opening_words(opening: datetime, now: datetime) -> str:
    """An opening as people say it: 今天 14:00, 明天 08:00, 2月24日 08:00."""
    days = (opening.date() - now.date()).days
    day = ("今天", "明天")[days] if days in (0, 1) else f"{opening.month}月{opening.day}日"
    return f"{day} {opening:%H:%M}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(text: str) -> int:
    hour, minute = text.strip().split(":")
    if len(minute) != 2 or not (0 <= int(minute) < 60 and 0 <= int(hour) * 60 + int(minute) <= DAY_MINUTES):
        raise ValueError(f"no time of day: {text}")
    return int(hour) * 60 + int(minute)
