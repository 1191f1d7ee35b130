"""Bodies about tickets."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from handoff.schemas.common import Body, ClientMessageId
from handoff.tickets import Ticket
from handoff.vocabulary import TicketKind, TicketState


class NewTicket(Body):
    """A message for the next shift, or a wish to be called. The same client_ticket_id is stored once."""

    kind: TicketKind
    text: str
    client_ticket_id: ClientMessageId
    phone: Annotated[str, StringConstraints(max_length=32)] | None = Field(
        default=None, description="Where to call; without it, the number in the text or the customer's own."
    )
    time_of_day: str = Field(default="", max_length=100, description="When to call, in the customer's words.")


class TicketOpened(BaseModel):
    """The ticket is durable, and the customer was told in the conversation."""

    number: int


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


class CustomerTickets(BaseModel):
    """The tickets of a conversation, oldest first."""

    tickets: list[CustomerTicket]


class TicketsAnswer(BaseModel):
    """Tickets for agents, the most urgent first."""

    tickets: list[Ticket]


class TicketAnswer(Body):
    """What the owner writes to the customer."""

    text: str
    client_message_id: ClientMessageId
