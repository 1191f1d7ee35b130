"""One kind of text of the articles, their questions or their profiles, searchable by meaning and by wording."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bot.knowledge.lexical import LexicalIndex
from bot.knowledge.vectors import EXACT_LIMIT, ExactSearch, GraphSearch, Rows, Vectors, VectorSearch, best_rows, unit


@dataclass(frozen=True)
class Likeness:
    """How like the texts of a side are to one query."""

    vector: Vectors
    """The query's vector as this side sees it, [dimension]."""
    shared: Vectors
    """Summed rarity of the pieces a text has in common with the query, [texts]."""
    closeness: Vectors
    """Share of both wordings that is common, 0 to 1, [texts]."""
    query_weight: float
    """Summed rarity of the query's pieces."""


class Side:
    """Texts with their vectors and their wording; row i is text i everywhere. Read only."""

    def __init__(self, name: str, keys: Sequence[str], vectors: Vectors, cache: Path | None = None) -> None:
        """Index texts by `keys` (see `wording.question_key`) and `vectors`; a large graph is kept in folder `cache`."""
        self._lexical = LexicalIndex(keys)
        # Sentences of one trade lie close together; what they share says nothing about which one was meant.
        centre = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], dtype=np.float32)
        self._vectors = unit(vectors - centre)
        self._search = _vector_search(name, self._vectors, cache)

    def compare(self, key: str, vector: Vectors) -> Likeness:
        """Likeness of all texts to a query, given its key and its centred vector."""
        overlap = self._lexical.overlap(key)
        closeness = 2 * overlap.shared / np.maximum(self._lexical.weights + overlap.query_weight, 1e-6)
        return Likeness(vector, overlap.shared, closeness, max(overlap.query_weight, 1e-6))

    def nearest(self, likeness: Likeness, count: int) -> Rows:
        """Rows of the `count` nearest texts in meaning and the `count` nearest in wording, ascending."""
        by_wording = _closest(likeness.closeness, count)
        return np.union1d(self._search.nearest(likeness.vector, count), by_wording)

    def cosines(self, likeness: Likeness, rows: Rows) -> Vectors:
        """Centred cosines of some texts with the query, [rows]."""
        return np.asarray(self._vectors[rows] @ likeness.vector, dtype=np.float32)

    def crowding(self, rows: Rows, neighbours: int) -> Vectors:
        """Mean cosine of each of some texts with the `neighbours` others among them that are nearest to it, [rows].

        0 for a text that is alone.
        """
        count = min(neighbours, len(rows) - 1)
        if count < 1:
            return np.zeros(len(rows), dtype=np.float32)
        cosines = self._vectors[rows] @ self._vectors[rows].T
        np.fill_diagonal(cosines, -np.inf)
        best = np.partition(cosines, len(rows) - count, axis=1)[:, len(rows) - count :]
        return np.asarray(best.mean(axis=1), dtype=np.float32)


def _closest(closeness: Vectors, count: int) -> Rows:
    """Rows of the highest closeness. Sorting out the far ones first saves most of the time when there are many."""
    likely = np.flatnonzero(closeness >= closeness.max(initial=0.0) / 4)
    return np.asarray(likely[best_rows(closeness[likely], count)], dtype=np.int64)


def _vector_search(name: str, vectors: Vectors, cache: Path | None) -> VectorSearch:
    if len(vectors) <= EXACT_LIMIT or find_spec("usearch") is None:  # the Rasa environment has no usearch
        return ExactSearch(vectors)
    if cache is None:
        return GraphSearch(vectors)
    content = hashlib.blake2b(vectors.tobytes(), digest_size=12).hexdigest()
    saved = cache / f"graph-{name}-{content}.usearch"
    search = GraphSearch(vectors, saved)
    for outdated in set(cache.glob(f"graph-{name}-*.usearch")) - {saved}:
        outdated.unlink(missing_ok=True)
    return search
