"""The real Rasa pipeline, trained and run for measuring."""

import asyncio
import logging
import os
import re
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

# Set before Rasa is imported: no telemetry, no chatter between the lines of progress.
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
os.environ.setdefault("TQDM_DISABLE", "1")
warnings.simplefilter("ignore")

from rasa.core.agent import Agent  # noqa: E402
from rasa.model_training import train_nlu  # noqa: E402
from rasa.nlu.classifiers.fallback_classifier import (  # noqa: E402
    is_fallback_classifier_prediction,
    undo_fallback_prediction,
)
from rasa.shared.nlu.training_data.loading import load_data  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402
from rasa.utils.log_utils import configure_structlog  # noqa: E402

from bot.evaluation.labelled import Gold, LabelMapping  # noqa: E402
from bot.evaluation.measures import Prediction  # noqa: E402

logging.disable(logging.INFO)
configure_structlog(logging.WARNING)

CONFIG = Path("config.yml")
NLU_DATA = Path("data/nlu")
MODELS = Path("models")
Progress = Callable[[int, int], None]


class NoModel(Exception):
    """There is no trained model; the message says what to do."""


def current_model(models: Path = MODELS) -> Path:
    """The model that `make train` made last.

    Raises:
        NoModel: none was trained yet.
    """
    pointer = models / "current"
    model = models / pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else None
    if model is None or not model.is_file():
        raise NoModel("there is no trained assistant yet: run `make train`")
    return model


@contextmanager
def trained(examples: Sequence[Gold], config: Path = CONFIG) -> Iterator[tuple[Path, float]]:
    """A model trained on `examples` alone, and the seconds that took, in a folder that is removed afterwards."""
    with TemporaryDirectory(prefix="xiaoqiao-evaluate-") as folder:
        # Without a cache of its own, Rasa would answer from the last training, and the time would be a lie.
        os.environ["RASA_CACHE_DIRECTORY"] = str(Path(folder) / "cache")
        data = Path(folder) / "nlu.yml"
        data.write_text(_as_training_data(examples), encoding="utf-8")
        started = time.monotonic()
        model = train_nlu(str(config), str(data), folder, fixed_model_name="model")
        if model is None:
            raise NoModel(f"Rasa could not train on these {len(examples)} examples")
        yield Path(model), time.monotonic() - started


def _as_training_data(examples: Sequence[Gold]) -> str:
    """Examples in Rasa's YAML."""
    # A zero-width space, which normalisation drops, keeps "](" and "]{" from being read as entity annotations.
    messages = [
        Message.build(re.sub(r"\](?=[({])", "]\u200b", " ".join(example.text.split())), example.label)
        for example in examples
    ]
    return str(TrainingData(messages).nlu_as_yaml())


class Understanding:
    """A loaded model; counts the time of every message."""

    def __init__(self, model: Path, mapping: LabelMapping, keep_fallback: bool = True) -> None:
        """`keep_fallback`: False answers with the best intent where the model falls back."""
        self._agent = Agent.load(str(model))
        self._mapping = mapping
        self._keep_fallback = keep_fallback
        self._milliseconds: list[float] = []
        asyncio.run(self._parse_all(["预热"], lambda done, total: None))
        self._milliseconds.clear()

    def predict(self, texts: Sequence[str], progress: Progress) -> list[Prediction]:
        """Labels and confidences, one message at a time as in service."""
        return asyncio.run(self._parse_all(texts, progress))

    async def _parse_all(self, texts: Sequence[str], progress: Progress) -> list[Prediction]:
        predictions = []
        for done, text in enumerate(texts, start=1):
            started = time.perf_counter()
            parsed = await self._agent.parse_message(text)
            self._milliseconds.append((time.perf_counter() - started) * 1000)
            if is_fallback_classifier_prediction(parsed) and not self._keep_fallback:
                parsed = undo_fallback_prediction(parsed)
            intent = parsed["intent"]
            predictions.append(Prediction(self._mapping.label(intent["name"]), float(intent["confidence"])))
            progress(done, len(texts))
        return predictions

    @property
    def parse_ms_p50(self) -> float:
        """Median time of a message, milliseconds."""
        return statistics.median(self._milliseconds)

    @property
    def parse_ms_p95(self) -> float:
        """95th percentile of the time of a message, milliseconds."""
        return sorted(self._milliseconds)[int(len(self._milliseconds) * 0.95)]


def own_examples(folder: Path = NLU_DATA) -> list[Gold]:
    """The examples of our own NLU data."""
    data = load_data(str(folder))
    return [Gold(message.get("text"), message.get("intent")) for message in data.intent_examples]
