"""``make schemas``: the JSON schemas of what other desks are told, generated from the models into docs/schemas."""

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from handoff.models import HandoffContext
from handoff.schemas.webhook import HandoffEvent

FOLDER = Path(__file__).parents[1] / "docs" / "schemas"
MODELS: dict[str, type[BaseModel]] = {
    "handoff-context.schema.json": HandoffContext,
    "handoff-event.schema.json": HandoffEvent,
}


def schema(model: type[BaseModel]) -> str:
    """The schema of ``model`` as it is written on the wire, as the text of its file."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(mode="serialization"),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """Writes the files; returns the exit code."""
    FOLDER.mkdir(exist_ok=True)
    for name, model in MODELS.items():
        (FOLDER / name).write_text(schema(model), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
