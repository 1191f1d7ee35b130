"""Work that one process does at a time."""

import time

from redis.asyncio import Redis

from handoff.keys import KEPT_GAP_S, LEASE_TTL_S, Keys
from handoff.stores.connection import wait


class Leases:
    """Who does what now. What is done under a lease must stand being done by two for a moment."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def holds(self, work: str, process: str) -> bool:
        """Whether this process has the lease, taking or prolonging it if it can."""
        key = self._keys("lease", work)
        if await wait(self._redis.set(key, process, nx=True, ex=LEASE_TTL_S)):
            return True
        if await wait(self._redis.get(key)) != process:
            return False
        await wait(self._redis.expire(key, LEASE_TTL_S))
        return True

    async def kept_for_s(self, work: str) -> float:
        """How long this work has been done without a gap, by whichever processes. It must ask in each round."""
        key = self._keys("kept_since", work)
        now_ms = time.time_ns() // 1_000_000
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.set(key, now_ms, nx=True)
        pipeline.expire(key, KEPT_GAP_S)
        pipeline.get(key)
        since_ms = int((await wait(pipeline.execute()))[-1])
        return (now_ms - since_ms) / 1000
