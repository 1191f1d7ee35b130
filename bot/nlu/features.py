"""What the classifier sees of an utterance: its meaning (encoder), its characters, its words and how it sounds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pypinyin import lazy_pinyin
from scipy.sparse import csr_matrix, hstack

from bot.nlu.lexical import FloatArray, Tfidf, character_grams, runs, word_grams


@dataclass(frozen=True)
class Utterance:
    """A normalised text and its words."""

    text: str
    words: tuple[str, ...]


def sound_grams(text: str) -> list[str]:
    """Runs of one to three syllables without tones: recognisers and pinyin keyboards confuse what sounds alike."""
    return [" ".join(run) for run in runs(["^", *lazy_pinyin(text), "$"], 3) if run not in (["^"], ["$"])]


# The lexical views by the name that settings and stored models use.
VIEWS: dict[str, Callable[[Utterance], list[str]]] = {
    "character": lambda utterance: character_grams(utterance.text),
    "word": lambda utterance: word_grams(utterance.words),
    "sound": lambda utterance: sound_grams(utterance.text),
}


@dataclass(frozen=True)
class Features:
    """Two halves of a description of n utterances.

    vectors: float32 [n, dimension], rows of length 1.
    lexical: sparse float32 [n, terms], all lexical views side by side; the dot product of two rows is the weighted
        sum of the views' cosines.
    """

    vectors: FloatArray
    lexical: csr_matrix


class Vocabulary:
    """The terms of the training utterances in every lexical view, by which later utterances are described."""

    def __init__(self, views: Mapping[str, Tfidf], weights: Mapping[str, float]) -> None:
        self.views = dict(views)
        self.weights = {name: float(weights[name]) for name in views}

    @classmethod
    def fit(cls, utterances: Sequence[Utterance], weights: Mapping[str, float]) -> "Vocabulary":
        """Learns terms and their frequencies; `weights` says how much each view counts."""
        return cls({name: Tfidf.fit(terms(u) for u in utterances) for name, terms in VIEWS.items()}, weights)

    def describe(self, utterances: Sequence[Utterance], vectors: FloatArray) -> Features:
        """Features of utterances whose encoder vectors are given."""
        blocks = [
            tfidf.transform([VIEWS[name](u) for u in utterances], scale=float(np.sqrt(self.weights[name])))
            for name, tfidf in self.views.items()
        ]
        return Features(vectors, csr_matrix(hstack(blocks, format="csr", dtype=np.float32)))
