"""What other desks are told (docs/integrations.md). docs/schemas is generated from here: `make schemas`."""

from pydantic import BaseModel, Field

from handoff.models import HandoffRequest
from handoff.schemas.agent import CustomerProfile
from handoff.vocabulary import Channel, ConversationState, Sender
from handoff.webhook_targets import EventName


class TranscriptLine(BaseModel):
    """One message as another desk needs it."""

    seq: int = Field(description="Counts 1, 2, 3 … in its conversation without gaps.")
    sender: Sender
    sender_name: str
    text: str = Field(description="Numbers of people are masked, as everywhere in the body: see HandoffEvent.")
    created_at_ms: int = Field(description="Milliseconds since the epoch.")


class HandoffEvent(BaseModel):
    """The body of a webhook: what happened, and the whole context of the handoff.

    Phone, ID-card and bank-card numbers are masked to head and last four (138****8000) in every text, slot and entity,
    unless the target is configured with `numbers: whole`.
    """

    id: str = Field(description="Delivery id: the same at every try. Take an event whose id you know as told already.")
    event: EventName
    at_ms: int = Field(description="When it happened, in milliseconds since the epoch.")
    number: int = Field(description="Grows within a conversation; events of one conversation are told in this order.")
    conversation_id: str
    channel: Channel
    conversation_state: ConversationState = Field(description="As it is when this is sent, not when it happened.")
    customer: CustomerProfile | None = Field(
        description="Who the customer is, where known; the phone number is always masked."
    )
    request: HandoffRequest | None = Field(
        description="The handoff request with everything the assistant knew, as it is when this is sent."
    )
    summary: list[str] = Field(description="At most three lines in Chinese for whoever takes over.")
    transcript: list[TranscriptLine] = Field(description="The last messages up to the event, oldest first.")
