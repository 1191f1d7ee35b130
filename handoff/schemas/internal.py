"""Bodies of the internal API."""

from pydantic import BaseModel, Field

from handoff.models import HandoffContext, SkillGroupId
from handoff.schemas.common import Body
from handoff.skill_groups import GENERAL
from handoff.vocabulary import ConversationState, HandoffReason, Priority


class NewHandoffRequest(Body):
    """The assistant hands a conversation over."""

    conversation_id: str = Field(min_length=1, max_length=100)
    turn_seq: int = Field(ge=0, le=2**31, description="The customer message this turn answers.")
    reason: HandoffReason
    skill_group: SkillGroupId = GENERAL
    priority: Priority = Priority.NORMAL
    sentiment: str | None = Field(default=None, max_length=100)
    context: HandoffContext = HandoffContext()


class HandoffAnswer(BaseModel):
    """The request of this conversation."""

    request_id: str
    created: bool
    state: ConversationState
    position: int | None
    estimated_wait_s: int | None
    agents_online: int
