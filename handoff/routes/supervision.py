"""Supervisor API: the wall, and what customers say of services."""

from typing import Annotated

from fastapi import APIRouter, Query

from handoff.audit import Action
from handoff.deps import ReviewerDep, ServicesDep, SupervisorDep
from handoff.routes.desk import DeskRoute, audited
from handoff.schemas.common import error_responses
from handoff.schemas.supervision import RatingsPage, Wall
from handoff.usecases import supervision

router = APIRouter(prefix="/api/v1/supervision", tags=["agent"], route_class=DeskRoute)


@router.get("/wall", responses=error_responses(401, 403, 503))
async def wall(services: ServicesDep, _supervisor: SupervisorDep) -> Wall:
    """Who waits, who serves, and today's figures (supervisors)."""
    return await supervision.wall(services)


@router.get("/ratings", responses=error_responses(401, 403, 422, 503))
@audited(Action.RATINGS_READ)
async def ratings(
    services: ServicesDep,
    _reviewer: ReviewerDep,
    max_score: Annotated[int, Query(ge=1, le=5)] = 5,
    commented: Annotated[bool, Query(description="Only those with a comment.")] = False,
    before_ms: Annotated[int | None, Query(ge=0, le=2**53, description="For the next page.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RatingsPage:
    """Services that customers rated, latest first (trainers and supervisors)."""
    return await supervision.ratings(
        services, max_score=max_score, only_commented=commented, before_ms=before_ms, limit=limit
    )
