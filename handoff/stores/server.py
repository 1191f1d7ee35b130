"""The Redis server itself: whether it takes what is written, and whether it keeps it."""

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from handoff.keys import PROBE_TTL_S, Keys
from handoff.stores.connection import storage_errors, wait

SAFE = {"appendonly": "yes", "maxmemory-policy": "noeviction"}


class Server:
    """Asks the server about itself."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def check_writable(self) -> None:
        """StorageUnavailable unless it takes a write: a replica, or one with its memory full, still answers a PING."""
        await wait(self._redis.set(self._keys("probe"), "1", ex=PROBE_TTL_S))

    async def risks(self) -> list[str] | None:
        """Settings by which the server loses what it was given, as `name value`; None when it does not tell them."""
        told: dict[str | None, str | None] = {}
        async with storage_errors():
            try:
                for name in SAFE:
                    told |= await self._redis.config_get(name)
            except ResponseError:
                # Not allowed, or not known, as with many who rent Redis out.
                return None
        return [f"{name} {told[name]}" for name, safe in SAFE.items() if told.get(name, safe) != safe]
