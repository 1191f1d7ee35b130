"""The sentence encoder at run time: an exported ONNX model, its tokenizer, one thread.

The same files run under Rasa (Python 3.10) and in the action server (3.11), so a text has the same vector everywhere.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bot.encoder.errors import EncoderMissing
from bot.encoder.location import configured_model, export_folder

Kind = Literal["query", "passage"]
Vectors = npt.NDArray[np.float32]

# Texts of one batch share a padded length; sorted by length, 32 keeps the padding small and the memory flat.
BATCH_SIZE = 32


class Encoder:
    """Turns texts into unit vectors; cosine similarity is their dot product.

    Attributes:
        name: the model it was exported from.
        dimension: length of a vector.
        fingerprint: changes whenever the vectors do; use it as the key of anything stored.
    """

    def __init__(self, folder: Path) -> None:
        description = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
        self.name: str = description["name"]
        self.dimension: int = description["dimension"]
        self.fingerprint: str = description["fingerprint"]
        self._prompts: dict[str, str] = description["prompts"]
        self._pad_id: int = description["pad_id"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=description["max_tokens"])
        self._session = _open_session(folder / "model.onnx")

    @classmethod
    def load(cls, model: str | None = None) -> "Encoder":
        """Opens the export of ``model`` (default: the one the setting names).

        Raises:
            EncoderMissing: it was not exported yet; the message says which command does it.
        """
        folder = export_folder(model or configured_model())
        if not (folder / "encoder.json").is_file():
            raise EncoderMissing(f"sentence encoder not exported yet ({folder.name}): run `make setup`")
        return cls(folder)

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> Vectors:
        """Vectors of ``texts``, float32 of shape [len(texts), dimension], each of length 1.

        Args:
            texts: any strings; what exceeds the model's window (512 tokens) is left out.
            kind: the model's prompt, "query" for what people ask and "passage" for what is searched.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        prompt = self._prompts.get(kind, "")
        token_ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast([prompt + t for t in texts])]
        by_length = sorted(range(len(texts)), key=lambda i: len(token_ids[i]))
        for start in range(0, len(texts), BATCH_SIZE):
            rows = by_length[start : start + BATCH_SIZE]
            vectors[rows] = self._run([token_ids[i] for i in rows])
        return vectors

    def _run(self, batch: list[list[int]]) -> Vectors:
        width = max(len(ids) for ids in batch)
        input_ids = np.full((len(batch), width), self._pad_id, dtype=np.int64)
        attention_mask = np.zeros((len(batch), width), dtype=np.int64)
        for row, ids in enumerate(batch):
            input_ids[row, : len(ids)] = ids
            attention_mask[row, : len(ids)] = 1
        (vectors,) = self._session.run(None, {"input_ids": input_ids, "attention_mask": attention_mask})
        return np.asarray(vectors, dtype=np.float32)


def _open_session(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One thread a process: with more, p95 beside a busy process grew a hundredfold from spinning threads.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
