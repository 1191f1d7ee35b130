"""The thresholds file: read once, checked completely, one clear line when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import yaml

DEFAULT_FILE = Path(__file__).with_name("thresholds.yml")

# What is a count and not a probability, with its smallest and largest sensible value.
_COUNTS = {"max_candidates": (1, 3), "failed_turns": (1, 10), "month_reply_rest": (0, 20)}


class ThresholdError(ValueError):
    """The thresholds file is missing, no YAML, or holds a value that makes no sense."""


@dataclass(frozen=True)
class Thresholds:
    """See `thresholds.yml` for what each one means; probabilities lie in 0..1."""

    task: float
    information: float
    smalltalk: float
    transfer_human: float
    complaint: float
    abuse: float
    ambiguity: float
    answer: float
    exact: float
    article_over_task: float
    why_article: float
    own_article: float
    intent_boost: float
    clarify_intent: float
    clarify_article: float
    max_candidates: int
    failed_turns: int
    month_reply_rest: int


def load_thresholds(path: str | Path | None = None) -> Thresholds:
    """Read and check the thresholds file; raises ThresholdError that names file and key."""
    file = Path(path) if path else DEFAULT_FILE
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as e:
        raise ThresholdError(f"{file}: cannot be read ({e.strerror})") from e
    except yaml.YAMLError as e:
        raise ThresholdError(f"{file}: not valid YAML: {e}") from e
    if not isinstance(raw, dict):
        raise ThresholdError(f"{file}: must be a mapping of name to number")

    names = {field.name for field in fields(Thresholds)}
    if missing := sorted(names - raw.keys()):
        raise ThresholdError(f"{file}: missing {', '.join(missing)}")
    if unknown := sorted(str(key) for key in raw.keys() - names):
        raise ThresholdError(f"{file}: unknown {', '.join(unknown)}")
    for name, value in raw.items():
        _check(file, name, value)
    if raw["clarify_article"] > raw["answer"]:
        raise ThresholdError(f"{file}: clarify_article must not be above answer")
    if raw["answer"] > raw["exact"]:
        raise ThresholdError(f"{file}: answer must not be above exact")
    if raw["clarify_intent"] > raw["task"]:
        raise ThresholdError(f"{file}: clarify_intent must not be above task")
    return Thresholds(**raw)


def _check(file: Path, name: str, value: object) -> None:
    if name in _COUNTS:
        low, high = _COUNTS[name]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ThresholdError(f"{file}: {name} must be a whole number from {low} to {high}, not {value!r}")
    elif isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ThresholdError(f"{file}: {name} must be a number from 0 to 1, not {value!r}")
