"""`python -m tools.tune_encoder [--pairs more.tsv]`: fine-tune the sentence encoder on the knowledge base's questions.

Questions of one article should lie close together, and close to what the article says; those of different articles
apart. A fifth of the similar questions is held back. The tuned encoder is kept and exported only if, on those, the
right article comes first more often than before; it says by how much. More pairs of texts that mean the same can be
given as a .tsv file of two columns without a header.
"""

from __future__ import annotations

import argparse
import csv
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from bot.encoder.location import BUNDLED, configured_model
from bot.encoder.runtime import Vectors
from bot.knowledge import Article, Conditions, KnowledgeError, KnowledgeIndex, load_articles
from bot.knowledge.wording import profile
from bot.text import normalize

if TYPE_CHECKING:
    import torch

MODELS = Path("models/encoder")
_HELD_BACK = 0.2
_PROFILE_SHARE = 0.4
"""How often a question is paired with its article's profile rather than with another question."""
_BATCH = 24
_MAX_TOKENS = 96
_LEARNING_RATE = 2e-5
_WARM_UP = 0.1


_Text = tuple[str, str]
"""A text and its kind, "query" or "passage"."""
_Pair = tuple[_Text, _Text]


class PairsFileError(Exception):
    """The file of pairs cannot be used; the message names file and line."""


