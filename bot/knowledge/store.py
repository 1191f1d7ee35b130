"""Vectors kept between runs, so that a restart encodes nothing and an edit only what was changed."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from bot.encoder import Encoder
from bot.knowledge.vectors import Vectors
from bot.text import normalize

DEFAULT_CACHE = Path(__file__).resolve().parents[2] / ".cache" / "knowledge"
# Texts handed to the encoder at once; progress is reported after each such portion.
_PORTION = 512

Progress = Callable[[int, int], None]
"""Called with (texts encoded, texts to encode)."""


class TextEncoder(Protocol):
    """What the knowledge base needs of `bot.encoder.Encoder`."""

    dimension: int
    fingerprint: str

    def encode(self, texts: Sequence[str], kind: Literal["query", "passage"] = "query") -> Vectors:
        """Vectors of `texts`, float32 [texts, dimension], of length 1."""


def encode_questions(texts: Sequence[str], encoder: TextEncoder) -> Vectors:
    """Vectors of questions, articles' and customers' alike.

    Both are questions, so both carry the encoder's "query" prompt: on question-to-question search that is right three
    to five times in a hundred more often than "passage" for the articles. Both are normalised first, which costs next
    to nothing on clean text and makes up for fillers, stutter and traditional characters on noisy text.
    """
    return encoder.encode([normalize(text).text for text in texts], kind="query")


def encode_profiles(texts: Sequence[str], encoder: TextEncoder) -> Vectors:
    """Vectors of what articles say (see `wording.profile`), to be compared with vectors of questions."""
    return encoder.encode(list(texts), kind="passage")


class RememberingEncoder:
    """An encoder that encodes a text once, for work that meets the same texts many times."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[str, str], Vectors] = {}
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint

    def encode(self, texts: Sequence[str], kind: Literal["query", "passage"] = "query") -> Vectors:
        """See TextEncoder."""
        new = [text for text in dict.fromkeys(texts) if (kind, text) not in self._known]
        self._known.update(zip(((kind, text) for text in new), self._encoder.encode(new, kind), strict=True))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._known[kind, text]
        return vectors


class VectorStore:
    """Vectors of one encoder in one file, by the text they belong to.

    The file is replaced as a whole, so that readers see the old or the new one; one that cannot be read is
    made anew. Half precision: cosines change by less than 0.001, the file is half the size.
    """

    def __init__(self, folder: Path, encoder: TextEncoder) -> None:
        self.folder = folder
        self._encoder = encoder
        self._file = folder / f"vectors-{encoder.fingerprint[:16]}.npz"

    def vectors(
        self, questions: Sequence[str], profiles: Sequence[str], progress: Progress | None = None
    ) -> tuple[Vectors, Vectors]:
        """Vectors of questions and of profiles, each [texts, dimension].

        Encodes what is not stored; stores what is used now.
        """
        texts = [("question", text) for text in questions] + [("profile", text) for text in profiles]
        names = [_name(kind, text) for kind, text in texts]
        stored_names, stored = self._read()
        places = {name: place for place, name in enumerate(stored_names)}
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in places}
        if missing:
            places.update({name: len(stored_names) + i for i, name in enumerate(missing)})
            stored = np.concatenate([stored, self._encode(list(missing.values()), progress)])
        rows = np.fromiter((places[name] for name in names), dtype=np.int64, count=len(names))
        if missing or len(stored_names) > 2 * len(names):
            self._write(names, stored[rows])
        found = stored[rows].astype(np.float32)
        return found[: len(questions)], found[len(questions) :]

    def _encode(self, texts: list[tuple[str, str]], progress: Progress | None) -> npt.NDArray[np.float16]:
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float16)
        done = 0
        for kind, encode in (("question", encode_questions), ("profile", encode_profiles)):
            rows = [row for row, (of_kind, _) in enumerate(texts) if of_kind == kind]
            for start in range(0, len(rows), _PORTION):
                portion = rows[start : start + _PORTION]
                vectors[portion] = encode([texts[row][1] for row in portion], self._encoder)
                done += len(portion)
                if progress is not None:
                    progress(done, len(texts))
        return vectors

    def _read(self) -> tuple[list[bytes], npt.NDArray[np.float16]]:
        nothing = np.zeros((0, self._encoder.dimension), dtype=np.float16)
        try:
            with self._file.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                names, vectors = archive["names"], archive["vectors"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return [], nothing
        if vectors.ndim != 2 or vectors.shape != (len(names), self._encoder.dimension):
            return [], nothing
        return [name.tobytes() for name in names], vectors.astype(np.float16)

    def _write(self, names: list[bytes], vectors: npt.NDArray[np.float16]) -> None:
        unique = {name: row for row, name in enumerate(names)}
        rows = list(unique.values())
        table = np.frombuffer(b"".join(unique), dtype=np.uint8).reshape(len(unique), -1)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = self._file.with_suffix(".unfinished.npz")
            np.savez(unfinished, names=table, vectors=vectors[rows])
            unfinished.replace(self._file)
        except OSError:
            return  # a cache that cannot be written costs time at the next start, nothing else


def _name(kind: str, text: str) -> bytes:
    return hashlib.blake2b(f"{kind} {text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
