"""Bodies of the agent API."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from handoff.models import Agent, ArticleUse, HandedOn, HandoffRequest, Message, Note, SkillGroupId, Turn
from handoff.schemas.common import AttachmentIds, Body, ClientMessageId, ConversationView, ReplyQuota, RequestId
from handoff.vocabulary import (
    Channel,
    ConversationState,
    HandoffReason,
    Presence,
    Priority,
    PriorityReason,
    Role,
    Sender,
)

Capacity = Annotated[int, Field(ge=1, le=50)]  # customers an agent serves at once
Username = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,31}$")]


class Login(Body):
    """User name and password."""

    username: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=200)


class Session(BaseModel):
    """An agent is logged in."""

    token: str = Field(description="For all other calls.")
    expires_at_ms: int
    refresh_token: str = Field(description="For POST /api/v1/agent/refresh, once.")
    refresh_expires_at_ms: int
    agent: Agent


class Refresh(Body):
    """A refresh token."""

    refresh_token: str = Field(min_length=1, max_length=200)


class NewPassword(Body):
    """A password to set."""

    password: str = Field(min_length=10, max_length=200)


class ChangedPassword(NewPassword):
    """One's own password, with the one before."""

    old_password: str = Field(min_length=1, max_length=200)


class SetPresence(Body):
    """online, break or offline."""

    presence: Presence


class NewAgent(Body):
    """An agent to create."""

    username: Username
    password: str = Field(min_length=10, max_length=200)
    name: str = Field(min_length=1, max_length=50)
    role: Role = Role.AGENT
    skill_groups: list[SkillGroupId] = Field(default=[], max_length=50, description="Empty: all groups.")
    capacity: Capacity = 5


class ChangedAgent(Body):
    """What to change of an agent; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=50)
    role: Role | None = None
    skill_groups: list[SkillGroupId] | None = Field(default=None, max_length=50, description="Empty: all groups.")
    capacity: Capacity | None = None
    disabled: bool | None = None


class Reserved(BaseModel):
    """A request that is kept a while for the agent who served the customer a short while ago."""

    agent_name: str
    until_ms: int


class RequestSummary(BaseModel):
    """One row of the queue."""

    id: str
    conversation_id: str
    reason: HandoffReason
    priority: Priority
    priority_reasons: list[PriorityReason] = Field(default=[], description="Why it is more urgent than the matter.")
    skill_group: str
    customer_name: str
    channel: Channel
    last_text: str
    requested_at_ms: int
    waited_s: int
    transfer: HandedOn | None = Field(default=None, description="How it came back into the queue, for agents only.")
    preferred: bool = Field(default=False, description="This agent served the customer a short while ago.")
    reserved: Reserved | None = Field(default=None, description="For whom it is kept, and until when others wait.")


class QueueSnapshot(BaseModel):
    """Everybody who waits and whom this agent may serve."""

    requests: list[RequestSummary]


class CustomerProfile(BaseModel):
    """Who the customer is."""

    id: str
    name: str
    phone_masked: str
    region: str | None
    plan: str | None
    segment: str | None
    vip: bool
    elderly: bool


class AgentConversationSummary(BaseModel):
    """One row of an agent's conversations."""

    id: str
    state: ConversationState
    channel: Channel
    last_seq: int
    customer_name: str
    last_text: str
    last_sender: Sender | None = Field(description="Who spoke last.")
    last_message_at_ms: int
    agent_read_seq: int = Field(description="The last message a person of the operator has seen.")
    unread: int = Field(description="The customer's messages after that one, a hundred at most.")
    agent: str | None
    request_id: str | None
    reason: HandoffReason | None
    priority: Priority | None
    skill_group: str | None
    claimed_at_ms: int | None
    watchers: list[str] = Field(default=[], description="Names of the supervisors who look on.")
    customer_read_seq: int | None = Field(default=None, description="None: the channel tells nothing of reading.")
    reply_quota: ReplyQuota | None = Field(default=None, description="None: the channel sets no limit.")


