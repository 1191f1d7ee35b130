"""Internal API, for the action server."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from handoff.deps import ServicesDep, ServiceTokenDep
from handoff.schemas.common import error_responses
from handoff.schemas.internal import Availability, HandoffAnswer, NewHandoffRequest
from handoff.usecases import handoffs

router = APIRouter(prefix="/internal/v1", tags=["internal"], dependencies=[ServiceTokenDep])


@router.get("/availability", responses=error_responses(401, 422, 503))
async def availability(
    services: ServicesDep, skill_group: Annotated[str, Query(min_length=1, max_length=32)] = handoffs.FALLBACK_GROUP
) -> Availability:
    """Whether somebody can take a request of this group. An unknown group counts as the general one."""
    return await handoffs.availability(services, skill_group)


@router.post(
    "/handoff-requests",
    status_code=201,
    responses={
        200: {"model": HandoffAnswer, "description": "There was one already."},
        **error_responses(401, 404, 409, 413, 422, 503),
    },
)
async def request_handoff(services: ServicesDep, body: NewHandoffRequest, response: Response) -> HandoffAnswer:
    """Hand a conversation over to people. Idempotent a conversation while a request is queued or served."""
    answer = await handoffs.request_handoff(services, body)
    if not answer.created:
        response.status_code = 200
    return answer
