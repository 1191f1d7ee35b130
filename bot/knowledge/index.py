"""Finds the articles that answer a question, by meaning and by wording together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.knowledge.article import Article, Customer
from bot.knowledge.scoring import ANSWER_FEATURES, QUESTION_FEATURES, Features, ScoreModel
from bot.knowledge.side import Likeness, Side
from bot.knowledge.store import Progress, TextEncoder, VectorStore, encode_profiles, encode_questions
from bot.knowledge.vectors import Rows, Vectors, best_rows, unit
from bot.knowledge.wording import profile, question_key

# Texts taken from each search before articles are compared closely: among their articles is the right one in more
# than 99 of 100 cases, and more of them only cost time.
CANDIDATES = 64

# An article one of whose questions was asked word for word.
EXACT_SCORE = 0.99

# What an article keeps of its score for each condition that cannot be checked for this customer.
UNCHECKED_FACTOR = 0.9

# An article near to many others is near to any query of its kind by chance (hubness): a share of its questions' mean
# likeness to the ten nearest of the other candidates is taken off (cf. CSLS in cross-lingual retrieval). Our own
# standard questions alone, searched by the similar ones, come right 45.1 % against 44.0 %, with the answers 56.4 %
# against 56.0 %, with similar questions too 64.0 % against 64.2 %. A share of 0.5 or three neighbours gave less.
_CROWD_SHARE = 0.25
_CROWD_NEIGHBOURS = 10

# Wordings whose vectors are kept: the same few hundred questions make up most of a day.
_REMEMBERED_QUERIES = 2048


@dataclass(frozen=True)
class Hit:
    """An article found for a question."""

    article: Article
    score: float
    """Probability, 0 to 1, that the article answers the question."""
    matched_question: str
    """The standard or similar question that is nearest to what was asked."""
    unchecked: tuple[str, ...] = ()
    """Conditions of the article ("region", "plan", "segment") that could not be checked for this customer."""


@dataclass(frozen=True)
class Candidates:
    """Articles that may be the right one."""

    places: Rows
    """Their places in `KnowledgeIndex.articles`, ascending."""
    features: Features
    """[candidates, features], see `scoring`."""
    nearest: Rows
    """Row of each one's nearest question."""


