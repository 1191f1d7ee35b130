"""The things the service keeps and passes on (docs/architecture.md, "Words on the wire")."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from handoff.vocabulary import (
    Channel,
    ConversationState,
    HandoffReason,
    NoteKind,
    OutcomeKind,
    Presence,
    Priority,
    RequestState,
    Role,
    Sender,
)

Score = Annotated[float, Field(allow_inf_nan=False)]
SkillGroupId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


class Model(BaseModel):
    """A value on the wire: unknown keys are ignored, because the other side may be newer."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Button(Model):
    """A quick reply under a message."""

    title: str = Field(max_length=100)
    payload: str = Field(max_length=1000, description="Sent back with the message when the button is pressed.")


class Link(Model):
    """A link under a message; https, http or tel only, so that no script can hide in it."""

    title: str = Field(max_length=100)
    url: str = Field(max_length=2000, pattern=r"^(https?://|tel:)\S+$")


class Outcome(Model):
    """What a turn came to."""

    kind: OutcomeKind
    task: str | None = None
    article_id: str | None = None
    article_title: str | None = None
    score: Score | None = None
    reason: str | None = None


class RankedIntent(Model):
    """One row of the intent ranking."""

    name: str | None = None
    confidence: Score = 0.0


class FoundEntity(Model):
    """One entity; start and end are character offsets in the customer's text."""

    entity: str
    value: Any = None
    start: int | None = None
    end: int | None = None


class RankedArticle(Model):
    """One knowledge article that was considered."""

    article_id: str
    title: str = ""
    score: Score = 0.0


class KnowledgeArticle(Model):
    """A knowledge article as agents are shown it."""

    article_id: str
    title: str = ""
    question: str = ""  # its question that is nearest to what was asked
    text: str = ""
    links: list[Link] = []
    score: Score = 0.0
    human_only: bool = False  # the assistant never gives it by itself
    unchecked: list[str] = []  # conditions that this customer's profile does not answer: region, plan, segment


class Turn(Model):
    """What the assistant understood of one customer message and what it did about it."""

    outcome: Outcome | None = None
    intent: str | None = None
    confidence: Score | None = None
    intent_ranking: list[RankedIntent] = []
    entities: list[FoundEntity] = []
    articles: list[RankedArticle] = []
    failed_turns: Score | None = None


class Attachment(Model):
    """A file sent with a message; `id` opens it (`GET /api/v1/attachments/{id}`)."""

    id: str
    name: str = Field(max_length=100)
    content_type: str
    size_bytes: int


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


class Customer(Model):
    """Who the customer is, from the operator's signed identity token."""

    id: str = Field(min_length=1, max_length=100)
    name: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=32)
    region: str | None = Field(default=None, max_length=100)
    plan: str | None = Field(default=None, max_length=100)
    segment: str | None = Field(default=None, max_length=32)
    vip: bool = False
    elderly: bool = False

    @property
    def phone_masked(self) -> str:
        """The phone number with its middle hidden: 138****8000."""
        return mask_phone(self.phone)

    def for_assistant(self) -> dict[str, Any]:
        """What the assistant is told; never the phone number."""
        return self.model_dump(exclude={"phone"})


def mask_phone(phone: str) -> str:
    """Hide the middle of a number; short ones are hidden whole."""
    if len(phone) < 7:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]


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
    last_text: str = ""
    last_message_at_ms: int = 0
    turn_entry: str | None = None
    created_at_ms: int = 0

    @property
    def assistant_sender(self) -> str:
        """The sender id Rasa knows this episode by."""
        return f"{self.id}.{self.episode}"


class WaitingTurn(Model):
    """One customer message that waits for its turn; `route` is intake's decision."""

    seq: int
    route: str
    text: str
    payload: str | None = None


class HandoffContext(Model):
    """What the assistant knows at the moment it hands over."""

    intent: str | None = None
    confidence: Score | None = None
    intent_ranking: list[RankedIntent] = Field(default=[], max_length=50)
    entities: list[FoundEntity] = Field(default=[], max_length=100)
    slots: dict[str, Any] = {}
    articles: list[RankedArticle] = Field(default=[], max_length=50)
    failed_turns: Score | None = None
    recent_turns: list[Turn] = Field(default=[], max_length=50)


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


class Contact(Model):
    """One earlier service by a person for the same customer."""

    conversation_id: str
    channel: Channel
    at_ms: int  # when the customer asked for a person
    reason: HandoffReason
    agent_name: str | None = None
    disposition: str | None = None
    summary: str | None = None
    resolved: bool | None = None


class FollowUp(Model):
    """What an agent still has to do for a customer after the service."""

    request_id: str
    conversation_id: str
    customer_name: str
    what: str
    due_at_ms: int
    by_id: str
    by_name: str


class HandedOn(Model):
    """One transfer of a served conversation; for agents only, never shown to the customer."""

    from_agent: str  # name
    to: str  # name of the skill group or agent
    why: str = ""
    at_ms: int


class ArticleUse(Model):
    """A knowledge article that an agent put into a reply; `edited` when the text was changed before it was sent."""

    article_id: str = Field(min_length=1, max_length=100)
    title: str = Field(default="", max_length=200)
    edited: bool = False


class GivenArticle(ArticleUse):
    """An article given to the customer by a person, in message `seq`."""

    seq: int
    agent_name: str
    at_ms: int


class HandoffRequest(Model):
    """One wish to speak to a person, with everything that person should know."""

    id: str
    conversation_id: str
    state: RequestState
    turn_seq: int
    reason: HandoffReason
    skill_group: str
    priority: Priority
    sentiment: str | None = None
    context: HandoffContext = HandoffContext()
    channel: Channel = Channel.WEB
    customer_name: str = ""
    requested_at_ms: int
    transfers: list[HandedOn] = []  # oldest first
    given_articles: list[GivenArticle] = []  # by agents, oldest first
    preferred_agent_id: str | None = None  # who served this matter a short while ago
    claimed_at_ms: int | None = None
    ended_at_ms: int | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    disposition: str | None = None
    summary: str | None = None
    resolved: bool | None = None
    follow_up: FollowUp | None = None
    satisfaction: int | None = None  # 1 (very dissatisfied) to 5
    satisfaction_comment: str | None = None
    is_trimmed: bool = False  # context and transfers are in the archive only


class Agent(Model):
    """A human agent, without the password."""

    id: str
    username: str
    name: str
    role: Role
    skill_groups: list[str] = Field(default=[], description="Empty: all groups.")
    presence: Presence = Presence.OFFLINE
    capacity: int = 5
    disabled: bool = Field(default=False, description="May not log in.")
    active: int = Field(default=0, description="Conversations served now.")

    def serves(self, skill_group: str) -> bool:
        """Whether requests of this group are theirs to claim."""
        return not self.skill_groups or skill_group in self.skill_groups

    @classmethod
    def nobody(cls) -> Self:
        """Stands for an agent whose record is gone."""
        return cls(id="", username="", name="客服", role=Role.AGENT)
