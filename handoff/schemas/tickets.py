"""Bodies about tickets."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from handoff.masking import WHOLE
from handoff.schemas.common import Body, ClientMessageId
from handoff.tickets import Ticket, TicketChange, TicketCounts
from handoff.vocabulary import Channel, TicketKind, TicketState


class NewTicket(Body):
    """A message for the next shift, or a wish to be called. The same client_ticket_id is stored once."""

    kind: TicketKind
    text: str = Field(description="May be empty when a call is wanted.")
    client_ticket_id: ClientMessageId
    phone: Annotated[str, StringConstraints(max_length=32)] | None = Field(
        default=None, description="Where to call; without it, the number in the text or the customer's own."
    )
    time_of_day: str = Field(default="", max_length=100, description="When to call, in the customer's words.")
    name: str = Field(default="", max_length=50, description="How to address the customer.")


class CustomerTicket(BaseModel):
    """A ticket as its customer sees it."""

    number: int
    kind: TicketKind
    state: TicketState
    text: str
    phone_masked: str
    owner_name: str | None
    created_at_ms: int
    due_at_ms: int
    result: str


class TicketOpened(CustomerTicket):
    """The ticket is durable, and the customer was told in the conversation."""


class CustomerTickets(BaseModel):
    """The tickets of a conversation, oldest first."""

    tickets: list[CustomerTicket]


class AgentTicket(BaseModel):
    """A ticket as agents see it."""

    id: str
    number: int
    kind: TicketKind
    state: TicketState
    skill_group: str
    conversation_id: str
    channel: Channel
    customer_name: str
    phone: Annotated[str | None, WHOLE] = Field(
        description="Whole, for its owner, who calls it while it is in progress; None for others."
    )
    phone_masked: str
    text: str
    time_of_day: str
    created_at_ms: int
    due_at_ms: int
    owner_id: str | None
    owner_name: str | None
    taken_at_ms: int | None
    ended_at_ms: int | None
    result: str
    unread: int = Field(description="Replies of the customer that the owner has not read.")
    changes: list[TicketChange] = Field(description="Its history, oldest first.")

    @classmethod
    def of(cls, ticket: Ticket, agent_id: str) -> Self:
        """As this agent may see it."""
        is_owner = ticket.owner_id == agent_id and ticket.state == TicketState.IN_PROGRESS
        fields = ticket.model_dump(exclude={"phone"})
        return cls(**fields, phone=ticket.phone if is_owner else None, phone_masked=ticket.phone_masked)


class TicketsAnswer(BaseModel):
    """Tickets for agents, the most urgent first."""

    tickets: list[AgentTicket]
    counts: TicketCounts


class TicketAnswer(Body):
    """What the owner writes to the customer."""

    text: str
    client_message_id: ClientMessageId


class TicketResult(Body):
    """What came of it: the customer is told."""

    result: str = Field(default="", max_length=500)


class TicketReason(Body):
    """Why, for colleagues."""

    reason: str = Field(default="", max_length=200)


class TicketCall(Body):
    """What came of calling the customer. The same client_call_id is noted once."""

    reached: bool
    client_call_id: ClientMessageId
    text: str = Field(default="", max_length=500)
    again_at_ms: int = Field(default=0, ge=0, le=2**53, description="When to try again, if nobody answered.")
