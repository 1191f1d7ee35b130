"""A wish to speak to a person, from asking to the end of the service."""

from typing import Any

from pydantic import Field

from handoff.models.base import Model, Score
from handoff.models.customer import Contact
from handoff.models.knowledge import GivenArticle
from handoff.models.turn import FoundEntity, RankedArticle, RankedIntent, Turn
from handoff.vocabulary import Channel, HandoffReason, Priority, PriorityReason, RequestState


class HandoffContext(Model):
    """What the assistant knows at the moment it hands over."""

    intent: str | None = None
    confidence: Score | None = None
    intent_ranking: list[RankedIntent] = Field(default=[], max_length=50)
    entities: list[FoundEntity] = Field(default=[], max_length=100)
    slots: dict[str, Any] = {}
    articles: list[RankedArticle] = Field(default=[], max_length=50)
    failed_turns: Score | None = None
    recent_turns: list[Turn] = Field(default=[], max_length=50)


class HandedOn(Model):
    """One transfer of a served conversation; for agents only, never shown to the customer."""

    from_agent: str  # name
    from_agent_id: str = ""
    to: str  # name of the skill group or agent
    why: str = ""
    at_ms: int


class FollowUp(Model):
    """What an agent still has to do for a customer after the service."""

    request_id: str
    conversation_id: str
    customer_name: str
    what: str
    due_at_ms: int
    by_id: str
    by_name: str


class HandoffRequest(Model):
    """One wish to speak to a person, with everything that person should know."""

    id: str
    conversation_id: str
    state: RequestState
    turn_seq: int
    reason: HandoffReason
    skill_group: str
    priority: Priority
    sentiment: str | None = None
    context: HandoffContext = HandoffContext()
    channel: Channel = Channel.WEB
    customer_name: str = ""
    requested_at_ms: int
    priority_reasons: list[PriorityReason] = []  # why it is more urgent than the matter alone
    repeated_contact: Contact | None = None  # the service within a week that left the matter open
    transfers: list[HandedOn] = []  # oldest first
    given_articles: list[GivenArticle] = []  # by agents, oldest first
    preferred_agent_id: str | None = None  # who served this matter a short while ago
    claimed_at_ms: int | None = None
    ended_at_ms: int | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    disposition: str | None = None
    summary: str | None = None
    resolved: bool | None = None
    follow_up: FollowUp | None = None
    satisfaction: int | None = None  # 1 (very dissatisfied) to 5
    satisfaction_comment: str | None = None
    is_trimmed: bool = False  # context and transfers are in the archive only
