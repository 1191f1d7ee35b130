"""Months, amounts, phone numbers and plan names by rule."""

from __future__ import annotations

import json
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.entity_rules import amount_patterns, month_patterns, phone_patterns, plausible, value_of
from bot.nlu.fingerprint import code_fingerprint
from bot.nlu.messages import normalized_text
from bot.text import normalize

PLAN_NAME = "plan_name"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class RuleEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds entities with spaCy's EntityRuler on a blank Chinese pipeline.

    Rules run on the normalised text, so that 三十块钱, 30元 and ¥30 are one amount; `start` and `end` are offsets in
    the text as the customer wrote it, `value` is the one form (see `entity_rules.value_of`). Plan names are the NLU
    data's lookup table `plan_name`, and its synonyms say which name a nickname means.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RuleEntityExtractor:
        """Creates a new component (see parent class for full docstring)."""
        return cls(model_storage, resource, {})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> RuleEntityExtractor:
        """Loads the plan names stored with the model (see parent class for full docstring)."""
        with model_storage.read_from(resource) as folder:
            plan_names = json.loads((folder / "plan_names.json").read_text(encoding="utf-8"))
        return cls(model_storage, resource, plan_names)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Trains anew when the rules change (see parent class for full docstring)."""
        return code_fingerprint()

    @staticmethod
    def required_packages() -> list[str]:
        """Packages needed at run time (see parent class for full docstring)."""
        return ["spacy"]

    def __init__(self, model_storage: ModelStorage, resource: Resource, plan_names: dict[str, str]) -> None:
        """Creates an extractor; `plan_names` maps what customers write (normalised) to the plan's official name."""
        self._model_storage = model_storage
        self._resource = resource
        self._use(plan_names)

    def _use(self, plan_names: dict[str, str]) -> None:
        self._plan_names = plan_names
        self._spacy = spacy.blank("zh")
        ruler: Any = self._spacy.add_pipe("entity_ruler")
        ruler.add_patterns(
            month_patterns()
            + amount_patterns()
            + phone_patterns()
            + [{"label": PLAN_NAME, "pattern": name} for name in plan_names]
        )

    def train(self, training_data: TrainingData) -> Resource:
        """Takes the plan names from the lookup tables and stores them (see parent class for full docstring)."""
        names: dict[str, str] = {}
        for table in training_data.lookup_tables:
            if table["name"] == PLAN_NAME and isinstance(table["elements"], list):
                names |= {normalize(name).text: name for name in table["elements"]}
        official = set(names.values())
        for nickname, name in training_data.entity_synonyms.items():
            if name in official:
                names[normalize(nickname).text] = name
        names.pop("", None)
        self._use(names)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "plan_names.json").write_text(json.dumps(names, ensure_ascii=False, indent=1), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Rules need no training examples; they pass through unchanged."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds entities to the messages (see parent class for full docstring)."""
        for message in messages:
            found = self.add_extractor_name(self._extract(message))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def _extract(self, message: Message) -> list[dict[str, Any]]:
        normalized = normalized_text(message)
        if not normalized.text:
            return []
        entities = []
        for entity in self._spacy(normalized.text).ents:
            start, end = entity.start_char, entity.end_char
            if not plausible(entity.label_, normalized.text, start, end):
                continue
            original_start, original_end = normalized.original_span(start, end)
            value = self._plan_names.get(entity.text) or value_of(entity.label_, entity.text)
            entities.append(
                {
                    ENTITY_ATTRIBUTE_TYPE: entity.label_,
                    ENTITY_ATTRIBUTE_START: original_start,
                    ENTITY_ATTRIBUTE_END: original_end,
                    ENTITY_ATTRIBUTE_VALUE: value,
                }
            )
        return entities
