"""The archive as the source of judged answers (see handoff/stores/reviews.py)."""

from typing import Any

import structlog
from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError

from handoff.archive.database import Database
from handoff.archive.tables import ArchivedFeedback, ArchivedRequest
from handoff.errors import StorageUnavailable
from handoff.stores.reviews import JudgedAnswer, RatedService

log = structlog.get_logger(__name__)


class ArchivedReviews:
    """Judged answers from SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def feedback(
        self, *, is_helpful: bool | None, article_id: str | None, before_ms: int | None, limit: int
    ) -> list[JudgedAnswer]:
        """(see ReviewSource)"""
        table = ArchivedFeedback.__table__.c
        query = select(ArchivedFeedback.__table__).order_by(table.at_ms.desc(), table.conversation_id, table.seq)
        if is_helpful is not None:
            query = query.where(table.is_helpful == is_helpful)
        if article_id is not None:
            query = query.where(table.article_id == article_id)
        if before_ms is not None:
            query = query.where(table.at_ms < before_ms)
        return [JudgedAnswer(**row) for row in await self._rows(query.limit(limit))]

    async def ratings(
        self, *, max_score: int, only_commented: bool, before_ms: int | None, limit: int
    ) -> list[RatedService]:
        """(see ReviewSource)"""
        table = ArchivedRequest.__table__.c
        query = (
            select(
                table.id.label("request_id"),
                table.conversation_id,
                table.ended_at_ms.label("at_ms"),
                table.satisfaction.label("score"),
                table.satisfaction_comment.label("comment"),
                table.agent_name,
                table.skill_group,
                table.disposition,
                table.resolved,
            )
            .where(table.satisfaction <= max_score, table.ended_at_ms.is_not(None))
            .order_by(table.ended_at_ms.desc(), table.id)
        )
        if only_commented:
            query = query.where(table.satisfaction_comment.is_not(None))
        if before_ms is not None:
            query = query.where(table.ended_at_ms < before_ms)
        return [RatedService(**row) for row in await self._rows(query.limit(limit))]

    async def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        try:
            async with self._database.connect() as connection:
                return [dict(row) for row in (await connection.execute(query)).mappings().all()]
        except (SQLAlchemyError, OSError) as error:
            log.warning("archive_unavailable", error=type(error).__name__)
            raise StorageUnavailable from error
