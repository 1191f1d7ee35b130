"""TF-IDF over runs of characters, words or syllables: what an utterance looks like, beside what it means."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

FloatArray = npt.NDArray[np.float32]
Units = TypeVar("Units", str, list[str])


def runs(units: Units, longest: int) -> list[Units]:
    """All runs of one to `longest` neighbouring units, the short ones first."""
    return [
        units[start : start + length] for length in range(1, longest + 1) for start in range(len(units) - length + 1)
    ]


def character_grams(text: str) -> list[str]:
    """Runs of one to three characters of the text, with a mark at either end."""
    return [gram for gram in runs(f"\x02{text}\x03", 3) if gram not in ("\x02", "\x03")]


def word_grams(words: Sequence[str]) -> list[str]:
    """Every word and every pair of neighbours."""
    return [*words, *(f"{first} {second}" for first, second in pairwise(words))]


class Tfidf:
    """Sublinear TF-IDF. Small and quick for single texts, and stored without pickling."""

    def __init__(self, columns: dict[str, int], idf: FloatArray) -> None:
        self.columns = columns
        self.idf = idf

    @classmethod
    def fit(cls, documents: Iterable[Sequence[str]]) -> "Tfidf":
        """Learns the vocabulary and its document frequencies; columns are in sorted order of the terms."""
        frequency: Counter[str] = Counter()
        count = 0
        for terms in documents:
            frequency.update(set(terms))
            count += 1
        vocabulary = sorted(frequency)
        idf = np.log((1 + count) / (1 + np.array([frequency[term] for term in vocabulary], dtype=np.float32))) + 1
        return cls({term: column for column, term in enumerate(vocabulary)}, idf.astype(np.float32))

    def transform(self, documents: Iterable[Sequence[str]], scale: float = 1.0) -> csr_matrix:
        """Rows of length `scale` for documents, float32 [n, vocabulary]; unknown terms count for nothing."""
        data: list[float] = []
        indices: list[int] = []
        starts = [0]
        for terms in documents:
            counts = Counter(column for term in terms if (column := self.columns.get(term)) is not None)
            if counts:
                found = np.fromiter(counts, dtype=np.int64, count=len(counts))
                times = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
                weights = (1 + np.log(times)) * self.idf[found]
                data.extend(weights * (scale / np.linalg.norm(weights)))
                indices.extend(found)
            starts.append(len(indices))
        return csr_matrix(
            (np.array(data, dtype=np.float32), np.array(indices, dtype=np.int32), np.array(starts, dtype=np.int32)),
            shape=(len(starts) - 1, len(self.columns)),
        )
