"""Tickets: what a customer leaves for the next shift, a message or a wish to be called. Pure."""

import re

from handoff.models import Model, mask_phone
from handoff.vocabulary import TicketKind, TicketState

# A mobile or a fixed number with its area code, as people write it among other words: 138 0013 8000, 010-12345678.
_PHONE = re.compile(r"(?<!\d)(?:(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})|(0\d{2,3}[- ]?\d{7,8}))(?!\d)")


class Ticket(Model):
    """One ticket. `number` is what the customer and the agents call it."""

    id: str
    number: int = 0
    kind: TicketKind
    state: TicketState = TicketState.NEW
    skill_group: str
    conversation_id: str
    customer_name: str = ""
    phone: str = ""
    text: str = ""
    time_of_day: str = ""  # when the customer would like to be called, in their own words
    created_at_ms: int
    due_at_ms: int
    owner_id: str | None = None  # the first-contact owner
    owner_name: str | None = None
    taken_at_ms: int | None = None
    ended_at_ms: int | None = None

    @property
    def phone_masked(self) -> str:
        """The phone number with its middle hidden."""
        return mask_phone(self.phone)


def find_phone(text: str) -> str | None:
    """The first phone number in a text, digits only."""
    found = _PHONE.search(text)
    return re.sub(r"\D", "", found[1] or found[2]) if found else None
