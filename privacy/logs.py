"""Logs of the standard library without customers' numbers: for the action server and Rasa."""

from __future__ import annotations

import logging
import traceback
from typing import Any

from privacy.numbers import mask_generously


def mask_log_records() -> None:
    """From now on the words and the traceback of every record are masked. Calling it again changes nothing."""
    make = logging.getLogRecordFactory()
    if getattr(make, "masks_numbers", False):
        return

    def masked(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return _mask(make(*args, **kwargs))

    masked.masks_numbers = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(masked)


def _mask(record: logging.LogRecord) -> logging.LogRecord:
    try:
        record.msg, record.args = mask_generously(record.getMessage()), ()
    except Exception:
        # Wrong arguments: logging itself says so where the record is written, and must not stop the caller here.
        return record
    if record.exc_info and record.exc_info[0] is not None:
        # Formatters write this in place of their own.
        record.exc_text = mask_generously("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
    return record
