"""Fits the score model on questions whose right article is known to be there, or known not to be.

Five views of a knowledge base stand for what a score must be right about:

- rich: a tenth of all questions is taken out at a time and searched among the rest;
- near: every question is searched in slightly other words (a character lost, a polite beginning, halves swapped);
- bare: only the standard questions are indexed and the similar ones are searched, as in a young knowledge base;
- absent: a fifth of the articles is taken out at a time and their questions are searched among the others, the hardest
  kind of question that has no answer;
- foreign: small talk, fragments and other trades, which have no answer anywhere.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bot.knowledge.article import Article, Conditions
from bot.knowledge.index import KnowledgeIndex
from bot.knowledge.scoring import Features, ScoreModel
from bot.knowledge.store import TextEncoder

# How much each view counts in the fit. Customers ask about three answerable questions for one that is not.
VIEW_SHARES = {"rich": 0.3, "near": 0.2, "bare": 0.25, "absent": 0.125, "foreign": 0.125}
_BEGINNINGS = ("请问", "你好", "我想问一下", "麻烦问下", "那个", "帮我看看")
_ENDINGS = ("啊", "呢", "呀", "谢谢", "急", "怎么弄")
_RIDGE = 1e-4
_RICH_FOLDS = 10
_ABSENT_FOLDS = 5


@dataclass(frozen=True)
class Sample:
    """One question as the index saw it."""

    view: str
    group: str
    """The article it belongs to; cross-fitting keeps a group together."""
    features: Features
    right: int
    """Place of the right article among the candidates, -1 when there is none."""


def collect_samples(articles: Sequence[Article], foreign: Sequence[str], encoder: TextEncoder) -> list[Sample]:
    """The samples of all views. Validity and conditions play no part: what is fitted is likeness."""
    plain = [replace(article, valid_from=None, valid_until=None, conditions=Conditions()) for article in articles]
    samples: list[Sample] = []
    pairs = [(article.id, question) for article in plain for question in article.questions]
    for fold in range(_RICH_FOLDS):
        held = {question for i, (_, question) in enumerate(pairs) if i % _RICH_FOLDS == fold}
        index = KnowledgeIndex.build(_without(plain, held), encoder)
        samples += _search(index, "rich", [(group, text) for group, text in pairs if text in held])
    bare = KnowledgeIndex.build([replace(article, similar=()) for article in plain], encoder)
    samples += _search(bare, "bare", [(article.id, text) for article in plain for text in article.similar])
    for fold in range(_ABSENT_FOLDS):
        absent = plain[fold::_ABSENT_FOLDS]
        rest = [article for article in plain if article not in absent]
        index = KnowledgeIndex.build(rest, encoder)
        samples += _search(index, "absent", [(article.id, text) for article in absent for text in article.questions])
    whole = KnowledgeIndex.build(plain, encoder)
    chance = random.Random(len(pairs))
    samples += _search(whole, "near", [(group, _slightly_other(text, chance)) for group, text in pairs])
    for index in (whole, bare):
        samples += _search(index, "foreign", [(f"foreign {text}", text) for text in foreign])
    return samples


def fit(samples: Sequence[Sample]) -> ScoreModel:
    """The weights that make what happened likeliest, every view counting by its share."""
    sizes = {view: sum(sample.view == view for sample in samples) for view in VIEW_SHARES}
    weights = [VIEW_SHARES[sample.view] / sizes[sample.view] for sample in samples]

    def loss(parameters: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        total = _RIDGE * float(parameters @ parameters)
        slope = 2 * _RIDGE * parameters
        for sample, weight in zip(samples, weights, strict=True):
            model = ScoreModel(tuple(parameters[:-1]), float(parameters[-1]))
            chances = model.probabilities(sample.features)
            nothing = max(1.0 - float(chances.sum()), 1e-12)
            chance = chances[sample.right] if sample.right >= 0 else nothing
            total -= weight * float(np.log(max(chance, 1e-12)))
            excess = chances.copy()
            if sample.right >= 0:
                excess[sample.right] -= 1.0
            slope += weight * np.append(excess @ sample.features, excess.sum())
        return total, slope

    start = np.append(np.full(samples[0].features.shape[1], 4.0), -8.0)
    # More likeness never makes an article less likely; without that bound two features that go together can end with
    # weights of opposite signs, which suit this knowledge base and no other.
    bounds = [(0.0, None)] * (len(start) - 1) + [(None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 200})
    return ScoreModel(tuple(float(value) for value in found.x[:-1]), float(found.x[-1]))


def cross_fit(samples: Sequence[Sample], folds: int = 5) -> list[tuple[str, float, bool]]:
    """(view, best score, whether that article was right) of every sample, by a model that never saw its article."""
    groups = sorted({sample.group for sample in samples})
    fold_of = {group: i % folds for i, group in enumerate(groups)}
    outcomes = []
    for fold in range(folds):
        model = fit([sample for sample in samples if fold_of[sample.group] != fold])
        for sample in samples:
            if fold_of[sample.group] == fold and len(sample.features):
                chances = model.probabilities(sample.features)
                best = int(chances.argmax())
                outcomes.append((sample.view, float(chances[best]), best == sample.right))
    return outcomes


def calibration_error(
    scores: Sequence[float], right: Sequence[bool], weights: Sequence[float] | None = None, bins: int = 10
) -> float:
    """Expected calibration error: mean distance between score and share of right ones, over equally wide bins."""
    score_array, right_array = np.asarray(scores, dtype=float), np.asarray(right, dtype=float)
    weight_array = np.ones(len(score_array)) if weights is None else np.asarray(weights, dtype=float)
    places = np.minimum((score_array * bins).astype(int), bins - 1)
    gaps = [abs(float(((score_array - right_array) * weight_array)[places == place].sum())) for place in range(bins)]
    return sum(gaps) / float(weight_array.sum())


def _without(articles: Sequence[Article], held: set[str]) -> list[Article]:
    """The articles without the questions held back; one that would lose all of them is left out."""
    rest = []
    for article in articles:
        kept = [question for question in article.questions if question not in held]
        if kept:
            rest.append(replace(article, question=kept[0], similar=tuple(kept[1:])))
    return rest


def _slightly_other(text: str, chance: random.Random) -> str:
    """The question as another customer might have written it."""
    middle = chance.randrange(len(text))
    kind = chance.randrange(4)
    if kind == 0:
        return text[:middle] + text[middle + 1 :] or text
    if kind == 1:
        return chance.choice(_BEGINNINGS) + text
    if kind == 2:
        return text[len(text) // 2 :] + text[: len(text) // 2]
    return text[:middle] + text[middle + 1 :] + chance.choice(_ENDINGS)


def _search(index: KnowledgeIndex, view: str, questions: Sequence[tuple[str, str]]) -> list[Sample]:
    places = {article.id: place for place, article in enumerate(index.articles)}
    samples = []
    for group, text in questions:
        found = index.candidates(text, None, 5, date.min)
        matches = np.flatnonzero(found.places == places.get(group, -1))
        # A right article that is no candidate at all cannot be scored; what is seen is that none of these fits.
        samples.append(Sample(view, group, found.features, int(matches[0]) if len(matches) else -1))
    return samples
