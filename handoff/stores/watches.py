"""Which supervisors look on at a conversation."""

import json
import time
from collections.abc import Sequence

from redis.asyncio import Redis

from handoff.keys import WATCH_TTL_S, Keys
from handoff.stores.connection import wait


class Watches:
    """Written by the watching console again and again; a console that dies stops watching by itself."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def watch(self, conversation_id: str, agent_id: str, *, is_new: bool) -> None:
        """This agent looks on, and (`is_new`) whoever serves is told."""
        key = self._keys("watchers", conversation_id)
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.zadd(key, {agent_id: _now_ms()})
        pipeline.expire(key, WATCH_TTL_S)
        if is_new:
            pipeline.publish(self._keys("events"), json.dumps({"kind": "watch", "conversation": conversation_id}))
        await wait(pipeline.execute())

    async def unwatch(self, conversation_id: str, agent_id: str) -> None:
        """This agent no longer looks on."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.zrem(self._keys("watchers", conversation_id), agent_id)
        pipeline.publish(self._keys("events"), json.dumps({"kind": "watch", "conversation": conversation_id}))
        await wait(pipeline.execute())

    async def watchers(self, conversation_ids: Sequence[str]) -> list[list[str]]:
        """Who looks on at each of these, by agent id."""
        since = _now_ms() - WATCH_TTL_S * 1000
        pipeline = self._redis.pipeline(transaction=False)
        for conversation_id in conversation_ids:
            pipeline.zrangebyscore(self._keys("watchers", conversation_id), since, "+inf")
        return [list(ids) for ids in await wait(pipeline.execute())] if conversation_ids else []


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
