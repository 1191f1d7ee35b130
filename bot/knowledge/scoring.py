"""From likeness to probability: how sure it is that an article answers what was asked.

Every candidate article gets a strength, a weighted sum of its features; "none of them" has strength 0. The
probabilities are the softmax over both, so that they say three things at once: how near the best article
is, how far ahead of the next one, and how likely it is that nothing fits. The weights come from
`tools/fit_knowledge.py`, which fits them on questions held back from our own knowledge base and on
questions nobody can answer from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FEATURES = ("meaning", "closeness", "coverage", "support")
"""meaning: centred cosine of the best question; closeness: shared share of both wordings; coverage: share of the
query's wording found in the best question; support: mean centred cosine of the three best questions."""


@dataclass(frozen=True)
class ScoreModel:
    """Weights of the strength; one a feature, and the bias that "nothing fits" competes against."""

    weights: tuple[float, ...]
    bias: float

    def strengths(self, features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """[articles, features] -> [articles]."""
        return np.asarray(features @ np.asarray(self.weights) + self.bias, dtype=np.float64)

    def probabilities(self, features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """[articles, features] -> probability of each article to be the right one; the sum is below 1."""
        strengths = self.strengths(features)
        ceiling = max(0.0, float(strengths.max(initial=0.0)))
        odds = np.exp(strengths - ceiling)
        return np.asarray(odds / (odds.sum() + np.exp(-ceiling)), dtype=np.float64)


DEFAULT_MODEL = ScoreModel(weights=(14.0, 4.0, 2.0, 4.0), bias=-11.0)
