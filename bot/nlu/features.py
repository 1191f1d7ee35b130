"""What the classifier sees of an utterance: meaning (encoder), characters, words."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.sparse import csr_matrix

from bot.nlu.lexical import FloatArray, Tfidf, character_grams, word_grams


@dataclass(frozen=True)
class Utterance:
    """A normalised text and its words."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Features:
    """Three views of n utterances, rows of length 1: vectors [n, dimension], characters and words sparse [n, terms]."""

    vectors: FloatArray
    characters: csr_matrix
    words: csr_matrix


class Vocabulary:
    """The terms of the training utterances, by which later utterances are described."""

    def __init__(self, characters: Tfidf, words: Tfidf) -> None:
        self.characters = characters
        self.words = words

    @classmethod
    def fit(cls, utterances: Sequence[Utterance]) -> "Vocabulary":
        """Learns terms and their frequencies."""
        return cls(
            Tfidf.fit(character_grams(u.text) for u in utterances), Tfidf.fit(word_grams(u.words) for u in utterances)
        )

    def describe(self, utterances: Sequence[Utterance], vectors: FloatArray) -> Features:
        """Features of utterances whose encoder vectors are given."""
        return Features(
            vectors,
            self.characters.transform(character_grams(u.text) for u in utterances),
            self.words.transform(word_grams(u.words) for u in utterances),
        )
