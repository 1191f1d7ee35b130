"""Agents' sessions: a family of tokens each, one refresh token valid at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from handoff.audit import AuditEntry
from handoff.keys import REFRESH_GRACE_MS, Keys
from handoff.stores.connection import Scripts, wait
from handoff.vocabulary import Presence


@dataclass(frozen=True)
class Login:
    """How a family began; `client` is what the browser calls itself. `used_ms`: its last refresh."""

    family: str
    agent_id: str
    began_ms: int
    address: str = ""
    client: str = ""
    used_ms: int = 0


class Sessions:
    """Knows tokens by their hashes only."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts

    async def open(
        self, login: Login, access: str, refresh: str, access_s: int, refresh_s: int, *, audit: AuditEntry | None = None
    ) -> None:
        """Begin a family with its first two tokens."""
        await self._scripts.run(
            "open_session",
            family=login.family,
            fields={
                "agent": login.agent_id,
                "refresh": refresh,
                "began_ms": str(login.began_ms),
                "address": login.address,
                "client": login.client,
            },
            access=access,
            access_s=access_s,
            refresh=refresh,
            refresh_s=refresh_s,
            audit=audit,
        )

    async def family(self, access: str) -> str | None:
        """Whose token it is; None when it is over. The family itself may have ended."""
        found = await wait(self._redis.get(self._keys("session", access)))
        return None if found is None else str(found)

    async def agent_id(self, family: str) -> str | None:
        """The agent of a family that has not ended."""
        found = await wait(self._redis.hget(self._keys("family", family), "agent"))
        return None if found is None else str(found)

    async def of(self, agent_id: str) -> list[Login]:
        """The families of an agent that have not ended, latest first."""
        families = sorted(await wait(self._redis.smembers(self._keys("agent_sessions", agent_id))))
        pipeline = self._redis.pipeline(transaction=False)
        for family in families:
            pipeline.hgetall(self._keys("family", family))
        rows = await wait(pipeline.execute()) if families else []
        logins = [_login(family, fields) for family, fields in zip(families, rows, strict=True) if fields]
        return sorted(logins, key=lambda login: (-login.began_ms, login.family))

    async def counts(self, agent_ids: Sequence[str]) -> list[int]:
        """How many families of each agent have not ended."""
        pipeline = self._redis.pipeline(transaction=False)
        for agent_id in agent_ids:
            pipeline.smembers(self._keys("agent_sessions", agent_id))
        members = await wait(pipeline.execute()) if agent_ids else []
        pipeline = self._redis.pipeline(transaction=False)
        for families in members:
            # The set may name families that have run out.
            pipeline.exists("", *(self._keys("family", family) for family in families))
        return [int(count) for count in await wait(pipeline.execute())] if members else []

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

    async def end(self, agent_id: str, family: str, *, is_gone: bool = False, audit: AuditEntry | None = None) -> None:
        """End one session; its streams close. `is_gone`: the agent is offline at once."""
        fields = {"presence": Presence.OFFLINE} if is_gone else None
        await self._scripts.run(
            "change_agent", agent=agent_id, family=family, fields=fields, gone=is_gone or None, audit=audit
        )


def _login(family: str, fields: dict[str, str]) -> Login:
    began_ms = int(fields.get("began_ms", 0))
    return Login(
        family=family,
        agent_id=fields["agent"],
        began_ms=began_ms,
        address=fields.get("address", ""),
        client=fields.get("client", ""),
        used_ms=int(fields.get("rotated_ms", began_ms)),
    )
