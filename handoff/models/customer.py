"""Who the customer is, and who served them before."""

from typing import Any

from pydantic import Field

from handoff.models.base import Model
from handoff.vocabulary import Channel, HandoffReason
from privacy.numbers import mask_phone


class Customer(Model):
    """Who the customer is, from the operator's signed identity token."""

    id: str = Field(min_length=1, max_length=100)
    name: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=32)
    region: str | None = Field(default=None, max_length=100)
    plan: str | None = Field(default=None, max_length=100)
    segment: str | None = Field(default=None, max_length=32)
    vip: bool = False
    elderly: bool = False

    @property
    def phone_masked(self) -> str:
        """The phone number with its middle hidden: 138****8000."""
        return mask_phone(self.phone)

    def for_assistant(self) -> dict[str, Any]:
        """What the assistant is told; never the phone number."""
        return self.model_dump(exclude={"phone"})


class Contact(Model):
    """One earlier service by a person for the same customer."""

    conversation_id: str
    channel: Channel
    at_ms: int  # when the customer asked for a person
    reason: HandoffReason
    agent_name: str | None = None
    disposition: str | None = None
    summary: str | None = None
    resolved: bool | None = None
