"""Structured logs: one JSON object a line on standard error, phone numbers and card numbers masked."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Mobile and land-line numbers, ID-card and bank-card numbers: a run of 11 to 19 digits, an X at the end of an ID.
_LONG_NUMBER = re.compile(r"(?<!\d)(\d{3})\d{4,12}(\d{3}[\dXx])(?![\dXx])")


def mask_numbers(text: str) -> str:
    """Hide the middle of long numbers in a text."""
    return _LONG_NUMBER.sub(r"\1****\2", text)


def _mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        # Times and ids of ours are not typed by people and stay readable.
        if isinstance(value, str) and not name.endswith("_id") and name != "timestamp":
            event[name] = mask_numbers(value)
    return event


def configure(level: str) -> None:
    """Send our logs and those of the libraries through one formatter."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # One line a request to Rasa, and every WebSocket frame, would drown what matters.
    for noisy in ("httpx", "httpcore", "uvicorn.access", "websockets"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for own_handlers in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(own_handlers).handlers.clear()
        logging.getLogger(own_handlers).propagate = True
