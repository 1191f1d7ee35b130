"""What a replay came to: one result a line, and their summary."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

UNANSWERED = "no answer"


@dataclass(frozen=True)
class Result:
    """One utterance and what the system made of it.

    Attributes:
        outcome: task, answer, clarification, rephrase, smalltalk, handoff, failure, or ``UNANSWERED``.
        detail: the task's name, the article with its score, the handoff's reason, or the error.
        reply: the text of the first answer.
        latency_ms: from sending the message to its first answer.
    """

    text: str
    outcome: str
    detail: str
    reply: str
    latency_ms: float


def describe(outcome: dict[str, Any]) -> str:
    """The telling part of an outcome as the API gives it, for a table's cell."""
    if outcome.get("article_id"):
        score = outcome.get("score")
        return outcome["article_id"] if score is None else f"{outcome['article_id']} {score:.2f}"
    return str(outcome.get("task") or outcome.get("reason") or "")


def summarise(results: Sequence[Result], seconds: float) -> dict[str, Any]:
    """Counts by outcome and by handoff reason, latency percentiles in ms over answered lines, and the rate."""
    latencies = [result.latency_ms for result in results if result.outcome != UNANSWERED]
    percentiles = np.percentile(latencies, [50, 95, 99]) if latencies else [float("nan")] * 3
    handoffs = Counter(result.detail for result in results if result.outcome == "handoff")
    return {
        "lines": len(results),
        "errors": sum(result.outcome in (UNANSWERED, "failure") for result in results),
        "outcomes": dict(Counter(result.outcome for result in results).most_common()),
        "handoff_reasons": dict(handoffs.most_common()),
        "latency_ms": {f"p{p}": round(float(v), 1) for p, v in zip((50, 95, 99), percentiles, strict=True)},
        "seconds": round(seconds, 1),
        "lines_per_second": round(len(results) / seconds, 1) if seconds else 0.0,
    }


def report(results: Sequence[Result], seconds: float) -> dict[str, Any]:
    """The summary with every result, ready for JSON."""
    return {"summary": summarise(results, seconds), "results": [asdict(result) for result in results]}
