"""Supervisor API: the wall."""

from fastapi import APIRouter

from handoff.deps import ServicesDep, SupervisorDep
from handoff.routes.desk import DeskRoute
from handoff.schemas.common import error_responses
from handoff.schemas.supervision import Wall
from handoff.usecases import supervision

router = APIRouter(prefix="/api/v1/supervision", tags=["agent"], route_class=DeskRoute)


@router.get("/wall", responses=error_responses(401, 403, 503))
async def wall(services: ServicesDep, _supervisor: SupervisorDep) -> Wall:
    """Who waits, who serves, and today's figures (supervisors)."""
    return await supervision.wall(services)