@dataclass(frozen=True)
class Group:
    """Texts that mean the same: questions, and passages that answer them."""

    questions: tuple[str, ...]
    passages: tuple[str, ...] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Tune, compare on what was held back, keep what is better."""
    options = _parser().parse_args(arguments)
    chance = random.Random(options.seed)
    try:
        articles = [_for_everybody(article) for article in load_articles(options.knowledge)]
        kept, held_back = hold_back(articles, chance)
        groups = [Group(article.questions, (profile(article),)) for article in kept]
        groups += read_pairs(options.pairs) if options.pairs else []
    except (KnowledgeError, PairsFileError) as error:
        print(f"tune-encoder: {error}", file=sys.stderr)
        return 2
    if not held_back:
        print("tune-encoder: the articles have too few similar questions to hold any back", file=sys.stderr)
        return 2
    print(f"{len(articles)} articles, {len(groups)} groups of texts, {len(held_back)} questions held back", flush=True)
    # PyTorch is imported late: a wrong file name should not cost ten seconds.
    import torch

    from bot.encoder.export import export

    _hush_libraries()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as scratch:
        model = _open(options.model, Path(scratch))
    before = first_place_share(model, kept, held_back)
    print(f"before: right article first for {before:.1%} of the questions held back", flush=True)
    train(model, groups, options.epochs, chance)
    after = first_place_share(model, kept, held_back)
    print(f"after:  right article first for {after:.1%}, {after - before:+.1%}", flush=True)
    if after <= before:
        print("not better: nothing is kept, the encoder stays as it was")
        return 0
    folder = MODELS / f"tuned-{time.strftime('%Y%m%d-%H%M%S')}"
    model.save(str(folder))
    exported = export(str(folder), say=lambda text: print(text, flush=True))
    print(f"kept: {folder}, exported to {exported}")
    print(
        f"To use it, set XIAOQIAO_ENCODER={folder}, run `python -m tools.fit_knowledge` and train the assistant anew."
    )
    return 0


def _hush_libraries() -> None:
    """Leaves out what the libraries say of their own insides; errors still come through."""
    import transformers

    logging.disable(logging.WARNING)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


def _for_everybody(article: Article) -> Article:
    """What is tuned is likeness; validity and conditions play no part."""
    return replace(article, valid_from=None, valid_until=None, conditions=Conditions())


def hold_back(articles: Sequence[Article], chance: random.Random) -> tuple[list[Article], list[tuple[str, str]]]:
    """The articles without a fifth of their similar questions, and these as (article id, question)."""
    kept, held_back = [], []
    for article in articles:
        shuffled = chance.sample(article.similar, len(article.similar))
        count = round(len(shuffled) * _HELD_BACK)
        held_back += [(article.id, question) for question in shuffled[:count]]
        kept.append(replace(article, similar=tuple(shuffled[count:])))
    return kept, held_back


def read_pairs(path: Path) -> list[Group]:
    """Pairs of texts from a .tsv file of two columns."""
    groups = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PairsFileError(f"{path}: cannot be read as UTF-8 text") from error
    for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
        texts = tuple(text.strip() for text in row if text.strip())
        if row and len(texts) != 2:
            raise PairsFileError(f"{path}:{number}: two texts with a tab between them are needed")
        if texts:
            groups.append(Group(texts))
    return groups


def first_place_share(model: Any, articles: Sequence[Article], held_back: Sequence[tuple[str, str]]) -> float:
    """Share of the questions held back whose own article the search puts first."""
    index = KnowledgeIndex.build(articles, _Float32Encoder(model))
    right = 0
    for article_id, question in held_back:
        hits = index.search(question, limit=1)
        right += bool(hits) and hits[0].article.id == article_id
    return right / len(held_back)


def train(model: Any, groups: Sequence[Group], epochs: int, chance: random.Random) -> None:
    """Draw texts of a group together and those of different groups apart, in place."""
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    loss_of = MultipleNegativesRankingLoss(model)
    # The word vectors stay: a thousand questions would only pull apart what the encoder knows of all other words.
    for name, parameter in model.named_parameters():
        parameter.requires_grad = "embeddings" not in name
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=_LEARNING_RATE, weight_decay=0.01)
    batches = [list(_batches(groups, chance)) for _ in range(epochs)]
    steps = sum(map(len, batches))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step, steps))
    model.train()
    step, started = 0, time.monotonic()
    for epoch, of_epoch in enumerate(batches, start=1):
        total = 0.0
        for batch in of_epoch:
            features = [_tokens(model, texts) for texts in zip(*batch, strict=True)]
            loss = loss_of(features, None)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            total += float(loss.detach())
            step += 1
            if step % 10 == 0:
                left = (time.monotonic() - started) / step * (steps - step)
                print(f"  epoch {epoch}/{epochs}, step {step}/{steps}, about {left / 60:.0f} min left", flush=True)
        print(f"epoch {epoch}: mean loss {total / max(len(of_epoch), 1):.3f}", flush=True)
    model.eval()


def _batches(groups: Sequence[Group], chance: random.Random) -> Iterator[list[_Pair]]:
    """Every question once as an anchor, with a text of its group; never two pairs of one group in a batch."""
    waiting = [chance.sample(group.questions, len(group.questions)) for group in groups]
    while any(waiting):
        ready = [place for place, questions in enumerate(waiting) if questions]
        if len(ready) < 2:  # without another group there is nothing to draw apart from
            return
        # The fullest first, so that all groups last equally long.
        ready.sort(key=lambda place: (-len(waiting[place]), chance.random()))
        batch = []
        for place in ready[:_BATCH]:
            anchor = waiting[place].pop()
            batch.append(_pair(anchor, groups[place], chance))
        yield batch


def _pair(anchor: str, group: Group, chance: random.Random) -> _Pair:
    others = [question for question in group.questions if question != anchor]
    if group.passages and (not others or chance.random() < _PROFILE_SHARE):
        return (anchor, "query"), (chance.choice(group.passages), "passage")
    return (anchor, "query"), (chance.choice(others or [anchor]), "query")


def _prompted(model: Any, kind: str, text: str) -> str:
    """The text with the prompt that the model wants before queries or passages."""
    return f"{model.prompts.get(kind) or ''}{text}"


def _pace(step: int, steps: int) -> float:
    """Share of the learning rate: up to 1 during the warm-up, then down to 0."""
    warm = max(1, round(steps * _WARM_UP))
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))


def _tokens(model: Any, texts: Sequence[_Text]) -> dict[str, torch.Tensor]:
    prompted = [_prompted(model, kind, normalize(text).text if kind == "query" else text) for text, kind in texts]
    return dict(model.tokenizer(prompted, padding=True, truncation=True, max_length=_MAX_TOKENS, return_tensors="pt"))


def _open(name: str, scratch: Path) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer

    from bot.encoder.bundled import save_bundled

    if name == BUNDLED:
        save_bundled(scratch / BUNDLED)
        name = str(scratch / BUNDLED)
    return SentenceTransformer(name, device="cpu", model_kwargs={"dtype": torch.float32})


class _Float32Encoder:
    """The model in training as the encoder of a knowledge index."""

    fingerprint = "training"

    def __init__(self, model: Any) -> None:
        self._model = model
        self.dimension: int = model.get_embedding_dimension()

    def encode(self, texts: Sequence[str], kind: Literal["query", "passage"] = "query") -> Vectors:
        prompted = [_prompted(self._model, kind, text) for text in texts]
        vectors = self._model.encode(prompted, batch_size=16, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--knowledge", default="data/knowledge", help="folder of articles")
    parser.add_argument("--pairs", type=Path, help=".tsv file with more pairs of texts that mean the same")
    parser.add_argument("--model", default=configured_model(), help="where to start from; default: the encoder in use")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1, help="processor threads to train with")
    parser.add_argument("--seed", type=int, default=7, help="what is held back, and the order of training")
    return parser


if __name__ == "__main__":
    sys.exit(main())
