"""Figures from predictions: right answers, how well confidence tells them, what refusing costs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.evaluation.labelled import Gold

UNCLEAR = "unclear"
HUMAN = "transfer_human"
CALIBRATION_BINS = 10


@dataclass(frozen=True)
class Prediction:
    """A predicted label with the confidence that was given for it, in [0, 1]."""

    label: str
    confidence: float


@dataclass(frozen=True)
class Judged:
    """A prediction beside the truth. `truth` is the accepted label nearest to the prediction."""

    gold: Gold
    prediction: Prediction

    @property
    def right(self) -> bool:
        """Whether the prediction counts as right."""
        return self.gold.accepts(self.prediction.label)

    @property
    def truth(self) -> str:
        """The label it is judged against: where two are right, the one predicted, else the first."""
        return self.prediction.label if self.right else self.gold.label


def judge(golds: Sequence[Gold], predictions: Sequence[Prediction]) -> list[Judged]:
    """Pairs truths and predictions of equal number."""
    return [Judged(gold, prediction) for gold, prediction in zip(golds, predictions, strict=True)]


def accuracy(judged: Sequence[Judged]) -> float:
    """Share of right predictions; 0 for none."""
    return sum(j.right for j in judged) / len(judged) if judged else 0.0


def per_label(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and support of every label that occurs as truth or prediction."""
    truths = Counter(j.truth for j in judged)
    predicted = Counter(j.prediction.label for j in judged)
    right = Counter(j.truth for j in judged if j.right)
    table = {}
    for label in sorted(truths | predicted):
        precision = right[label] / predicted[label] if predicted[label] else 0.0
        recall = right[label] / truths[label] if truths[label] else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        table[label] = {"precision": precision, "recall": recall, "f1": f1, "support": truths[label]}
    return table


def macro_f1(judged: Sequence[Judged]) -> float:
    """Mean F1 of the labels that occur as truth."""
    scores = [row["f1"] for row in per_label(judged).values() if row["support"]]
    return sum(scores) / len(scores) if scores else 0.0


def reliability(judged: Sequence[Judged], bins: int = CALIBRATION_BINS) -> list[dict[str, float]]:
    """Confidence against accuracy in `bins` equal intervals (low, high]; empty ones are left out."""
    numbers = [min(bins - 1, max(0, int(np.ceil(j.prediction.confidence * bins)) - 1)) for j in judged]
    table = []
    for number in range(bins):
        inside = [j for j, its in zip(judged, numbers, strict=True) if its == number]
        if inside:
            confidence = sum(j.prediction.confidence for j in inside) / len(inside)
            table.append(
                {
                    "low": number / bins,
                    "high": (number + 1) / bins,
                    "n": len(inside),
                    "confidence": confidence,
                    "accuracy": accuracy(inside),
                }
            )
    return table


def expected_calibration_error(judged: Sequence[Judged]) -> float:
    """Mean distance of confidence and accuracy over the reliability bins, weighted by their rows."""
    bins = reliability(judged)
    return sum(b["n"] * abs(b["confidence"] - b["accuracy"]) for b in bins) / len(judged) if judged else 0.0


def risk_coverage(judged: Sequence[Judged], points: int = 20) -> list[dict[str, float]]:
    """What acting only on the surest share costs: coverage, the threshold that gives it, share of wrong among them."""
    by_confidence = sorted(judged, key=lambda j: -j.prediction.confidence)
    wrong = np.cumsum([not j.right for j in by_confidence])
    curve = []
    for point in range(1, points + 1):
        covered = max(1, round(len(by_confidence) * point / points))
        curve.append(
            {
                "coverage": covered / len(by_confidence),
                "threshold": by_confidence[covered - 1].prediction.confidence,
                "risk": float(wrong[covered - 1] / covered),
            }
        )
    return curve


def confusions(judged: Sequence[Judged]) -> list[tuple[str, str, list[Judged]]]:
    """(truth, prediction, rows) of every kind of mistake, the most frequent first."""
    kinds: dict[tuple[str, str], list[Judged]] = {}
    for j in judged:
        if not j.right:
            kinds.setdefault((j.truth, j.prediction.label), []).append(j)
    return [(truth, label, rows) for (truth, label), rows in sorted(kinds.items(), key=lambda kind: -len(kind[1]))]


def summary(judged: Sequence[Judged]) -> dict[str, Any]:
    """All figures of an evaluation, ready for JSON."""
    figures: dict[str, Any] = {
        "n": len(judged),
        "accuracy": accuracy(judged),
        "macro_f1": macro_f1(judged),
        "per_label": per_label(judged),
        "expected_calibration_error": expected_calibration_error(judged),
        "reliability": reliability(judged),
        "risk_coverage": risk_coverage(judged) if judged else [],
    }
    if any(j.gold.label == UNCLEAR for j in judged):
        unclear = figures["per_label"].get(UNCLEAR, {"recall": 0.0, "precision": 0.0})
        figures["accuracy_clear"] = accuracy([j for j in judged if j.gold.label != UNCLEAR])
        figures["unclear_recall"] = unclear["recall"]
        figures["unclear_precision"] = unclear["precision"]
    if any(j.truth == HUMAN for j in judged):
        others = [j for j in judged if j.truth != HUMAN]
        false_alarms = sum(j.prediction.label == HUMAN for j in others)
        figures[HUMAN] = {
            "recall": figures["per_label"][HUMAN]["recall"],
            "false_alarms": false_alarms / len(others) if others else 0.0,
        }
    return figures
