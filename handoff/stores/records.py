"""Stored records that are read many at a time: one that cannot be read must not take the others with it."""

from collections.abc import Callable
from typing import TypeVar

import structlog

from handoff.troubles import Troubles, described

Record = TypeVar("Record")

log = structlog.get_logger(__name__)


class Records:
    """Reads records of one kind; what cannot be read is left out, and the log tells of it once."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._troubles = Troubles()

    def read(self, record_id: str, make: Callable[[], Record]) -> Record | None:
        """The record, None when what is stored makes none: of another release, or damaged."""
        try:
            record = make()
        except (ValueError, KeyError, TypeError) as error:
            if self._troubles.is_news(record_id, error):
                log.error("record_unreadable", kind=self._kind, record_id=record_id, **described(error))
            return None
        if self._troubles.is_over(record_id):
            log.info("record_readable_again", kind=self._kind, record_id=record_id)
        return record
