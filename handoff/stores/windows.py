"""How many replies a channel still allows a customer, and until when.

Some channels let a business answer only for a while after the customer did something, and only so often. A message of
the customer opens one window, an event (a menu click, a follow) a shorter one; both may be open at once.
"""

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from redis.asyncio import Redis

from handoff.keys import CONVERSATION_TTL_S, Keys
from handoff.stores.connection import Scripts, wait
from handoff.stores.deliveries import Address


class WindowKind(StrEnum):
    """What opened a window."""

    MESSAGE = "message"
    EVENT = "event"


@dataclass(frozen=True)
class ReplyWindow:
    """Replies left in all open windows, and the end of the last of them (0: none is open)."""

    left: int
    ends_at_ms: int


class ReplyWindows:
    """Reads and writes windows."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts

    async def open(self, address: Address, kind: WindowKind, replies: int, duration_ms: int) -> None:
        """The customer did something: a new window of this kind replaces the old one."""
        values: Any = {f"{kind}_left": str(replies), f"{kind}_ends_at_ms": str(_now_ms() + duration_ms)}
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.hset(self._keys("reply_window", address.key), mapping=values)
        pipeline.expire(self._keys("reply_window", address.key), CONVERSATION_TTL_S)
        await wait(pipeline.execute())

    async def use(self, address: Address) -> WindowKind | None:
        """Take one reply; None when none is left."""
        answer = await self._scripts.run("use_window", address_key=address.key)
        kind = answer.get("kind")
        return WindowKind(kind) if kind else None

    async def give_back(self, address: Address, kind: WindowKind) -> None:
        """The reply was not sent after all."""
        await wait(self._redis.hincrby(self._keys("reply_window", address.key), f"{kind}_left", 1))

    async def close(self, address: Address) -> None:
        """The platform says that nothing is left, whatever we thought."""
        await wait(self._redis.delete(self._keys("reply_window", address.key)))

    async def read(self, address: Address) -> ReplyWindow:
        """What is left now."""
        fields = await wait(self._redis.hgetall(self._keys("reply_window", address.key)))
        left, ends_at_ms = 0, 0
        for kind in WindowKind:
            ends = int(fields.get(f"{kind}_ends_at_ms", 0))
            if ends > _now_ms():
                left += max(0, int(fields.get(f"{kind}_left", 0)))
                ends_at_ms = max(ends_at_ms, ends)
        return ReplyWindow(left, ends_at_ms)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
