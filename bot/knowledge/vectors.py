"""Search by meaning: the nearest of many unit vectors, exactly while that is fast, by a graph index above."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class VectorSearch(Protocol):
    """Nearest neighbours among the rows of a matrix."""

    def nearest(self, vector: Vectors, count: int) -> npt.NDArray[np.int64]:
        """Rows nearest to `vector` [dimension], best first, at most `count`."""


class ExactSearch:
    """One matrix product over all rows."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def nearest(self, vector: Vectors, count: int) -> npt.NDArray[np.int64]:
        return best_rows(self._vectors @ vector, count)


def best_rows(scores: npt.NDArray[np.floating], count: int) -> npt.NDArray[np.int64]:
    """Indices of the `count` highest scores, highest first."""
    if count < len(scores):
        top = np.argpartition(scores, len(scores) - count)[len(scores) - count :]
    else:
        top = np.arange(len(scores))
    return top[np.argsort(-scores[top], kind="stable")].astype(np.int64)
