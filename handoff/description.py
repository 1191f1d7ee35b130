"""The OpenAPI description: what FastAPI finds in the routes, and what it leaves out.

Those are the frames of the WebSockets, and bodies that a route reads itself.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from pydantic.json_schema import models_json_schema

from handoff.schemas.canned import CannedImport
from handoff.schemas.frames import AgentFrame, AgentSays, CustomerFrame, CustomerSays


def with_frames(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """In place of `app.openapi` (FastAPI's documentation, "Extending OpenAPI")."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schemas = describe()["components"]["schemas"]
            for name, schema in frame_schemas().items():
                schemas.setdefault(name, schema)
        return describe()

    return openapi


def frame_schemas() -> dict[str, Any]:
    """The frames and other models that no route declares, and all they are made of, by name."""
    _, described = models_json_schema(
        [
            (CustomerFrame, "serialization"),
            (AgentFrame, "serialization"),
            (CustomerSays, "validation"),
            (AgentSays, "validation"),
            (CannedImport, "validation"),
        ],
        ref_template="#/components/schemas/{model}",
    )
    # As FastAPI writes its own: a default of null says no more than that null is allowed.
    schemas: dict[str, Any] = jsonable_encoder(described["$defs"], exclude_none=True)
    return schemas
