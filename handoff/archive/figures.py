"""What each figure of the wall means, as SQL over the archive.

All count the handoff requests made since a moment, found by their index; what was said and claimed is found by the
conversation. The console explains the same figures in Chinese (`texts.wall.explain`): change both together.
"""

from typing import Any

import structlog
from sqlalchemy import ColumnElement, Subquery, Text, and_, case, cast, func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from handoff.archive.database import Database
from handoff.archive.tables import ArchivedEvent, ArchivedMessage, ArchivedRequest
from handoff.errors import StorageUnavailable
from handoff.stores.figures import Figures
from handoff.vocabulary import PriorityReason, RequestState, Sender

log = structlog.get_logger(__name__)

HOUR_MS = 3600 * 1000


class ArchivedFigures:
    """The archive as the source of figures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, since_ms: int, now_ms: int, target_s: float) -> Figures:
        """(see FigureSource)"""
        made = requests_since(since_ms)
        totals = select(
            func.count().label("requests"),
            func.count(made.c.claimed_ms).label("claimed"),
            func.count(case((made.c.state == RequestState.LEFT, 1))).label("left"),
            service_level(made, now_ms, target_s).label("service_level"),
            first_response_s(made).label("first_response_s"),
            handling_s(made).label("handling_s"),
            satisfaction(made).label("satisfaction"),
            func.count(made.c.satisfaction).label("ratings"),
            resolved_share(made).label("resolved_share"),
        )
        request = ArchivedRequest.__table__.c
        number = func.count().label("number")
        recent = request.requested_at_ms >= since_ms
        reasons = select(request.reason, number).where(recent).group_by(request.reason)
        raised = select(*(raised_by(reason).label(reason) for reason in PriorityReason)).where(recent)
        hour = ((request.requested_at_ms - since_ms) // HOUR_MS).label("hour")
        hours = select(hour, number).where(recent).group_by(hour)
        try:
            async with self._database.connect() as connection:
                row = (await connection.execute(totals)).mappings().one()
                by_reason = (await connection.execute(reasons.order_by(number.desc(), request.reason))).all()
                raised_by_reason = (await connection.execute(raised)).mappings().one()
                by_hour = {int(at): int(count) for at, count in (await connection.execute(hours)).all()}
        except (SQLAlchemyError, OSError) as error:
            log.warning("archive_unavailable", error=type(error).__name__)
            raise StorageUnavailable from error
        return Figures(
            since_ms=since_ms,
            **{name: _number(value) for name, value in row.items()},
            reasons={str(reason): int(count) for reason, count in by_reason},
            priority_reasons={str(reason): int(count) for reason, count in raised_by_reason.items() if count},
            by_hour=[by_hour.get(at, 0) for at in range((now_ms - since_ms) // HOUR_MS + 1)],
        )


def requests_since(since_ms: int) -> Subquery:
    """The requests, each with its first claim and the first answer of a person.

    The request itself knows its last claim only: after a transfer that is another agent's.
    """
    request, event, message = ArchivedRequest.__table__.c, ArchivedEvent.__table__.c, ArchivedMessage.__table__.c
    first_claim = select(func.min(event.at_ms)).where(
        event.conversation_id == request.conversation_id,
        # Not the bare column: SQLite would walk all claims there ever were instead of the conversation's events.
        event.kind.concat("") == "claimed",
        _during(event.at_ms),
    )
    first_answer = select(func.min(message.created_at_ms)).where(
        message.conversation_id == request.conversation_id,
        message.sender == Sender.AGENT,
        _during(message.created_at_ms),
    )
    columns = (request.state, request.requested_at_ms, request.ended_at_ms, request.satisfaction, request.resolved)
    return (
        select(
            *columns,
            first_claim.correlate(ArchivedRequest.__table__).scalar_subquery().label("claimed_ms"),
            first_answer.correlate(ArchivedRequest.__table__).scalar_subquery().label("answered_ms"),
        )
        .where(request.requested_at_ms >= since_ms)
        .subquery()
    )


def service_level(made: Subquery, now_ms: int, target_s: float) -> ColumnElement[Any]:
    """Share of requests claimed within the target.

    Whoever waited longer counts as missed, claimed or not; who left or still waits within the target does not count.
    """
    waited_ms = func.coalesce(made.c.claimed_ms, made.c.ended_at_ms, now_ms) - made.c.requested_at_ms
    is_late = waited_ms > target_s * 1000
    return func.avg(case((is_late, 0.0), (made.c.claimed_ms.is_not(None), 1.0)))


def first_response_s(made: Subquery) -> ColumnElement[Any]:
    """Mean time from the request to the first message of a person, waiting included: what the customer feels."""
    return func.avg(made.c.answered_ms - made.c.requested_at_ms) / 1000.0


def handling_s(made: Subquery) -> ColumnElement[Any]:
    """Mean time from the first claim to the end of services that are done."""
    is_done = and_(made.c.state == RequestState.DONE, made.c.claimed_ms.is_not(None))
    return func.avg(case((is_done, made.c.ended_at_ms - made.c.claimed_ms))) / 1000.0


def satisfaction(made: Subquery) -> ColumnElement[Any]:
    """Mean of the stars, 1 to 5, of the services that were rated."""
    return func.avg(made.c.satisfaction * 1.0)


def resolved_share(made: Subquery) -> ColumnElement[Any]:
    """Share of ended services whose agent said the matter is resolved."""
    return func.avg(case((made.c.resolved.is_(True), 1.0), (made.c.resolved.is_(False), 0.0)))


def raised_by(reason: PriorityReason) -> ColumnElement[int]:
    """How many requests were made more urgent for this reason.

    The list is JSON, which SQLite and PostgreSQL take apart in different ways; as text it is the same in both, and
    none of the reasons contains another in quotes.
    """
    request = ArchivedRequest.__table__.c
    return func.count(case((cast(request.priority_reasons, Text).contains(f'"{reason}"'), 1)))


def _during(at_ms: ColumnElement[int]) -> ColumnElement[bool]:
    request = ArchivedRequest.__table__.c
    return and_(at_ms >= request.requested_at_ms, or_(request.ended_at_ms.is_(None), at_ms <= request.ended_at_ms))


def _number(value: Any) -> Any:
    """PostgreSQL's means are decimals."""
    return value if value is None or isinstance(value, int) else float(value)
