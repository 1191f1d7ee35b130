"""Reads data/working_hours.yml; the calendar of public holidays comes from the `holidays` library."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import holidays
import yaml

from handoff.errors import StartupError
from handoff.hours import Week, WorkingHours, parse_period


def load_hours(path: Path, skill_groups: Iterable[str]) -> WorkingHours:
    """The working hours; no file means always. StartupError says what is wrong in it."""
    if not path.exists():
        return WorkingHours()
    calendar = holidays.country_holidays("CN")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        groups = {str(group): _week(week) for group, week in (data.get("groups") or {}).items()}
        hours = WorkingHours(
            default=_week(data["default"]),
            groups=groups,
            extra_workdays=_days(data.get("extra_workdays")),
            closures=_days(data.get("closures")),
            is_holiday=lambda day: day in calendar,
            # The library fills a year when a day of it is first asked for.
            is_exchanged=lambda day: day not in calendar and day in calendar.weekend_workdays,
        )
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise StartupError(f"{path}: {type(error).__name__}: {error}; correct it as its comments say.") from error
    unknown = sorted(set(groups) - set(skill_groups))
    if unknown:
        raise StartupError(f"{path}: no such skill group: {', '.join(unknown)}.")
    return hours


def _week(data: dict[str, list[str]]) -> Week:
    return Week(*(tuple(parse_period(text) for text in data[kind]) for kind in ("workday", "weekend", "holiday")))


def _days(data: list[Any] | None) -> frozenset[date]:
    days = frozenset(data or [])
    if any(type(day) is not date for day in days):
        raise ValueError("a day is written 2027-01-15")
    return days
