"""What the archive has, and what may therefore leave Redis."""

import time
from collections.abc import Sequence

from redis.asyncio import Redis

from handoff.keys import Keys
from handoff.stores.connection import Scripts, wait


class Trimming:
    """Marks how far the archive came and trims quiet conversations down to what lives."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts, quiet_s: float, settle_s: float) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts
        self._quiet_ms = int(quiet_s * 1000)
        self._settle_ms = int(settle_s * 1000)

    async def archive_due(self, count: int) -> list[str]:
        """Conversations that changed since they were archived, so long ago that it is worth it, longest waiting first.

        What changes by the second is copied once for all of it, and not once for each.
        """
        until_ms = time.time_ns() // 1_000_000 - self._settle_ms
        due = await wait(self._redis.zrangebyscore(self._keys("archive_due"), "-inf", until_ms, start=0, num=count))
        return [str(each) for each in due]

    async def archive_length(self) -> int:
        """How many changed since they were archived."""
        return int(await wait(self._redis.zcard(self._keys("archive_due"))))

    async def archive_later(self, conversation_id: str) -> None:
        """It could not be archived now: after the others."""
        now_ms = time.time_ns() // 1_000_000
        await wait(self._redis.zadd(self._keys("archive_due"), {conversation_id: now_ms}, xx=True))

    async def archived(self, conversation_id: str, seq: int, event: int, request_ids: Sequence[str] = ()) -> None:
        """So much of a conversation is in the archive, and these of its requests."""
        await self._scripts.run(
            "archived",
            conversation=conversation_id,
            seq=seq,
            event=event,
            quiet_ms=self._quiet_ms,
            requests=list(request_ids),
        )

    async def trim_due(self, count: int) -> list[str]:
        """Archived conversations that have been quiet long enough to look at."""
        now_ms = time.time_ns() // 1_000_000
        due = await wait(self._redis.zrangebyscore(self._keys("trim_due"), "-inf", now_ms, start=0, num=count))
        return [str(each) for each in due]

    async def trim_later(self, conversation_id: str) -> None:
        """It could not be trimmed now."""
        later_ms = time.time_ns() // 1_000_000 + self._quiet_ms
        await wait(self._redis.zadd(self._keys("trim_due"), {conversation_id: later_ms}, xx=True))

    async def trim(self, conversation_id: str, request_ids: list[str]) -> str | None:
        """Take the archived past out of Redis, `request_ids` being archived; None when done, else why not now."""
        answer = await self._scripts.run(
            "trim", conversation=conversation_id, requests=request_ids, quiet_ms=self._quiet_ms
        )
        return "missing" if answer.get("missing") else answer.get("later")
