"""Stored records that are read many at a time: one that cannot be read must not take the others with it."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

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

    def read_all(
        self, ids: Iterable[str], stored: Iterable[Any], make: Callable[[Any], Record], *, all_readable: bool
    ) -> list[Record]:
        """Those of the stored ones that are there and can be read, in their order.

        `all_readable`: one that cannot be read is an error, for whoever must not pass over any.
        """
        there = [(record_id, fields) for record_id, fields in zip(ids, stored, strict=True) if fields]
        if all_readable:
            return [make(fields) for _, fields in there]
        found = (self.read(record_id, partial(make, fields)) for record_id, fields in there)
        return [record for record in found if record is not None]
