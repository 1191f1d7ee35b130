"""The archive as the source of judged answers (see handoff/stores/reviews.py)."""

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from handoff.archive.database import Database
from handoff.archive.tables import ArchivedFeedback
from handoff.errors import StorageUnavailable
from handoff.stores.reviews import JudgedAnswer

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
        try:
            async with self._database.connect() as connection:
                rows = (await connection.execute(query.limit(limit))).mappings().all()
        except (SQLAlchemyError, OSError) as error:
            log.warning("archive_unavailable", error=type(error).__name__)
            raise StorageUnavailable from error
        return [JudgedAnswer(**dict(row)) for row in rows]
