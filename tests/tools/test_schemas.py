"""The published schemas are those of the code."""

import pytest

from tools.schemas import FOLDER, MODELS, schema


@pytest.mark.parametrize("name", MODELS)
def test_published_schema_is_that_of_the_code(name):
    published = (FOLDER / name).read_text(encoding="utf-8")
    assert published == schema(MODELS[name]), f"docs/schemas/{name} is out of date: make schemas"
