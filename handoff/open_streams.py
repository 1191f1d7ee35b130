"""How much of this process a client may take by its open streams: how many, and how fast it speaks."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from handoff.errors import TooManyRequests

RETRY_S = 60
BURST_S = 5.0  # a client that was quiet may speak this many seconds' worth of frames at once


class OpenStreams:
    """Counts the open streams of each subject: an address, a conversation."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def one_more(self, limits: Mapping[str, int]) -> Iterator[None]:
        """Count one for each subject while the block runs; TooManyRequests when one has its limit already."""
        if any(self._open[subject] >= limit for subject, limit in limits.items()):
            raise TooManyRequests("too_many_streams", "打开的窗口太多了，请关掉一些再试。", RETRY_S)
        self._open.update(limits.keys())
        try:
            yield
        finally:
            for subject in limits:
                self._open[subject] -= 1
                if not self._open[subject]:
                    del self._open[subject]

    def __len__(self) -> int:
        return len(self._open)


class Pace:
    """Holds back whoever reads a stream so that its client is heard at most so often.

    Nothing is refused or dropped: what is not read yet waits in the client's socket, which in the end holds back the
    client itself.
    """

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._most = max(1.0, per_second * BURST_S)
        self._free = self._most
        self._at = time.monotonic()

    async def keep(self) -> None:
        """Return when the next frame may be read."""
        now = time.monotonic()
        self._free = min(self._most, self._free + (now - self._at) * self._per_second) - 1
        self._at = now
        if self._free < 0:
            await asyncio.sleep(-self._free / self._per_second)


class Seldom:
    """Lets a sign through at most once in a while: somebody types as long as signs keep coming."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._last = -every_s

    def is_due(self) -> bool:
        """Whether this one goes through."""
        now = time.monotonic()
        if now - self._last < self._every_s:
            return False
        self._last = now
        return True
