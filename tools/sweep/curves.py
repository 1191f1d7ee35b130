"""Rates and cost of a set of thresholds over all messages, and the search for the cheapest set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.decision import Decision, History, Hit, IntentBook, Step, Thresholds, Understanding, decide
from bot.evaluation.labelled import Gold
from tools.sweep.verdict import Costs, Verdict, verdict

# Probabilities that are swept, and where. Counts are not: two failed turns and three choices are the product's word.
GRID = (*(round(0.05 * step, 2) for step in range(1, 20)), 0.97, 0.99)
SWEPT = (
    *("task", "information", "smalltalk", "transfer_human", "complaint", "abuse", "ambiguity"),
    *("answer", "exact", "article_over_task", "why_article", "own_article", "intent_boost"),
    *("clarify_intent", "clarify_article"),
)
# Costs this close to the lowest, relative to it, are not told apart by a file of some hundred messages.
PLATEAU = 0.01
MOST_ROUNDS = 6

NO_HISTORY = History()


@dataclass(frozen=True)
class Message:
    """One labelled message, understood and searched once; deciding it again is cheap."""

    gold: Gold
    understanding: Understanding
    hits: Sequence[Hit]


@dataclass(frozen=True)
class Point:
    """All messages decided with one set of thresholds. Rates are shares of all messages; `cost` is per message.

    `handoff_rate` counts whoever is handed over at once, and whoever is asked back without being offered the right
    reading: saying the same again, they fail a second time and reach a person.
    """

    thresholds: Thresholds
    wrong_rate: float
    handoff_rate: float
    coverage: float
    cost: float
    verdicts: Counter[Verdict]


@dataclass(frozen=True)
class Sweep:
    """The curve of one threshold, the others fixed."""

    name: str
    values: tuple[float, ...]
    points: tuple[Point, ...]

    @property
    def best(self) -> float:
        """The middle of the values whose cost is about the lowest: the least sensitive to this very file."""
        lowest = min(point.cost for point in self.points)
        enough = lowest * (1 + PLATEAU) + 1e-9
        plateau = [v for v, point in zip(self.values, self.points, strict=True) if point.cost <= enough]
        return plateau[(len(plateau) - 1) // 2]


class Measure:
    """Decides all messages with given thresholds and adds up what comes of it."""

    def __init__(self, messages: Sequence[Message], book: IntentBook, costs: Costs) -> None:
        self.messages = messages
        self.book = book
        self.costs = costs

    def decisions(self, thresholds: Thresholds) -> Iterator[tuple[Message, Decision, Verdict]]:
        """Every message with its decision and the verdict on it."""
        for message in self.messages:
            decision = decide(message.understanding, message.hits, NO_HISTORY, thresholds, self.book)
            yield message, decision, verdict(message.gold, decision, self.book)

    def point(self, thresholds: Thresholds) -> Point:
        """Rates and cost of one set of thresholds."""
        verdicts: Counter[Verdict] = Counter()
        handoffs = asked = 0
        for _, decision, found in self.decisions(thresholds):
            verdicts[found] += 1
            back = decision.step in (Step.CLARIFY, Step.REPHRASE)
            handoffs += decision.step is Step.HANDOFF or (back and found is not Verdict.ASKED_WELL)
            asked += back
        n = len(self.messages)
        cost = sum(self.costs.of(found) * count for found, count in verdicts.items())
        return Point(thresholds, verdicts[Verdict.WRONG] / n, handoffs / n, 1 - asked / n, cost / n, verdicts)

    def sweep(self, name: str, thresholds: Thresholds) -> Sweep:
        """The curve of one threshold over all values that make sense beside the others."""
        values = tuple(value for value in GRID if _sensible(name, value, thresholds))
        return Sweep(name, values, tuple(self.point(with_value(thresholds, name, value)) for value in values))

    def cheapest(self, start: Thresholds, say: Callable[[str], None]) -> Thresholds:
        """One threshold after the other to its best value, until nothing gets cheaper."""
        current, cost = start, self.point(start).cost
        for number in range(1, MOST_ROUNDS + 1):
            before = cost
            for name in SWEPT:
                moved = with_value(current, name, self.sweep(name, current).best)
                moved_cost = self.point(moved).cost
                # Within the plateau a threshold stays where it is: moving it would follow noise.
                if moved_cost < cost * (1 - PLATEAU):
                    current, cost = moved, moved_cost
            say(f"round {number}: cost {cost:.4f} a message")
            if cost >= before:
                break
        return current


def with_value(thresholds: Thresholds, name: str, value: float) -> Thresholds:
    """`thresholds` with one of them changed."""
    changes: dict[str, float] = {name: value}
    return replace(thresholds, **changes)  # type: ignore[arg-type]


def _sensible(name: str, value: float, t: Thresholds) -> bool:
    moved = with_value(t, name, value)
    return moved.clarify_article <= moved.answer <= moved.exact and moved.clarify_intent <= moved.task
