"""What customers found unhelpful (or helpful), for review. The archive provides it (handoff/archive/reviews.py)."""

from dataclasses import dataclass
from typing import Protocol

from handoff.errors import StorageUnavailable


@dataclass(frozen=True)
class JudgedAnswer:
    """An answer of the assistant and what its customer thinks of it."""

    conversation_id: str
    seq: int
    at_ms: int
    is_helpful: bool
    question: str
    answer: str
    intent: str | None
    article_id: str | None
    article_title: str | None
    score: float | None


@dataclass(frozen=True)
class RatedService:
    """A service by a person and what its customer thinks of it."""

    request_id: str
    conversation_id: str
    at_ms: int
    score: int
    comment: str | None
    agent_name: str | None
    skill_group: str
    disposition: str | None
    resolved: bool | None


class ReviewSource(Protocol):
    """Where judged answers are kept. Raises StorageUnavailable while it is away."""

    async def feedback(
        self, *, is_helpful: bool | None, article_id: str | None, before_ms: int | None, limit: int
    ) -> list[JudgedAnswer]:
        """Judged answers, latest first."""

    async def ratings(
        self, *, max_score: int, only_commented: bool, before_ms: int | None, limit: int
    ) -> list[RatedService]:
        """Rated services, latest first."""


class Reviews:
    """Reads judged answers."""

    def __init__(self) -> None:
        self._source: ReviewSource | None = None

    def read_from(self, source: ReviewSource) -> None:
        """Where they are kept."""
        self._source = source

    async def feedback(
        self, *, is_helpful: bool | None, article_id: str | None, before_ms: int | None, limit: int
    ) -> list[JudgedAnswer]:
        """Judged answers older than `before_ms`, latest first."""
        if self._source is None:
            raise StorageUnavailable
        return await self._source.feedback(
            is_helpful=is_helpful, article_id=article_id, before_ms=before_ms, limit=limit
        )

    async def ratings(
        self, *, max_score: int, only_commented: bool, before_ms: int | None, limit: int
    ) -> list[RatedService]:
        """Services rated with at most `max_score` stars that ended before `before_ms`, latest first."""
        if self._source is None:
            raise StorageUnavailable
        return await self._source.ratings(
            max_score=max_score, only_commented=only_commented, before_ms=before_ms, limit=limit
        )
