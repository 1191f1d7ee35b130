"""The words in which a decision is asked for and given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Step(str, Enum):
    """What the dialogue does next; the value of the slot `next_step`, one Rasa rule each."""

    ANSWER = "answer"  # give one knowledge article
    CLARIFY = "clarify"  # offer up to three readings as buttons
    REPHRASE = "rephrase"  # say honestly that it was not understood
    HANDOFF = "handoff"  # hand over to a human agent
    QUERY_BALANCE = "query_balance"
    QUERY_DATA_USAGE = "query_data_usage"
    QUERY_VOICE_USAGE = "query_voice_usage"
    QUERY_SMS_USAGE = "query_sms_usage"
    QUERY_BILL = "query_bill"
    REPEAT = "repeat"  # say the last answer again
    HELP = "help"  # list what the assistant can do
    GO_BACK = "go_back"  # back to the start, pending question forgotten
    CALM = "calm"  # answer an insult without a grievance
    AFFIRM = "affirm"  # "yes" with nothing to say yes to
    DENY = "deny"  # "no", or an offer declined
    GREET = "greet"
    THANK = "thank"
    GOODBYE = "goodbye"
    BOT_CHALLENGE = "bot_challenge"
    CHITCHAT = "chitchat"


class OutcomeKind(str, Enum):
    """What a turn came to (`Outcome.kind` on the wire)."""

    TASK = "task"
    ANSWER = "answer"
    CLARIFICATION = "clarification"
    REPHRASE = "rephrase"
    SMALLTALK = "smalltalk"
    HANDOFF = "handoff"
    FAILURE = "failure"


class HandoffReason(str, Enum):
    """Why a conversation is handed to a person; the reasons that the assistant itself can give."""

    CUSTOMER_REQUEST = "customer_request"
    COMPLAINT = "complaint"
    ABUSE = "abuse"
    REPEATED_FAILURE = "repeated_failure"
    SYSTEM_FAILURE = "system_failure"
    HUMAN_ONLY = "human_only"


class Pending(str, Enum):
    """The question the assistant has asked and whose answer it is waiting for."""

    MONTH = "month"  # which month's bill
    CLARIFICATION = "clarification"  # which of the offered readings
    HANDOFF = "handoff"  # whether a person is wanted


@dataclass(frozen=True)
class IntentScore:
    """One intent with its confidence."""

    name: str
    confidence: float  # 0..1, calibrated


@dataclass(frozen=True)
class Entity:
    """A value found in the text; `start` and `end` are character offsets, end exclusive."""

    entity: str
    value: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Understanding:
    """What the NLU pipeline made of one message. `ranking` holds the best intents, best first."""

    text: str
    ranking: tuple[IntentScore, ...] = ()
    entities: tuple[Entity, ...] = ()
    month: str | None = None  # "YYYY-MM", resolved from the text by the caller

    @property
    def wants(self) -> tuple[IntentScore, ...]:
        """The ranking without Rasa's fallback label, which only repeats that the rest is weak."""
        return tuple(score for score in self.ranking if score.name != "nlu_fallback")


class FoundArticle(Protocol):
    """What a decision needs to know of a knowledge article."""

    @property
    def id(self) -> str:
        """Stable and unique."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def skill_group(self) -> str:
        """Whose matter it is when a person is needed."""
        ...

    @property
    def human_only(self) -> bool:
        """Whether only a person may answer."""
        ...


class Hit(Protocol):
    """One retrieved article with its calibrated score in 0..1."""

    @property
    def article(self) -> FoundArticle:
        """The article found."""
        ...

    @property
    def score(self) -> float:
        """Probability, 0 to 1, that it answers the message."""
        ...


@dataclass(frozen=True)
class Candidate:
    """One reading of what the customer wants: a task or an article."""

    kind: str  # "task" or "article"
    id: str  # intent name or article id
    title: str  # what the customer reads
    score: float

    @property
    def payload(self) -> str:
        """The Rasa intent payload that a button for this reading sends."""
        if self.kind == "task":
            return f"/{self.id}"
        return "/choose_article" + json.dumps({"article_id": self.id}, ensure_ascii=False)


@dataclass(frozen=True)
class History:
    """The conversation so far, as far as the next step depends on it."""

    failed_turns: int = 0  # in a row, before this message
    pending: Pending | None = None
    offered: tuple[Candidate, ...] = ()  # what the pending clarification offered
    offered_reason: HandoffReason | None = None  # why a person was offered
    calmed: bool = False  # the last turn already answered an insult
    last_step: Step | None = None  # what the message before led to
    others: tuple[Candidate, ...] = ()  # the articles found beside the one that was answered last, best first
    group: str | None = None  # the skill group of the matter that the message before was about


@dataclass(frozen=True)
class Decision:
    """One step, its outcome, and why. `failed_turns` is the new count in a row."""

    step: Step
    outcome: OutcomeKind
    reason: str
    failed_turns: int = 0
    candidates: tuple[Candidate, ...] = ()  # ANSWER: the one article; CLARIFY: what to offer
    pending: Pending | None = None
    handoff: HandoffReason | None = None
    month: str | None = None
    skill_group: str = "general"
    negative: bool = False  # the customer is upset
