"""Files that were uploaded and wait to be sent with a message."""

from redis.asyncio import Redis

from handoff.keys import Keys
from handoff.stores.connection import wait


class Uploads:
    """Remembers what nobody has sent yet, so that it can be swept."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._key = keys("uploads")

    async def add(self, attachment_id: str, at_ms: int) -> None:
        """Uploaded now, sent later or never."""
        await wait(self._redis.zadd(self._key, {attachment_id: at_ms}))

    async def sent(self, attachment_ids: list[str]) -> None:
        """A message has them (or they are deleted): no longer to be swept."""
        await wait(self._redis.zrem(self._key, *attachment_ids))

    async def before(self, at_ms: int, limit: int = 1000) -> list[str]:
        """Uploaded before a time and never sent."""
        return list(await wait(self._redis.zrangebyscore(self._key, "-inf", f"({at_ms}", start=0, num=limit)))
