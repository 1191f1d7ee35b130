"""Agent API: canned replies."""

from fastapi import APIRouter

from handoff.deps import ServicesDep, ServingDep
from handoff.routes.agent import Id
from handoff.schemas.canned import CannedAnswer, CannedWords, NewCannedReply
from handoff.schemas.common import error_responses
from handoff.stores.canned import CannedReply
from handoff.usecases import canned

router = APIRouter(prefix="/api/v1/canned-replies", tags=["agent"])


@router.get("", responses=error_responses(401, 403, 503))
async def replies(services: ServicesDep, agent: ServingDep) -> CannedAnswer:
    """One's own, those of one's groups, and the shared ones."""
    return CannedAnswer(replies=await canned.replies(services, agent))


@router.post("", status_code=201, responses=error_responses(401, 403, 409, 422, 503))
async def add(services: ServicesDep, agent: ServingDep, body: NewCannedReply) -> CannedReply:
    """A new one: personal for everybody, group and shared for supervisors."""
    return await canned.add(services, agent, body)


@router.put("/{reply_id}", responses=error_responses(401, 403, 404, 422, 503))
async def change(services: ServicesDep, agent: ServingDep, reply_id: Id, body: CannedWords) -> CannedReply:
    """Other words."""
    return await canned.change(services, agent, reply_id, body)


@router.delete("/{reply_id}", status_code=204, responses=error_responses(401, 403, 404, 422, 503))
async def remove(services: ServicesDep, agent: ServingDep, reply_id: Id) -> None:
    """Take it away."""
    await canned.remove(services, agent, reply_id)
