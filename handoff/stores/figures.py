"""Today's figures, read for everybody who asks within a few seconds at once. The archive provides them."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Protocol

KEPT_S = 4.0  # the wall asks every 5 s


@dataclass(frozen=True)
class Figures:
    """What happened since `since_ms`; handoff/archive/figures.py says what each means. None: nothing to count."""

    since_ms: int
    requests: int = 0
    claimed: int = 0
    left: int = 0
    service_level: float | None = None
    first_response_s: float | None = None
    handling_s: float | None = None
    satisfaction: float | None = None
    ratings: int = 0
    resolved_share: float | None = None
    reasons: dict[str, int] = field(default_factory=dict)  # most frequent first
    priority_reasons: dict[str, int] = field(default_factory=dict)  # requests made more urgent; one may have several
    by_hour: list[int] = field(default_factory=list)  # since_ms, and each hour after it, up to the present one


class FigureSource(Protocol):
    """Where the figures are counted. Raises StorageUnavailable while it is away."""

    async def since(self, since_ms: int, now_ms: int, target_s: float) -> Figures:
        """The figures of the requests made since then."""


class FigureBoard:
    """The figures of the last few seconds, counted once a process."""

    def __init__(self) -> None:
        self._source: FigureSource | None = None
        self._lock = asyncio.Lock()
        self._last: tuple[float, Figures] | None = None

    def read_from(self, source: FigureSource) -> None:
        """Where they are counted."""
        self._source = source

    async def since(self, since_ms: int, now_ms: int, target_s: float) -> Figures | None:
        """The figures since then, at most a few seconds old; None in a process without an archive."""
        if self._source is None:
            return None
        async with self._lock:
            now_s = time.monotonic()
            if self._last is not None and now_s - self._last[0] < KEPT_S and self._last[1].since_ms == since_ms:
                return self._last[1]
            figures = await self._source.since(since_ms, now_ms, target_s)
            self._last = (time.monotonic(), figures)
            return figures
