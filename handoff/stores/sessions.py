"""Agents' sessions: a family of tokens each, one refresh token valid at a time."""

from typing import Any

from redis.asyncio import Redis

from handoff.keys import REFRESH_GRACE_MS, Keys
from handoff.stores.connection import Scripts, wait


class Sessions:
    """Knows tokens by their hashes only."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts

    async def open(self, family: str, agent_id: str, access: str, refresh: str, access_s: int, refresh_s: int) -> None:
        """Begin a family with its first two tokens."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.hset(self._keys("family", family), mapping={"agent": agent_id, "refresh": refresh})
        pipeline.expire(self._keys("family", family), refresh_s)
        pipeline.set(self._keys("refresh", refresh), family, ex=refresh_s)
        pipeline.set(self._keys("session", access), family, ex=access_s)
        pipeline.sadd(self._keys("agent_sessions", agent_id), family)
        pipeline.expire(self._keys("agent_sessions", agent_id), refresh_s)
        await wait(pipeline.execute())

    async def family(self, access: str) -> str | None:
        """Whose token it is; None when it is over. The family itself may have ended."""
        found = await wait(self._redis.get(self._keys("session", access)))
        return None if found is None else str(found)

    async def agent_id(self, family: str) -> str | None:
        """The agent of a family that has not ended."""
        found = await wait(self._redis.hget(self._keys("family", family), "agent"))
        return None if found is None else str(found)

    async def rotate(self, refresh: str, *, to: str, access: str, access_s: int, refresh_s: int) -> dict[str, Any]:
        """A new pair of tokens: {agent, family}; {missing}; or {reused, agent}, and the family has ended."""
        return await self._scripts.run(
            "refresh_session",
            refresh=refresh,
            to=to,
            access=access,
            access_s=access_s,
            refresh_s=refresh_s,
            grace_ms=REFRESH_GRACE_MS,
        )

    async def end(self, agent_id: str, family: str) -> None:
        """End one session; its streams close."""
        await self._scripts.run("change_agent", agent=agent_id, family=family)

    async def end_all(self, agent_id: str) -> None:
        """End all sessions of an agent; their streams close."""
        await self._scripts.run("change_agent", agent=agent_id, all=True)
