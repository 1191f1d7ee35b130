"""Bodies of the supervisor's wall."""

from pydantic import BaseModel, Field

from handoff.vocabulary import Channel, HandoffReason, Presence, PriorityReason


class WallGroup(BaseModel):
    """The queue of one skill group."""

    id: str
    name: str
    waiting: int
    longest_wait_s: int = Field(description="Of those who wait now; 0 when nobody does.")
    served: int


class WallAgent(BaseModel):
    """One agent, as they are now."""

    id: str
    name: str
    presence: Presence
    active: int = Field(description="Conversations served now.")
    capacity: int


class WallConversation(BaseModel):
    """A conversation that is served now."""

    id: str
    customer_name: str
    agent_name: str
    channel: Channel
    skill_group: str | None
    reason: HandoffReason | None
    claimed_at_ms: int | None
    last_message_at_ms: int


class WallToday(BaseModel):
    """What happened since midnight in XIAOQIAO_TIME_ZONE; None: nothing to count yet."""

    since_ms: int
    requests: int
    claimed: int = Field(description="Requests that an agent took at least once.")
    left: int = Field(description="Customers who left the queue.")
    service_level: float | None = Field(description="Share claimed within the target.")
    service_level_target_s: float
    first_response_s: float | None = Field(description="Mean from the request to the first message of a person.")
    handling_s: float | None = Field(description="Mean from the first claim to the end.")
    satisfaction: float | None = Field(description="Mean of the stars, 1 to 5.")
    ratings: int
    resolved_share: float | None
    reasons: dict[HandoffReason, int]
    priority_reasons: dict[PriorityReason, int] = Field(
        description="Requests that were made more urgent, by why; one may have several reasons."
    )
    by_hour: list[int] = Field(description="Requests in each hour since midnight, up to the present one.")


class RatedServiceRow(BaseModel):
    """A service by a person and what its customer thinks of it; long numbers in the comment are masked."""

    request_id: str
    conversation_id: str
    at_ms: int = Field(description="When the service ended.")
    score: int
    comment: str
    agent_name: str | None
    skill_group: str
    disposition: str | None
    resolved: bool | None


class RatingsPage(BaseModel):
    """Rated services, latest first."""

    ratings: list[RatedServiceRow]
    more: bool


class WallTickets(BaseModel):
    """Tickets that nobody has ended."""

    new: int = Field(description="Nobody owns them yet.")
    in_progress: int
    overdue: int = Field(description="New or in progress, and past their time.")


class Wall(BaseModel):
    """Everything on the wall."""

    at_ms: int
    waiting: int
    longest_wait_s: int
    served: int
    groups: list[WallGroup]
    agents: list[WallAgent] = Field(description="Those who are there first, the busiest ones in front.")
    conversations: list[WallConversation] = Field(description="Served now, longest first, at most 200.")
    tickets: WallTickets
    today: WallToday | None = Field(description="None: the archive cannot be reached.")
