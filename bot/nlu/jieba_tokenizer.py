"""Chinese words by jieba, with the operator's own dictionary."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

import jieba
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.fingerprint import code_fingerprint
from bot.nlu.messages import normalized_text

jieba.setLogLevel(logging.WARNING)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class TelecomTokenizer(Tokenizer):
    """Splits the normalised text into words; every token says where in the original text it stands.

    Differs from Rasa's JiebaTokenizer in four ways: it has a jieba instance of its own, so that its dictionary is
    not shared by everything in the process; telecom words (携号转网, 副卡, 转人工) are one token each; no token is
    blank; and the text is normalised first, so that `token.text` is the one form of the word while `start` and
    `end` are offsets in the text as the customer wrote it. The dictionary is stored with the model.
    """

    @staticmethod
    def supported_languages() -> list[str] | None:
        """Supported languages (see parent class for full docstring)."""
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        """Packages needed at run time (see parent class for full docstring)."""
        return ["jieba"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # File in jieba's user dictionary format: word [frequency] [tag], one a line. None: jieba's own words only.
            "dictionary": None,
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "prefix_separator_symbol": None,
            "token_pattern": None,
        }

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, dictionary: str
    ) -> None:
        """Creates a tokenizer; `dictionary` is the text of the user dictionary."""
        super().__init__({**self.get_default_config(), **config})
        self._model_storage = model_storage
        self._resource = resource
        self._dictionary = dictionary
        self._jieba = _own_jieba()
        for line in dictionary.splitlines():
            fields = line.split()
            if fields and not line.startswith("#"):
                self._jieba.add_word(fields[0], int(fields[1]) if len(fields) > 1 and fields[1].isdigit() else None)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TelecomTokenizer:
        """Creates a new component (see parent class for full docstring)."""
        return cls(config, model_storage, resource, _read_dictionary(config))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TelecomTokenizer:
        """Loads the dictionary stored with the model (see parent class for full docstring)."""
        with model_storage.read_from(resource) as folder:
            dictionary = (folder / "dictionary.txt").read_text(encoding="utf-8")
        return cls(config, model_storage, resource, dictionary)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Trains anew when the dictionary changes (see parent class for full docstring)."""
        return code_fingerprint(_read_dictionary(config))

    def train(self, training_data: TrainingData) -> Resource:
        """Stores the dictionary with the model (see parent class for full docstring)."""
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "dictionary.txt").write_text(self._dictionary, encoding="utf-8")
        return self._resource

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Words of the normalised text with their offsets in the original (see parent class for full docstring)."""
        normalized = normalized_text(message, attribute)
        tokens = []
        for word, start, end in self._jieba.tokenize(normalized.text):
            if word.strip():
                tokens.append(Token(word, *normalized.original_span(start, end)))
        split: list[Token] = self._apply_token_pattern(tokens)
        return split


@lru_cache(maxsize=1)
def _base_jieba() -> jieba.Tokenizer:
    base = jieba.Tokenizer()
    base.initialize()  # reading jieba's own words takes half a second: once, and not with the first message
    return base


def _own_jieba() -> jieba.Tokenizer:
    base, own = _base_jieba(), jieba.Tokenizer()
    own.FREQ, own.total, own.initialized = dict(base.FREQ), base.total, True
    return own


def _read_dictionary(config: dict[str, Any]) -> str:
    path = config.get("dictionary")
    if path is None:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidConfigException(f"The tokenizer's dictionary cannot be read: {path}") from error
