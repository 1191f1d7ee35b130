"""The Redis server itself: whether it takes what is written."""

from redis.asyncio import Redis

from handoff.keys import PROBE_TTL_S, Keys
from handoff.stores.connection import wait


class Server:
    """Asks the server about itself."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def check_writable(self) -> None:
        """StorageUnavailable unless it takes a write: a replica, or one with its memory full, still answers a PING."""
        await wait(self._redis.set(self._keys("probe"), "1", ex=PROBE_TTL_S))
