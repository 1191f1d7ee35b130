"""What administrators see of the running service."""

from typing import Any

from pydantic import BaseModel, Field

from handoff.webhook_targets import EventName


class DeadWebhook(BaseModel):
    """One event that a target did not take until it was given up."""

    id: str
    target: str = Field(description="Name of the webhook.")
    conversation_id: str
    event: EventName
    happened_at_ms: int
    data: dict[str, Any] = Field(description="What the event says besides; the receiver gets the context with it.")
    why: str = Field(description="The last answer: HTTP 500, timeout, ConnectError …")
    failed_at_ms: int


class DeadWebhooks(BaseModel):
    """All of them, newest first."""

    dead_letters: list[DeadWebhook]


class ResentWebhooks(BaseModel):
    """They will be told again."""

    resent: int


class ResentWebhook(BaseModel):
    """It will be told again."""

    id: str
