"""The intent of a message, with a confidence that means what it says."""

from __future__ import annotations

import logging
from dataclasses import asdict, fields
from functools import lru_cache
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder import Encoder
from bot.nlu.features import Utterance
from bot.nlu.fingerprint import code_fingerprint
from bot.nlu.kernel_model import KernelModel, KernelSettings
from bot.nlu.messages import normalized_text

logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def shared_encoder() -> Encoder:
    """The process's encoder: 120 MB and a second to open, so once."""
    return Encoder.load()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HybridIntentClassifier(GraphComponent, IntentClassifier):
    """Classifies by meaning, characters and words together (see `kernel_model`).

    Sets `intent` and `intent_ranking` as Rasa's own classifiers do. Text without any word (only emoji, only
    punctuation) has no intent and confidence 0, which the FallbackClassifier behind it turns into nlu_fallback.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must stand before this one (see parent class for full docstring)."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Packages needed at run time (see parent class for full docstring)."""
        return ["onnxruntime", "scipy", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # How likeness of utterances is measured; see KernelSettings for what each means.
            **asdict(KernelSettings()),
            # Intents listed in intent_ranking.
            "ranking_length": 10,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        encoder: Encoder,
        model: KernelModel | None = None,
    ) -> None:
        """Creates a classifier; without a model it gives every message no intent."""
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._encoder = encoder
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HybridIntentClassifier:
        """Creates a new component (see parent class for full docstring)."""
        return cls(config, model_storage, resource, shared_encoder())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> HybridIntentClassifier:
        """Loads the stored model (see parent class for full docstring)."""
        try:
            with model_storage.read_from(resource) as folder:
                model = KernelModel.load(folder)
        except ValueError:
            logger.warning("The intent classifier was never trained; every message will be a fallback.")
            model = None
        return cls(config, model_storage, resource, shared_encoder(), model)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Trains anew when features, model or encoder change (see parent class for full docstring)."""
        return code_fingerprint(shared_encoder().fingerprint)

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on the intent examples and stores the model (see parent class for full docstring)."""
        utterances, labels = [], []
        for example in training_data.intent_examples:
            utterance = _utterance(example)
            if utterance.text:
                utterances.append(utterance)
                labels.append(example.get(INTENT))
        if len(set(labels)) < 2:
            logger.warning("The intent classifier needs examples of at least two intents; it stays untrained.")
            return self._resource
        vectors = self._encoder.encode([u.text for u in utterances], kind="query")
        self._model = KernelModel.fit(utterances, vectors, labels, self._settings())
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def _settings(self) -> KernelSettings:
        return KernelSettings(**{each.name: self._config[each.name] for each in fields(KernelSettings)})

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing behind this component is trained on its predictions; the data passes through unchanged."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking of the messages (see parent class for full docstring)."""
        understood = [message for message in messages if self._model and normalized_text(message).text]
        for message in messages:
            message.set(INTENT, {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [], add_to_output=True)
        if not understood or self._model is None:
            return messages
        utterances = [_utterance(message) for message in understood]
        vectors = self._encoder.encode([u.text for u in utterances], kind="query")
        for message, probabilities in zip(understood, self._model.predict(utterances, vectors), strict=True):
            best = (-probabilities).argsort(kind="stable")[: self._config["ranking_length"]]
            ranking = [
                {INTENT_NAME_KEY: self._model.labels[i], PREDICTED_CONFIDENCE_KEY: float(probabilities[i])}
                for i in best
            ]
            message.set(INTENT, dict(ranking[0]), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _utterance(message: Message) -> Utterance:
    tokens = message.get(TOKENS_NAMES[TEXT]) or []
    return Utterance(normalized_text(message).text, tuple(token.text for token in tokens))
