"""Bodies about whether answers helped."""

from pydantic import BaseModel, Field

from handoff.schemas.common import Body


class Feedback(Body):
    """有帮助 (true) or 没帮助 (false)."""

    helpful: bool


class FeedbackStored(BaseModel):
    """What is stored now."""

    seq: int
    helpful: bool
    offer_handoff: bool = Field(description="The assistant still serves and did not help: a person may be offered.")


class ReviewedAnswer(BaseModel):
    """An answer of the assistant that its customer judged; long numbers are masked."""

    conversation_id: str
    seq: int
    at_ms: int
    helpful: bool
    question: str
    answer: str
    intent: str | None
    article_id: str | None
    article_title: str | None
    score: float | None


class FeedbackPage(BaseModel):
    """Judged answers, latest first."""

    feedback: list[ReviewedAnswer]
    more: bool
