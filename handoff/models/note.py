"""What agents write to each other about a conversation."""

from handoff.models.base import Model
from handoff.vocabulary import NoteKind


class Mentioned(Model):
    """A colleague named in a note."""

    id: str
    name: str


class Note(Model):
    """What an agent writes to colleagues, after message `after_seq`; customers and the assistant never see it."""

    number: int  # 1, 2, 3 … in its conversation
    after_seq: int
    at_ms: int
    kind: NoteKind = NoteKind.NOTE
    agent_id: str
    agent_name: str
    text: str
    mentions: list[Mentioned] = []


class Mention(Model):
    """A note that names an agent, with the conversation it stands in."""

    conversation_id: str
    note: Note
