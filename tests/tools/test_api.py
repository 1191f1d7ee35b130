"""The pages speak the API that the service describes."""

import pytest

from tools.api import GENERATOR, TYPES, generate


def test_the_generated_types_are_those_of_the_present_description():
    if not GENERATOR.exists():
        pytest.skip("needs `make web`")
    assert TYPES.read_text(encoding="utf-8") == generate(), "run `make api` and commit web/shared/openapi.ts"
