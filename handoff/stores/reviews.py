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


class ReviewSource(Protocol):
    """Where judged answers are kept. Raises StorageUnavailable while it is away."""

    async def feedback(
        self, *, is_helpful: bool | None, article_id: str | None, before_ms: int | None, limit: int
    ) -> list[JudgedAnswer]:
        """Judged answers, latest first."""


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
