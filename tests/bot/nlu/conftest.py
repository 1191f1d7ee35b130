"""What tests of graph components share: a model storage, and components built the way Rasa builds them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource

CONTEXT = ExecutionContext(GraphSchema({}), node_name="component")


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def create(storage: LocalModelStorage) -> Callable[..., Any]:
    """create(ComponentClass, **config) -> an untrained component."""

    def make(component: type[GraphComponent], **config: Any) -> Any:
        return component.create({**component.get_default_config(), **config}, storage, Resource("component"), CONTEXT)

    return make


@pytest.fixture
def reload(storage: LocalModelStorage) -> Callable[..., Any]:
    """reload(ComponentClass, **config) -> the component as a new process would load it from the storage."""

    def make(component: type[GraphComponent], **config: Any) -> Any:
        return component.load({**component.get_default_config(), **config}, storage, Resource("component"), CONTEXT)

    return make
