"""The state of one conversation."""

from handoff.models.base import Model
from handoff.models.customer import Customer
from handoff.vocabulary import Channel, ConversationState


class Conversation(Model):
    """The state of one conversation as stored."""

    id: str
    state: ConversationState
    channel: Channel  # where it began
    outlet: Channel = Channel.WEB  # where the customer wrote last: answers go there
    episode: int = 1
    episode_started_seq: int = 0
    last_seq: int = 0
    customer: Customer | None = None
    request_id: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    unhelpful_turns: list[int] = []  # customer messages whose answer the customer found unhelpful, latest last
    customer_read_seq: int = 0  # the last message each side has seen
    agent_read_seq: int = 0
    last_agent_id: str | None = None  # who served last, for reading the transcript afterwards
    last_request_id: str | None = None
    archived_seq: int = 0  # what the archive has
    archived_event: int = 0
    trimmed_seq: int = 0  # messages up to this one are in the archive only
    ticket_group: str | None = None  # the desk whose queue was full when the customer last asked for a person
    ticket_told: str | None = None  # the ticket whose people told the customer something last, and when
    ticket_told_ms: int = 0
    last_text: str = ""
    last_message_at_ms: int = 0
    turn_entry: str | None = None
    turn_failures: int = 0  # how often the turn at hand ended in an error nobody foresaw
    created_at_ms: int = 0

    @property
    def assistant_sender(self) -> str:
        """The sender id Rasa knows this episode by."""
        return f"{self.id}.{self.episode}"