class KnowledgeIndex:
    """Articles ready to be searched. Read only: a changed knowledge base makes a new index."""

    def __init__(
        self,
        articles: Sequence[Article],
        encoder: TextEncoder,
        question_vectors: Vectors,
        profile_vectors: Vectors,
        *,
        model: ScoreModel | None = None,
        cache: Path | None = None,
    ) -> None:
        """See `build`; the vectors are those of `texts_to_encode(articles)`, [texts, dimension] each."""
        self.articles = tuple(articles)
        questions, profiles = texts_to_encode(self.articles)
        counts = [len(article.questions) for article in self.articles]
        self._questions = questions
        self._starts = np.concatenate(([0], np.cumsum(counts, dtype=np.int64))).astype(np.int64)
        self._owners = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        keys = [question_key(question) for question in questions]
        self._exact: dict[str, list[int]] = {}
        for row, key in enumerate(keys):
            self._exact.setdefault(key, []).append(row)
        self._question_side = Side("questions", keys, question_vectors, cache)
        self._profile_side = (
            Side("profiles", [question_key(text) for text in profiles], profile_vectors, cache) if profiles else None
        )
        self.feature_names = ANSWER_FEATURES if profiles else QUESTION_FEATURES
        self._model = model or ScoreModel.shipped(self.feature_names)
        centre = question_vectors.mean(axis=0) if len(questions) else np.zeros(encoder.dimension, dtype=np.float32)
        # Bound to this index, not to the class: it lives and dies with it.
        self._encode = lru_cache(maxsize=_REMEMBERED_QUERIES)(
            lambda text: unit(encode_questions([text], encoder)[0] - centre)
        )

    @classmethod
    def build(
        cls,
        articles: Sequence[Article],
        encoder: TextEncoder,
        *,
        cache: Path | None = None,
        progress: Progress | None = None,
        model: ScoreModel | None = None,
    ) -> KnowledgeIndex:
        """Encodes what `articles` ask and say, and indexes it; with a `cache` folder, only what is new is encoded."""
        questions, profiles = texts_to_encode(articles)
        if cache is None:
            vectors = encode_questions(questions, encoder), encode_profiles(profiles, encoder)
        else:
            vectors = VectorStore(cache, encoder).vectors(questions, profiles, progress)
        return cls(articles, encoder, *vectors, model=model, cache=cache)

    def search(
        self, text: str, customer: Customer | None = None, limit: int = 5, today: date | None = None
    ) -> list[Hit]:
        """The articles that may answer `text`, best first, at most `limit`.

        Articles that are not valid on `today` (default: the date) and those whose conditions the customer does not
        meet are left out. Of an unknown customer, or one whose region, plan or segment is not known, conditions cannot
        be checked: such articles stay, at a lower score, and `Hit.unchecked` names what was not checked. Text without
        words finds nothing. Never fails, whatever the text.
        """
        key = question_key(text)
        if not key or not self.articles or limit < 1:
            return []
        day = today or date.today()
        exact = [row for row in self._exact.get(key, ()) if self._offers(int(self._owners[row]), customer, day)]
        if exact:
            return [self._hit(row, EXACT_SCORE / len(exact), customer) for row in exact[:limit]]
        found = self.candidates(text, customer, limit, day)
        scores = self._model.probabilities(found.features)
        # A condition not checked can cost a place, so a few more than asked for are looked at.
        best = best_rows(scores, limit + 5)
        hits = [self._hit(int(found.nearest[i]), float(scores[i]), customer) for i in best]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def candidates(self, text: str, customer: Customer | None, limit: int, day: date) -> Candidates:
        """Articles near in meaning or in wording, with what their score is made of."""
        key, vector = question_key(text), self._encode(text)
        asked = self._question_side.compare(key, vector)
        said = self._profile_side.compare(key, vector) if self._profile_side is not None else None
        places = self._offered_places(asked, said, customer, limit, day)
        # Every question of a candidate counts, also those that were not near enough to make it one.
        counts = self._starts[places + 1] - self._starts[places]
        groups = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)[:-1]
        rows = np.repeat(self._starts[places] - groups, counts) + np.arange(counts.sum())
        features = np.zeros((len(places), len(self.feature_names)), dtype=np.float64)
        if not len(places):
            return Candidates(places, features, rows)
        meaning = self._question_side.cosines(asked, rows)
        order = np.lexsort((-meaning, self._owners[rows]))
        rank = np.arange(len(rows)) - np.repeat(groups, counts)
        nearest = rows[order][groups]
        crowd = _CROWD_SHARE * self._question_side.crowding(nearest, _CROWD_NEIGHBOURS)
        support = np.add.reduceat(np.where(rank < 3, meaning[order], 0), groups) / np.minimum(counts, 3)
        features[:, 0] = np.maximum.reduceat(meaning, groups) - crowd
        features[:, 1] = support - crowd
        features[:, 2] = np.maximum.reduceat(asked.closeness[rows], groups)
        if said is not None and self._profile_side is not None:
            features[:, 3] = self._profile_side.cosines(said, places)
            features[:, 4] = said.shared[places] / said.query_weight
        return Candidates(places, features, nearest)

    def _offered_places(
        self, asked: Likeness, said: Likeness | None, customer: Customer | None, limit: int, day: date
    ) -> Rows:
        """Articles near the query that this customer may be shown, at least `limit` if there are so many."""
        count = CANDIDATES
        while True:
            near = self._owners[self._question_side.nearest(asked, count)]
            if said is not None and self._profile_side is not None:
                near = np.concatenate((near, self._profile_side.nearest(said, count)))
            near = np.unique(near)
            offered = [int(place) for place in near if self._offers(int(place), customer, day)]
            if len(offered) >= min(limit, len(near)) or count >= len(self._owners):
                return np.asarray(offered, dtype=np.int64)
            count *= 4

    def _offers(self, place: int, customer: Customer | None, day: date) -> bool:
        article = self.articles[place]
        return article.valid_on(day) and not article.conditions.excludes(customer)

    def _hit(self, row: int, score: float, customer: Customer | None) -> Hit:
        article = self.articles[int(self._owners[row])]
        unchecked = article.conditions.unchecked(customer)
        return Hit(article, score * UNCHECKED_FACTOR ** len(unchecked), self._questions[row], unchecked)


def texts_to_encode(articles: Sequence[Article]) -> tuple[list[str], list[str]]:
    """All questions, in order, and the profiles, one an article; no profiles when no article says anything."""
    questions = [question for article in articles for question in article.questions]
    if not any(article.answer.text for article in articles):
        return questions, []
    return questions, [profile(article) for article in articles]
