"""Internal API, for the action server."""

from fastapi import APIRouter, Response

from handoff.deps import ServicesDep, ServiceTokenDep
from handoff.schemas.common import error_responses
from handoff.schemas.internal import HandoffAnswer, NewHandoffRequest
from handoff.usecases import handoffs

router = APIRouter(prefix="/internal/v1", tags=["internal"], dependencies=[ServiceTokenDep])


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
