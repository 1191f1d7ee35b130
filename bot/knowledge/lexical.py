"""Search by shared characters: an inverted index over single characters and pairs, weighted by rarity.

Characters rather than words: no dictionary to keep, names of products never seen before count at once,
and a recogniser's slip spoils two pairs instead of a whole word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.knowledge.wording import pieces


@dataclass(frozen=True)
class Overlap:
    """How much a query shares with every indexed question; float32 [questions], weights are summed rarities."""

    shared: npt.NDArray[np.float32]
    query_weight: float
    """Rarity of all pieces of the query, those no question has at the highest rarity."""
    known_weight: float
    """The same for the pieces that occur in at least one question."""


class LexicalIndex:
    """Which question holds which piece. Built once, then read only."""

    def __init__(self, keys: Sequence[str]) -> None:
        vocabulary: dict[str, int] = {}
        columns: list[int] = []
        lengths = np.zeros(len(keys), dtype=np.int64)
        for row, key in enumerate(keys):
            found = pieces(key)
            lengths[row] = len(found)
            columns.extend(vocabulary.setdefault(piece, len(vocabulary)) for piece in found)
        rows = np.repeat(np.arange(len(keys), dtype=np.int32), lengths)
        column_array = np.asarray(columns, dtype=np.int32)
        order = np.argsort(column_array, kind="stable")
        self._vocabulary = vocabulary
        self._rows = rows[order]
        counts = np.bincount(column_array, minlength=len(vocabulary))
        self._starts = np.concatenate(([0], np.cumsum(counts)))
        # Rarity as in BM25; the same shape for one article or 100,000.
        total = len(keys)
        self._rarity = np.log1p((total - counts + 0.5) / (counts + 0.5))
        self._highest_rarity = float(np.log1p((total + 0.5) / 0.5))
        self.weights = np.bincount(rows, weights=self._rarity[column_array], minlength=len(keys)).astype(np.float32)
        """Summed rarity of each question's pieces, float32 [questions]."""

    def __len__(self) -> int:
        return len(self.weights)

    def overlap(self, key: str) -> Overlap:
        """What `key` shares with every question."""
        query = pieces(key)
        known = [self._vocabulary[piece] for piece in query if piece in self._vocabulary]
        known_weight = float(self._rarity[known].sum()) if known else 0.0
        unknown_weight = self._highest_rarity * (len(query) - len(known))
        postings = [self._rows[self._starts[column] : self._starts[column + 1]] for column in known]
        shared = np.zeros(len(self), dtype=np.float32)
        if postings:
            rarities = np.repeat(self._rarity[known], [len(rows) for rows in postings])
            shared += np.bincount(np.concatenate(postings), weights=rarities, minlength=len(self))
        return Overlap(shared, known_weight + unknown_weight, known_weight)
