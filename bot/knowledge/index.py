"""Finds the articles that answer a question, by meaning and by wording together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from bot.knowledge.article import Article, Customer
from bot.knowledge.lexical import LexicalIndex
from bot.knowledge.scoring import DEFAULT_MODEL, ScoreModel
from bot.knowledge.vectors import ExactSearch, Vectors, best_rows
from bot.knowledge.wording import question_key

# Questions taken from each of the two searches before articles are compared closely. The right article is
# among them in 99.9 % of the cases; more only cost time.
CANDIDATES = 64
EXACT_SCORE = 0.99
"""Score of an article one of whose questions was asked word for word."""
UNCHECKED_FACTOR = 0.9
"""An article loses this much for each condition that cannot be checked because the customer is not known."""


class TextEncoder(Protocol):
    """What the index needs of `bot.encoder.Encoder`."""

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str], kind: Literal["query", "passage"] = "query") -> Vectors: ...


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


class KnowledgeIndex:
    """Articles ready to be searched. Read only: a changed knowledge base makes a new index."""

    def __init__(
        self, articles: Sequence[Article], vectors: Vectors, encoder: TextEncoder, model: ScoreModel = DEFAULT_MODEL
    ) -> None:
        self.articles = tuple(articles)
        self._encoder = encoder
        self._model = model
        self._questions = [question for article in self.articles for question in article.questions]
        self._owners = np.repeat(np.arange(len(self.articles)), [len(article.questions) for article in self.articles])
        keys = [question_key(question) for question in self._questions]
        self._exact: dict[str, list[int]] = {}
        for row, key in enumerate(keys):
            if key:
                self._exact.setdefault(key, []).append(row)
        self._lexical = LexicalIndex(keys)
        self._centre = vectors.mean(axis=0) if len(vectors) else np.zeros(encoder.dimension, dtype=np.float32)
        self._vectors = _centred(vectors, self._centre)
        self._search = ExactSearch(self._vectors)

    @classmethod
    def build(cls, articles: Sequence[Article], encoder: TextEncoder) -> KnowledgeIndex:
        """Encodes every question of `articles` and indexes them."""
        questions = [question for article in articles for question in article.questions]
        return cls(articles, encoder.encode(questions, kind="query"), encoder)

    def search(
        self, text: str, customer: Customer | None = None, limit: int = 5, today: date | None = None
    ) -> list[Hit]:
        """The articles that may answer `text`, best first.

        Articles that are not valid on `today` (default: the date) and those whose conditions the customer
        does not meet are left out. Of an unknown customer, or one whose region, plan or segment is not
        known, conditions cannot be checked: such articles stay, at a lower score, and name in
        `Hit.unchecked` what was not checked. Text without words finds nothing.
        """
        key = question_key(text)
        if not key or not self.articles or limit < 1:
            return []
        day = today or date.today()
        exact = [row for row in self._exact.get(key, []) if self._offered(int(self._owners[row]), customer, day)]
        if exact:
            return [self._hit(row, EXACT_SCORE, customer) for row in exact[:limit]]
        owners, features, best_question = self._compare(text, key, customer, day)
        if not len(owners):
            return []
        scores = self._model.probabilities(features)
        hits = [self._hit(int(best_question[i]), float(scores[i]), customer) for i in best_rows(scores, 2 * limit)]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def _offered(self, owner: int, customer: Customer | None, day: date) -> bool:
        article = self.articles[owner]
        return article.valid_on(day) and not article.conditions.excludes(customer)

    def _hit(self, row: int, score: float, customer: Customer | None) -> Hit:
        article = self.articles[int(self._owners[row])]
        unchecked = article.conditions.unchecked(customer)
        return Hit(article, score * UNCHECKED_FACTOR ** len(unchecked), self._questions[row], unchecked)

    def _compare(
        self, text: str, key: str, customer: Customer | None, day: date
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Candidate articles, their features [articles, features] and the row of each one's nearest question."""
        vector = _centred(self._encoder.encode([text], kind="query"), self._centre)[0]
        overlap = self._lexical.overlap(key)
        closeness = 2 * overlap.shared / (self._lexical.weights + overlap.query_weight)
        rows = np.union1d(self._search.nearest(vector, CANDIDATES), best_rows(closeness, CANDIDATES))
        owners = self._owners[rows]
        offered = {int(owner) for owner in np.unique(owners) if self._offered(int(owner), customer, day)}
        keep = np.asarray([int(owner) in offered for owner in owners], dtype=bool)
        rows, owners = rows[keep], owners[keep]
        meaning = self._vectors[rows] @ vector
        wording = closeness[rows]
        coverage = overlap.shared[rows] / max(overlap.query_weight, 1e-6)
        found = np.unique(owners)
        features = np.zeros((len(found), 4), dtype=np.float64)
        nearest = np.zeros(len(found), dtype=np.int64)
        for i, owner in enumerate(found):
            mine = np.flatnonzero(owners == owner)
            ordered = mine[np.argsort(-(meaning[mine] + 0.2 * wording[mine]), kind="stable")]
            best = ordered[0]
            features[i] = (
                meaning[mine].max(),
                wording[mine].max(),
                coverage[mine].max(),
                meaning[ordered[:3]].mean(),
            )
            nearest[i] = rows[best]
        return found, features, nearest


def _centred(vectors: Vectors, centre: Vectors) -> Vectors:
    """Vectors seen from the middle of the knowledge base, of length 1 again.

    Sentence vectors of one trade lie close together; what they share says nothing about which question was asked.
    """
    moved = vectors - centre
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(norms, 1e-6), dtype=np.float32)
