"""Rate limits: counters in windows, shared by all processes."""

import time

from redis.asyncio import Redis

from handoff.keys import RATE_WINDOW_S, Keys
from handoff.stores.connection import wait


class Limits:
    """Counts what a subject does in the running window."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def exceeded(self, subject: str, limit: int) -> int:
        """Count one more; 0 while at most `limit` a window, else the seconds until the next window."""
        now_s = int(time.time())
        window = now_s // RATE_WINDOW_S
        key = self._keys("rate", f"{subject}:{window}")
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.incr(key)
        pipeline.expire(key, RATE_WINDOW_S)
        count, _ = await wait(pipeline.execute())
        return 0 if count <= limit else (window + 1) * RATE_WINDOW_S - now_s

    async def tried_within(self, subject: str, seconds: int) -> bool:
        """Whether this subject tried within the last `seconds`; if not, this is the try that counts."""
        first = await wait(self._redis.set(self._keys("rate", f"try:{subject}"), "1", nx=True, ex=seconds))
        return not first
