"""From likeness to probability: how sure it is that an article answers what was asked.

Every candidate article gets a strength, a weighted sum of its features; "none of them" has strength 0. The
probabilities are the softmax over both, so that one number says how near the article is, how far ahead of
the next one, and how likely it is that nothing fits. `python -m tools.fit_knowledge` fits the weights and writes
them, with what they reached, to `score_model.json` beside this module.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

QUESTION_FEATURES = ("meaning", "support", "closeness")
"""Likeness to the article's questions. meaning: centred cosine with the nearest one; support: mean of the three
nearest, both less the crowding around it (see `index`); closeness: share of both wordings that is common, rare
characters counting more."""

ANSWER_FEATURES = (*QUESTION_FEATURES, "profile", "coverage")
"""The same, and likeness to what the article says (`wording.profile`). profile: centred cosine; coverage: share of the
query's wording that the profile has."""

Features = npt.NDArray[np.float64]

MODEL_FILE = Path(__file__).with_name("score_model.json")


@dataclass(frozen=True)
class ScoreModel:
    """Weights of the strength; one a feature, and the bias that "nothing fits" competes against."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def shipped(cls, features: tuple[str, ...]) -> ScoreModel:
        """The fitted model for these features, QUESTION_FEATURES or ANSWER_FEATURES."""
        content = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
        fitted = content["answers" if features == ANSWER_FEATURES else "questions"]
        return cls(tuple(fitted["weights"][name] for name in features), fitted["bias"])

    def probabilities(self, features: Features) -> npt.NDArray[np.float64]:
        """Of [articles, features]: each article's probability to be the right one; their sum is below 1."""
        strengths = features @ np.asarray(self.weights) + self.bias
        ceiling = max(0.0, float(strengths.max(initial=0.0)))
        odds = np.exp(strengths - ceiling)
        return np.asarray(odds / (odds.sum() + np.exp(-ceiling)), dtype=np.float64)
