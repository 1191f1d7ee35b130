"""Agent API: canned replies."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from pydantic import ValidationError

from handoff.audit import Action
from handoff.deps import RepliesKeeperDep, ServicesDep, SignedInDep
from handoff.routes.agent import Id
from handoff.routes.desk import DeskRoute, audited_move, shows_numbers
from handoff.schemas.canned import (
    CannedAnswer,
    CannedImport,
    CannedImported,
    CannedOrder,
    CannedWords,
    NewCannedReply,
)
from handoff.schemas.common import error_responses
from handoff.stores.canned import CannedReply
from handoff.usecases import canned

router = APIRouter(prefix="/api/v1/canned-replies", tags=["agent"], route_class=DeskRoute)

IMPORT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CannedImport"}}},
    }
}


async def _read_import(request: Request, _agent: RepliesKeeperDep) -> CannedImport:
    """The framework would read the body before it looks who sends it."""
    try:
        return CannedImport.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError([{**row, "loc": ("body", *row["loc"])} for row in error.errors()]) from error


ImportDep = Annotated[CannedImport, Depends(_read_import)]


@router.get("", responses=error_responses(401, 403, 503))
@shows_numbers
async def replies(services: ServicesDep, agent: SignedInDep) -> CannedAnswer:
    """One's own, those of one's groups, and the shared ones; who keeps them sees those of all groups."""
    return CannedAnswer(replies=await canned.replies(services, agent))


@router.post("", status_code=201, responses=error_responses(401, 403, 409, 422, 503))
@shows_numbers
@audited_move(Action.SETTINGS_CHANGED)
async def add(services: ServicesDep, agent: SignedInDep, body: NewCannedReply) -> CannedReply:
    """A new one: personal for who serves, group and shared for supervisors and trainers."""
    return await canned.add(services, agent, body)


@router.put("/order", responses=error_responses(401, 403, 422, 503))
@shows_numbers
@audited_move(Action.SETTINGS_CHANGED)
async def arrange(services: ServicesDep, agent: SignedInDep, body: CannedOrder) -> CannedAnswer:
    """Put one's own, a group's or the shared ones in another order."""
    return CannedAnswer(replies=await canned.arrange(services, agent, body))


@router.get("/export", response_class=PlainTextResponse, responses=error_responses(401, 403, 503))
async def export(services: ServicesDep, agent: RepliesKeeperDep) -> PlainTextResponse:
    """Those of groups and of all as YAML, in the form of data/canned_replies.yml (supervisors and trainers)."""
    return PlainTextResponse(await canned.exported(services, agent), media_type="application/yaml; charset=utf-8")


@router.post("/import", openapi_extra=IMPORT, responses=error_responses(401, 403, 409, 413, 422, 503))
@shows_numbers
@audited_move(Action.SETTINGS_CHANGED)
async def import_file(services: ServicesDep, agent: RepliesKeeperDep, body: ImportDep) -> CannedImported:
    """Add what a file has and is not there yet; with a mistake in it, nothing (supervisors and trainers)."""
    return await canned.import_file(services, agent, body)


@router.put("/{reply_id}", responses=error_responses(401, 403, 404, 422, 503))
@shows_numbers
@audited_move(Action.SETTINGS_CHANGED)
async def change(services: ServicesDep, agent: SignedInDep, reply_id: Id, body: CannedWords) -> CannedReply:
    """Other words."""
    return await canned.change(services, agent, reply_id, body)


@router.delete("/{reply_id}", status_code=204, responses=error_responses(401, 403, 404, 422, 503))
@audited_move(Action.SETTINGS_CHANGED)
async def remove(services: ServicesDep, agent: SignedInDep, reply_id: Id) -> None:
    """Take it away."""
    await canned.remove(services, agent, reply_id)