class OtherConversation(BaseModel):
    """A conversation of the same customer, on another channel for instance."""

    id: str
    channel: Channel
    state: ConversationState
    last_text: str
    last_message_at_ms: int


class PreviousService(BaseModel):
    """How the last service by a person ended; the customer need not tell it again."""

    agent_name: str | None
    ended_at_ms: int | None
    disposition: str | None
    summary: str | None
    resolved: bool | None
    satisfaction: int | None


class AgentConversation(ConversationView):
    """A conversation with everything an agent should know."""

    customer: CustomerProfile | None
    reply_quota: ReplyQuota | None = Field(default=None, description="None: the channel sets no limit.")
    other_conversations: list[OtherConversation] = Field(default=[], description="Of the same customer, newest first.")
    request: HandoffRequest | None
    summary: list[str] = Field(max_length=3, description="What is wanted, was tried and is known; a line each.")
    previous: PreviousService | None = Field(default=None, description="The service before this one.")
    notes: list[Note] = Field(default=[], description="Internal, oldest first; each stands after message after_seq.")
    messages: list[Message]
    earlier_missing: bool = Field(
        default=False, description="Messages before these are in the archive, which does not answer now."
    )
    feedback: dict[int, bool] = Field(default={}, description="Answers that helped or did not, by seq.")
    understanding: dict[int, Turn] = Field(description="By the seq of the customer's message.")


class ClaimAnswer(BaseModel):
    """The claimed conversation."""

    conversation: AgentConversation


class ConversationsAnswer(BaseModel):
    """The conversations an agent serves."""

    conversations: list[AgentConversationSummary]


class AgentsAnswer(BaseModel):
    """All agents."""

    agents: list[Agent]


class Reply(Body):
    """One message of an agent."""

    text: str
    client_message_id: ClientMessageId
    attachments: AttachmentIds = Field(default_factory=list)
    articles: list[ArticleUse] = Field(default_factory=list, max_length=5, description="What the text was taken from.")


class NewFollowUp(Body):
    """What is still to be done for the customer after the service."""

    what: str = Field(min_length=1, max_length=500)
    due_at_ms: int = Field(ge=0, le=2**53)
    by: str | None = Field(default=None, min_length=1, max_length=100, description="Agent id; None: who closes.")


class CloseService(Body):
    """Wrap-up."""

    disposition: str = Field(max_length=32, description="An id of data/dispositions.yml.")
    summary: str | None = Field(default=None, max_length=2000)
    resolved: bool
    follow_up: NewFollowUp | None = None
    request_id: RequestId | None = None


class Transfer(Body):
    """Give a conversation to a group or to an agent; exactly one of the two."""

    skill_group: SkillGroupId | None = None
    agent_id: str | None = Field(default=None, min_length=1, max_length=100)
    reason: str = Field(default="", max_length=500)
    request_id: RequestId | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.skill_group is None) == (self.agent_id is None):
            raise ValueError("give either skill_group or agent_id")
        return self


class AgentAuthFrame(Body):
    """First frame of an agent's WebSocket."""

    type: Literal["auth"]
    token: str = Field(max_length=200)


class AgentReadFrame(Body):
    """The agent has seen the messages of a conversation up to this one."""

    type: Literal["read"]
    conversation_id: str = Field(max_length=100)
    seq: int = Field(ge=0, le=2**31)


class WatchFrame(Body):
    """A supervisor looks on at a conversation, or no longer does."""

    type: Literal["watch", "unwatch"]
    conversation_id: str = Field(max_length=100)


class TicketFrame(Body):
    """The page of a ticket is open, so that the messages of its conversation come too; or no longer."""

    type: Literal["follow_ticket", "leave_ticket"]
    ticket_id: str = Field(max_length=100)


class AgentTypingFrame(Body):
    """The agent types."""

    type: Literal["typing"]
    conversation_id: str = Field(max_length=100)
