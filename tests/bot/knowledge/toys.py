"""An encoder that needs no model: what knowledge tests use where only order and plumbing matter."""

import hashlib

import numpy as np


class ToyEncoder:
    """Hashes characters and pairs into 64 numbers; texts with the same characters lie close together."""

    dimension = 64
    name = "toy"

    def __init__(self, fingerprint: str = "toy-1") -> None:
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode(self, texts, kind="query"):
        self.encoded += texts
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for piece in [*text, *(text[i : i + 2] for i in range(len(text) - 1))]:
                digest = hashlib.blake2b(piece.encode("utf-8", "surrogatepass"), digest_size=4).digest()
                vectors[row, digest[0] % self.dimension] += 1 if digest[1] % 2 else -1
            vectors[row, 0] += 0.01
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
