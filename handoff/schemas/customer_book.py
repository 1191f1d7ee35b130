"""Bodies about what is known of a customer over time."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from handoff.schemas.common import Body

Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class CustomerDetails(Body):
    """What agents know of a customer, beside the operator's identity."""

    address: str = Field(default="", max_length=50, description="称呼: how the customer wants to be addressed.")
    note: str = Field(default="", max_length=2000)
    tags: list[Tag] = Field(default_factory=list, max_length=10)
    vip: bool = Field(default=False, description="Changed by supervisors only.")
    elderly: bool = False
    version: int = Field(default=0, ge=0, description="As read; 409 when somebody has changed it since.")


class DetailsChange(BaseModel):
    """Who changed what; only what differs."""

    at_ms: int
    agent_name: str
    before: dict[str, str | bool | list[str]]
    after: dict[str, str | bool | list[str]]


class CustomerRecord(BaseModel):
    """What agents know of the customer of a conversation."""

    details: CustomerDetails
    changes: list[DetailsChange] = Field(description="Latest first.")
