"""Whether answers helped: said by customers, read by those who improve them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from handoff.audit import Action
from handoff.deps import PacedConversationIdDep, ReviewerDep, ServicesDep
from handoff.routes.desk import DeskRoute, audited
from handoff.schemas.common import error_responses
from handoff.schemas.feedback import Feedback, FeedbackPage, FeedbackStored
from handoff.usecases import feedback

router = APIRouter(prefix="/api/v1", route_class=DeskRoute)


@router.post(
    "/conversation/messages/{seq}/feedback", tags=["customer"], responses=error_responses(401, 404, 409, 422, 429, 503)
)
async def judge(
    services: ServicesDep,
    conversation_id: PacedConversationIdDep,
    seq: Annotated[int, Path(ge=1, le=2**31)],
    body: Feedback,
) -> FeedbackStored:
    """Say whether an answer of the assistant helped; once a message, and changeable."""
    return await feedback.judge(services, conversation_id, seq, is_helpful=body.helpful)


@router.get("/review/feedback", tags=["agent"], responses=error_responses(401, 403, 422, 503))
@audited(Action.FEEDBACK_REVIEWED)
async def review(
    services: ServicesDep,
    _reviewer: ReviewerDep,
    helpful: Annotated[bool | None, Query(description="Only helpful, or only unhelpful ones.")] = None,
    article_id: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
    before_ms: Annotated[int | None, Query(ge=0, le=2**53, description="For the next page.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FeedbackPage:
    """Answers that customers judged, latest first (trainers and supervisors)."""
    return await feedback.for_review(
        services, is_helpful=helpful, article_id=article_id, before_ms=before_ms, limit=limit
    )
