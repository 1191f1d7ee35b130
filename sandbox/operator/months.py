"""Calendar months in the operator's time zone (China, UTC+8, no daylight saving)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")


def today() -> date:
    """Today in the operator's time zone."""
    return datetime.now(CHINA).date()


def first_day(day: date, months_back: int = 0) -> date:
    """The first day of the month that lies `months_back` months before the month of `day`."""
    index = day.year * 12 + day.month - 1 - months_back
    return date(index // 12, index % 12 + 1, 1)


def start_of(day: date) -> str:
    """Midnight of `day` as an RFC 3339 date-time."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).isoformat()


def last_moment_before(day: date) -> str:
    """One second before midnight of `day`."""
    return (datetime(day.year, day.month, day.day, tzinfo=CHINA) - timedelta(seconds=1)).isoformat()
