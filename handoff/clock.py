"""What day and hour it is where people work. The only clock that working hours and words like 明天 are told by."""

import zoneinfo
from datetime import datetime


def local(time_zone: str) -> datetime:
    """Now, by the clock on the wall of the desks."""
    return datetime.now(zoneinfo.ZoneInfo(time_zone))
