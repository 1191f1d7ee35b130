"""Bodies of a customer's earlier contacts."""

from pydantic import BaseModel, Field

from handoff.models import Contact


class ContactsAnswer(BaseModel):
    """Earlier services, newest first."""

    contacts: list[Contact]
    repeated: bool = Field(description="The customer was served by a person within the last 7 days.")
