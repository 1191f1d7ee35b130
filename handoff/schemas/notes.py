"""Bodies of notes, mentions and follow-ups."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from handoff.models import FollowUp, Mention
from handoff.schemas.common import Body, ClientMessageId
from handoff.vocabulary import Presence, Role

AgentId = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class NewNote(Body):
    """A note for colleagues."""

    text: str
    mentions: list[AgentId] = Field(default=[], max_length=20, description="Ids of the colleagues who are told.")
    client_note_id: ClientMessageId


class AskForHelp(Body):
    """What the supervisors are asked."""

    text: str
    client_note_id: ClientMessageId


class NoteStored(BaseModel):
    """A note is durable."""

    number: int
    duplicate: bool


class HelpAsked(BaseModel):
    """Help is asked for."""

    number: int = Field(description="Of the note.")
    supervisors: int = Field(description="How many are online and were told.")


class MentionsAnswer(BaseModel):
    """Notes that mention this agent, newest first."""

    mentions: list[Mention]


class Colleague(BaseModel):
    """Somebody a note may mention, and a conversation may be handed to while they have room."""

    id: str
    name: str
    presence: Presence
    role: Role
    active: int = Field(description="Conversations they serve now.")
    capacity: int


class ColleaguesAnswer(BaseModel):
    """Everybody else."""

    colleagues: list[Colleague]


class FollowUpsAnswer(BaseModel):
    """What an agent still has to do, earliest first."""

    follow_ups: list[FollowUp]
