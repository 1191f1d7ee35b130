"""Rate limits: counters in windows, shared by all processes."""

import time
from collections.abc import Mapping

from redis.asyncio import Redis

from handoff.errors import TooManyRequests
from handoff.keys import RATE_WINDOW_S, Keys
from handoff.stores.connection import wait


class Limits:
    """Counts what a subject does in the running window."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def check(self, what: str, limits: Mapping[str, int], message: str) -> None:
        """Count one more of `what` for each subject; TooManyRequests when one has more than its limit a window.

        `{wait_s}` in the message becomes the seconds until the next window.
        """
        now_s = int(time.time())
        window = now_s // RATE_WINDOW_S
        pipeline = self._redis.pipeline(transaction=True)
        for subject in limits:
            key = self._keys("rate", f"{what}:{subject}:{window}")
            pipeline.incr(key)
            pipeline.expire(key, RATE_WINDOW_S)
        counts = (await wait(pipeline.execute()))[::2]
        if any(count > limit for count, limit in zip(counts, limits.values(), strict=True)):
            wait_s = (window + 1) * RATE_WINDOW_S - now_s
            raise TooManyRequests(f"too_many_{what}", message.format(wait_s=wait_s), wait_s)

    async def tried_within(self, subject: str, seconds: int) -> bool:
        """Whether this subject tried within the last `seconds`; if not, this is the try that counts."""
        first = await wait(self._redis.set(self._keys("rate", f"try:{subject}"), "1", nx=True, ex=seconds))
        return not first
