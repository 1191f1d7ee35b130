"""What the assistant understood of a customer message, and what it did about it."""

from typing import Any

from handoff.models.base import Model, Score
from handoff.models.message import Outcome


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


class Turn(Model):
    """What the assistant understood of one customer message and what it did about it."""

    outcome: Outcome | None = None
    intent: str | None = None
    confidence: Score | None = None
    intent_ranking: list[RankedIntent] = []
    entities: list[FoundEntity] = []
    articles: list[RankedArticle] = []
    failed_turns: Score | None = None


class WaitingTurn(Model):
    """One customer message that waits for its turn; `route` is intake's decision."""

    seq: int
    route: str
    text: str
    payload: str | None = None
    ticket: str | None = None  # which one the customer was asked to answer
