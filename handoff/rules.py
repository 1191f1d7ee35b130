"""Pure arithmetic of the queue: order and estimated wait."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from handoff.models import Contact
from handoff.vocabulary import Priority, PriorityReason

# A request is served as if it had come this much earlier. Being a head start and not a class of its own, it lets
# waiting time count: after half an hour a normal request goes before an urgent one that has just come.
HEAD_START_S: dict[Priority, int] = {Priority.NORMAL: 0, Priority.HIGH: 10 * 60, Priority.URGENT: 30 * 60}

REPEATED_WITHIN_MS = 7 * 24 * 3600 * 1000

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


def raised(priority: Priority, reasons: Collection[PriorityReason]) -> Priority:
    """One step more urgent for who asks (however many reasons name them), and one for having to ask again."""
    steps = (PriorityReason.REPEATED in reasons) + bool(set(reasons) - {PriorityReason.REPEATED})
    order = list(HEAD_START_S)
    return order[min(order.index(priority) + steps, len(order) - 1)]


def repeated_contact(contacts: Iterable[Contact], now_ms: int) -> Contact | None:
    """The last of these services, if it was asked for within a week and left the matter open."""
    last = max(contacts, key=lambda contact: contact.at_ms, default=None)
    is_open = last is not None and last.resolved is False and last.at_ms >= now_ms - REPEATED_WITHIN_MS
    return last if is_open else None


@dataclass(frozen=True)
class Candidate:
    """An agent who is online, as far as assigning is concerned."""

    agent_id: str
    skill_groups: tuple[str, ...]  # empty: all
    capacity: int
    active: int
    last_served_ms: int

    @property
    def is_free(self) -> bool:
        """Whether there is room for one more."""
        return self.active < self.capacity


@dataclass(frozen=True)
class Overflow:
    """The group that helps out where another cannot keep up, and after which wait."""

    to: str
    after_s: float


@dataclass(frozen=True)
class Giver:
    """The agent who transferred a request to its group, and how long ago."""

    agent_id: str
    ago_s: float


def serves(skill_groups: Sequence[str], wanted: str, waited_s: float, overflow: Overflow | None) -> bool:
    """Whether an agent of these groups (none: all) may take a request of a group that has waited so long.

    `overflow`: of the wanted group; None when nobody helps out there now.
    """
    if not skill_groups or wanted in skill_groups:
        return True
    return overflow is not None and overflow.to in skill_groups and waited_s >= overflow.after_s


def choose(
    candidates: Sequence[Candidate],
    wanted: str,
    waited_s: float,
    overflow: Overflow | None,
    preferred_id: str | None,
    preferred_wait_s: float,
    giver: Giver | None = None,
) -> Candidate | None:
    """Who is assigned a request: the preferred agent, else the least busy, else the longest idle; None: nobody yet.

    The preferred agent is waited for only while online and only for `preferred_wait_s`, never while absent.
    Whoever gave it away gets it back only when there is nobody else, and not before others had as long to be free.
    """
    able = [c for c in candidates if c.is_free and serves(c.skill_groups, wanted, waited_s, overflow)]
    if giver is not None:
        others = [c for c in able if c.agent_id != giver.agent_id]
        able = others if others or giver.ago_s < preferred_wait_s else able
    for candidate in candidates:
        if candidate.agent_id == preferred_id:
            if candidate.is_free:
                return candidate
            if waited_s < preferred_wait_s:
                return None
    return min(able, key=lambda c: (c.active / c.capacity, c.last_served_ms, c.agent_id), default=None)


def handling_time_s(samples: Sequence[float]) -> float:
    """What one service takes: the mean of the measured ones, with the default standing in for missing samples."""
    missing = max(0, MINIMUM_SAMPLES - len(samples))
    return (sum(samples) + missing * DEFAULT_HANDLING_S) / (len(samples) + missing)


@dataclass(frozen=True)
class Line:
    """The queue some of the agents work through: all groups they may serve, merged in the order of service."""

    skill_groups: frozenset[str]
    staff: Staff  # those who serve the wanted group and nothing outside these groups


def lines(
    agents: Sequence[Candidate], wanted: str, known_groups: Iterable[str], overflows: Mapping[str, Overflow]
) -> list[Line]:
    """The lines in which a request of the group `wanted` is reached; nobody there: the longest it may come to."""
    everything = frozenset(known_groups) | {wanted}
    able = [
        (_reach(agent, everything, overflows), agent) for agent in agents if serves(agent.skill_groups, wanted, 0, None)
    ]
    return [
        Line(reach, _staff([agent for other, agent in able if other <= reach]))
        for reach in sorted({reach for reach, _ in able} or {everything}, key=sorted)
    ]


def _reach(agent: Candidate, everything: frozenset[str], overflows: Mapping[str, Overflow]) -> frozenset[str]:
    """All groups whose requests an agent may take before another one: their own, and those they help out."""
    if not agent.skill_groups:
        return everything
    helped = {group for group, overflow in overflows.items() if overflow.to in agent.skill_groups}
    return frozenset(agent.skill_groups) | (helped & everything)


def _staff(agents: Sequence[Candidate]) -> Staff:
    # Nobody is more than full: what one has too much does not take away another's free place.
    return Staff(
        agents_online=len(agents),
        capacity=sum(agent.capacity for agent in agents),
        active=sum(min(agent.active, agent.capacity) for agent in agents),
    )


def place(lines: Sequence[Line], ahead: Mapping[str, int], handling_s: float) -> tuple[int, int | None]:
    """Position and estimated wait (seconds, None: nobody online) behind `ahead` requests in each group.

    Every line is an upper bound on its own, because agents outside it only make it shorter; so the best one holds.
    """
    return best_place(
        [(1 + sum(ahead.get(group, 0) for group in line.skill_groups), line.staff) for line in lines], handling_s
    )


def best_place(places: Sequence[tuple[int, Staff]], handling_s: float) -> tuple[int, int | None]:
    """The best position and estimated wait of one request among its positions in several lines."""
    waits = [estimated_wait_s(position, staff, handling_s) for position, staff in places]
    known = [wait_s for wait_s in waits if wait_s is not None]
    return min(position for position, _ in places), min(known, default=None)


def is_other_wait(told_s: int | None, now_s: int | None) -> bool:
    """Whether an estimate differs so much from the one that was told that it is told anew: by a quarter, and by more
    than what figures are rounded to."""
    if told_s is None or now_s is None:
        return told_s != now_s
    return abs(now_s - told_s) > max(ROUND_TO_S, told_s / 4)


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
