"""What is said in a conversation."""

from pydantic import Field

from handoff.models.base import Model, Score
from handoff.vocabulary import OutcomeKind, Sender


class Button(Model):
    """A quick reply under a message."""

    title: str = Field(max_length=100)
    payload: str = Field(max_length=1000, description="Sent back with the message when the button is pressed.")


class Link(Model):
    """A link under a message; https, http or tel only, so that no script can hide in it."""

    title: str = Field(max_length=100)
    url: str = Field(max_length=2000, pattern=r"^(https?://|tel:)\S+$")


class Attachment(Model):
    """A file sent with a message; `id` opens it (`GET /api/v1/attachments/{id}`).

    Whoever reads the message is given an address as `id`, which is over after some days (attachments/addresses.py).
    """

    id: str
    name: str = Field(max_length=100)
    content_type: str
    size_bytes: int


class Outcome(Model):
    """What a turn came to."""

    kind: OutcomeKind
    task: str | None = None
    article_id: str | None = None
    article_title: str | None = None
    score: Score | None = None
    reason: str | None = None


class Draft(Model):
    """A message before it has its place in a conversation."""

    id: str
    sender: Sender
    sender_name: str = ""
    text: str = ""
    buttons: list[Button] = []
    links: list[Link] = []
    attachments: list[Attachment] = []
    outcome: Outcome | None = None

    def payloads(self) -> list[str]:
        """The button payloads this message offers."""
        return [button.payload for button in self.buttons]


class Message(Draft):
    """One message of a conversation. `seq` counts 1, 2, 3 … without gaps."""

    seq: int
    created_at_ms: int
