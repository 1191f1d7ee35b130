"""Bodies of the customer API."""

from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from handoff.models import Message
from handoff.schemas.common import AttachmentIds, Body, ClientMessageId, ConversationView, RequestId
from handoff.vocabulary import Channel


class OpenVisitor(Body):
    """A customer opens the chat."""

    channel: Literal[Channel.WEB] = Channel.WEB
    identity_token: str | None = Field(default=None, description="JWT of the operator's app, when logged in.")


class CustomerName(BaseModel):
    """The customer as far as they are known."""

    name: str
    phone_masked: str


class Visitor(BaseModel):
    """A new conversation and the token that opens it."""

    visitor_token: str
    conversation: ConversationView
    customer: CustomerName | None


class SendText(Body):
    """One message of a customer."""

    text: str
    client_message_id: ClientMessageId
    payload: str | None = Field(default=None, max_length=1000, description="Of the button that was pressed.")
    attachments: AttachmentIds = Field(default_factory=list)


class Satisfaction(Body):
    """How satisfied the customer was with the last service by a person; a comment may come later, without the score."""

    score: int | None = Field(default=None, ge=1, le=5, description="5 is best.")
    comment: str | None = Field(default=None, max_length=1000)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.score is None and not (self.comment and self.comment.strip()):
            raise ValueError("give a score, a comment, or both")
        return self


class LeaveQueue(Body):
    """Stop waiting."""

    request_id: RequestId | None = None


class MessagesPage(BaseModel):
    """A conversation and some of its messages."""

    conversation: ConversationView
    messages: list[Message]
    more: bool
    feedback: dict[int, bool] = Field(default={}, description="Answers the customer judged: seq -> whether it helped.")


class ConversationAnswer(BaseModel):
    """The conversation after a change."""

    conversation: ConversationView


class AuthFrame(Body):
    """First frame of a customer's WebSocket."""

    type: Literal["auth"]
    token: str = Field(max_length=200)
    after: int = Field(default=0, ge=0, le=2**31)


class ReadFrame(Body):
    """The customer has seen the messages up to this one."""

    type: Literal["read"]
    seq: int = Field(ge=0, le=2**31)


class SendFrame(SendText):
    """A message over the WebSocket."""

    type: Literal["send"]
