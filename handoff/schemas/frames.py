"""What is said over the WebSockets, by the service and to it; each frame is a JSON object with its `type`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from handoff.models import Agent, FollowUp, Mention, Message, Note
from handoff.schemas.agent import (
    AgentAuthFrame,
    AgentConversationSummary,
    AgentReadFrame,
    AgentTypingFrame,
    RequestSummary,
    TicketFrame,
    WatchFrame,
)
from handoff.schemas.common import Body, ConversationView, ErrorDetail
from handoff.schemas.customer import AuthFrame, ReadFrame, SendFrame
from handoff.schemas.reference import ReferenceData
from handoff.tickets import TicketCounts
from handoff.vocabulary import Sender


class Frame(BaseModel):
    """One thing said over a WebSocket."""

    # A frame says every key; what is none is said as null.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


# ---- on both --------------------------------------------------------------------------------------------------------


class ErrorFrame(Frame):
    """Something went wrong; the stream goes on unless it is closed."""

    type: Literal["error"] = "error"
    error: ErrorDetail
    client_message_id: str | None = Field(default=None, description="Of the `send` it answers.")


class PongFrame(Frame):
    """Answers a `ping`."""

    type: Literal["pong"] = "pong"


# ---- to a customer --------------------------------------------------------------------------------------------------


class ReadyFrame(Frame):
    """The stream carries the conversation; missed messages follow."""

    type: Literal["ready"] = "ready"
    conversation: ConversationView


class MessageFrame(Frame):
    """A message, the customer's own too."""

    type: Literal["message"] = "message"
    message: Message


class ConversationFrame(Frame):
    """Another state, place in the queue or reading mark."""

    type: Literal["conversation"] = "conversation"
    conversation: ConversationView


class TypingFrame(Frame):
    """The other side types."""

    type: Literal["typing"] = "typing"
    sender: Sender


class SentFrame(Frame):
    """A message that came over the WebSocket is durable."""

    type: Literal["sent"] = "sent"
    client_message_id: str
    seq: int


class CustomerFrame(
    RootModel[
        Annotated[
            ReadyFrame | MessageFrame | ConversationFrame | TypingFrame | SentFrame | ErrorFrame | PongFrame,
            Field(discriminator="type"),
        ]
    ]
):
    """What a customer is told over `WS /api/v1/conversation/stream`."""


# ---- to an agent ----------------------------------------------------------------------------------------------------


class DeskReadyFrame(Frame):
    """The stream carries the agent's conversations."""

    type: Literal["ready"] = "ready"
    agent: Agent
    conversations: list[AgentConversationSummary]


class DeskAgentFrame(Frame):
    """Somebody changed the agent's own record: groups, capacity, name."""

    type: Literal["agent"] = "agent"
    agent: Agent


class ReferenceFrame(Frame):
    """Names that all consoles show have changed."""

    type: Literal["reference"] = "reference"
    reference: ReferenceData


class QueueFrame(Frame):
    """The whole queue of the agent's groups, oldest first within priority."""

    type: Literal["queue"] = "queue"
    requests: list[RequestSummary]


class DeskMessageFrame(Frame):
    """A message of a conversation that is served, watched or that of an open ticket."""

    type: Literal["message"] = "message"
    conversation_id: str
    message: Message


class DeskConversationFrame(Frame):
    """A conversation's row, when it is new or has changed."""

    type: Literal["conversation"] = "conversation"
    conversation: AgentConversationSummary


class DeskTypingFrame(Frame):
    """Somebody types in a conversation."""

    type: Literal["typing"] = "typing"
    conversation_id: str
    sender: Sender


class NotesFrame(Frame):
    """All notes of a conversation."""

    type: Literal["notes"] = "notes"
    conversation_id: str
    notes: list[Note]


class MentionsFrame(Frame):
    """All notes that name the agent, newest first."""

    type: Literal["mentions"] = "mentions"
    mentions: list[Mention]


class FollowUpsFrame(Frame):
    """All the agent has promised to do, earliest first."""

    type: Literal["follow_ups"] = "follow_ups"
    follow_ups: list[FollowUp]


class TicketsFrame(Frame):
    """A ticket came or changed: how many wait for this agent now."""

    type: Literal["tickets"] = "tickets"
    counts: TicketCounts


class RemovedFrame(Frame):
    """The agent serves this conversation no longer; `agent_name`: who does, if somebody."""

    type: Literal["conversation_removed"] = "conversation_removed"
    conversation_id: str
    agent_name: str | None = None


class AgentFrame(
    RootModel[
        Annotated[
            DeskReadyFrame
            | DeskAgentFrame
            | ReferenceFrame
            | QueueFrame
            | DeskMessageFrame
            | DeskConversationFrame
            | DeskTypingFrame
            | NotesFrame
            | MentionsFrame
            | FollowUpsFrame
            | TicketsFrame
            | RemovedFrame
            | ErrorFrame
            | PongFrame,
            Field(discriminator="type"),
        ]
    ]
):
    """What an agent is told over `WS /api/v1/agent/stream`."""


# ---- to the service -------------------------------------------------------------------------------------------------


class PingFrame(Body):
    """Answered by a `pong`: whoever hears nothing for long takes the connection for dead."""

    type: Literal["ping"]


class CustomerTypingFrame(Body):
    """The customer types."""

    type: Literal["typing"]


class CustomerSays(
    RootModel[
        Annotated[AuthFrame | SendFrame | ReadFrame | CustomerTypingFrame | PingFrame, Field(discriminator="type")]
    ]
):
    """What a customer's page says over `WS /api/v1/conversation/stream`; `auth` comes first."""


class AgentSays(
    RootModel[
        Annotated[
            AgentAuthFrame | AgentReadFrame | AgentTypingFrame | WatchFrame | TicketFrame | PingFrame,
            Field(discriminator="type"),
        ]
    ]
):
    """What the console says over `WS /api/v1/agent/stream`; `auth` comes first."""
