"""What administrators see of the running service."""

from pydantic import BaseModel, Field

from handoff.webhook_targets import EventName


class DeadWebhook(BaseModel):
    """One event that a target did not take until it was given up."""

    id: str
    target: str = Field(description="Name of the webhook.")
    conversation_id: str
    event: EventName
    happened_at_ms: int
    why: str = Field(description="The last answer: HTTP 500, timeout, ConnectError …")
    failed_at_ms: int


class DeadWebhooks(BaseModel):
    """All of them, newest first."""

    dead_letters: list[DeadWebhook]


class ResentWebhook(BaseModel):
    """It will be told again."""

    id: str
