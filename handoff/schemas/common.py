"""Shapes that several APIs share."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from handoff.attachments.addresses import ADDRESS_PATTERN
from handoff.unicode import repaired
from handoff.vocabulary import Channel, ConversationState

ClientMessageId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    Field(description="Chosen by the sender, unique in the conversation; a second delivery is stored once."),
]

RequestId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    Field(description="The handoff request that is meant: a late repetition then does nothing to the next one."),
]

AttachmentIds = Annotated[
    list[Annotated[str, StringConstraints(pattern=ADDRESS_PATTERN)]],
    Field(max_length=9, description="Uploaded before; with them the text may be empty."),
]


class Body(BaseModel):
    """A request body; unknown keys are ignored, because the sender may be newer."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _repair(cls, value: Any) -> Any:
        """A cut-off emoji costs the customer one character, not the message."""
        return repaired(value)


class ErrorDetail(BaseModel):
    """What went wrong: a code for programs, one sentence for people."""

    model_config = ConfigDict(extra="allow")

    code: str
    message: str


class ErrorBody(BaseModel):
    """The error envelope."""

    error: ErrorDetail


class Stored(BaseModel):
    """A message is durable."""

    seq: int
    duplicate: bool


class QueueView(BaseModel):
    """What a waiting customer is told."""

    request_id: str = Field(default="", description="Names this wait in a call that gives it up.")
    position: int
    estimated_wait_s: int | None = Field(description="None: nobody is online.")
    agents_online: int


class AgentName(BaseModel):
    """Who serves."""

    name: str


class ConversationView(BaseModel):
    """A conversation as its customer sees it."""

    # What is none is said as null: the description promises every key.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: str
    state: ConversationState
    channel: Channel
    last_seq: int
    queue: QueueView | None = None
    agent: AgentName | None = None
    agent_read_seq: int = Field(default=0, description="The last message a person of the operator has seen.")
    customer_read_seq: int = 0


class ReplyQuota(BaseModel):
    """What a channel with a quota still allows."""

    left: int = Field(description="Replies that may still go out; the customer's next message opens the window anew.")
    window_ends_at_ms: int | None = Field(description="None: no window is open.")
    held: list[int] = Field(description="seq of messages that wait until the customer writes; nothing is lost.")


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the errors a route may answer with."""
    return {status: {"model": ErrorBody} for status in statuses}
