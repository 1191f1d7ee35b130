"""Bodies of a customer's earlier contacts."""

from pydantic import BaseModel, Field

from handoff.models import Contact


class ContactsAnswer(BaseModel):
    """Earlier services, newest first."""

    contacts: list[Contact]
    repeated: bool = Field(description="The last of them was asked for within 7 days and left the matter open.")
