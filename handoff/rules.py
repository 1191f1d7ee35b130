"""Pure arithmetic of the queue: order and estimated wait."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from handoff.vocabulary import Priority

# A request is served as if it had come this much earlier. Being a head start and not a class of its own, it lets
# waiting time count: after half an hour a normal request goes before an urgent one that has just come.
HEAD_START_S: dict[Priority, int] = {Priority.NORMAL: 0, Priority.HIGH: 10 * 60, Priority.URGENT: 30 * 60}

# Used until enough handling times were measured; ordinary for text service.
DEFAULT_HANDLING_S = 300.0
MINIMUM_SAMPLES = 5
# From a free agent seeing a request to claiming it.
PICKUP_S = 20.0
ROUND_TO_S = 30  # a figure to the second would pretend to know


@dataclass(frozen=True)
class Staff:
    """Who is there for a skill group right now."""

    agents_online: int
    capacity: int  # conversations they can serve at once, together
    active: int  # conversations they serve now


def head_start_us(priority: Priority) -> int:
    """Microseconds by which a request of this priority goes before its arrival."""
    return HEAD_START_S[priority] * 1_000_000


def handling_time_s(samples: Sequence[float]) -> float:
    """What one service takes: the mean of the measured ones, with the default standing in for missing samples."""
    missing = max(0, MINIMUM_SAMPLES - len(samples))
    return (sum(samples) + missing * DEFAULT_HANDLING_S) / (len(samples) + missing)


def estimated_wait_s(position: int, staff: Staff, handling_s: float) -> int | None:
    """Seconds until the request at `position` (1 = next) is probably claimed; None when nobody is online.

    Free places are filled first, one pick-up each; the rest waits until one of the `capacity` running services ends,
    which happens every `handling_s / capacity` on average.
    """
    if staff.agents_online == 0 or staff.capacity == 0:
        return None
    free = max(0, staff.capacity - staff.active)
    beyond = max(0, position - free)
    wait_s = PICKUP_S + beyond * handling_s / staff.capacity
    return math.ceil(wait_s / ROUND_TO_S) * ROUND_TO_S
