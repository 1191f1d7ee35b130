"""Agents: records, sessions, signs of life, and who is there for a skill group."""

import json
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from redis.asyncio import Redis

from handoff.audit import AuditEntry
from handoff.keys import LOGIN_FAILURE_TTL_S, LOGIN_PLACE_TTL_S, Keys
from handoff.models import Agent
from handoff.stores.connection import Scripts, wait
from handoff.stores.records import Records
from handoff.vocabulary import Presence, Role


class Agents:
    """Reads and writes agents."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts, heartbeat_s: float) -> None:
        self._redis = redis
        self._scripts = scripts
        self._keys = keys
        self._heartbeat_ms = heartbeat_s * 1000
        self._records = Records("agent")

    async def create(self, agent: Agent, password_hash: str, *, audit: AuditEntry | None = None) -> bool:
        """Store a new agent; False when the user name is taken."""
        fields: Any = {
            "id": agent.id,
            "username": agent.username,
            "name": agent.name,
            "role": agent.role,
            "skill_groups": json.dumps(agent.skill_groups),
            "presence": agent.presence,
            "capacity": agent.capacity,
            "password_hash": password_hash,
        }
        answer = await self._scripts.run(
            "create_agent", agent=agent.id, username=agent.username, fields=fields, audit=audit
        )
        return bool(answer["created"])

    async def id_of(self, username: str) -> str | None:
        """The agent with this user name."""
        return _text(await wait(self._redis.hget(self._keys("usernames"), username)))

    async def get(self, agent_id: str) -> Agent | None:
        """One agent, with presence as it really is; None also when the record cannot be read."""
        found = await self._read([agent_id])
        return found[0] if found else None

    async def all(self) -> list[Agent]:
        """All agents by user name, as far as their records can be read."""
        ids = await wait(self._redis.hgetall(self._keys("usernames")))
        return await self._read([ids[name] for name in sorted(ids)])

    async def password_hash(self, agent_id: str) -> str | None:
        """The stored argon2 hash."""
        return _text(await wait(self._redis.hget(self._keys("agent", agent_id), "password_hash")))

    async def set_presence(self, agent_id: str, presence: Presence) -> None:
        """Store what the agent says about themselves, and tell whoever shows the queue."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.hset(self._keys("agent", agent_id), "presence", presence)
        pipeline.publish(self._keys("events"), json.dumps({"kind": "queue"}))
        await wait(pipeline.execute())

    async def heartbeat(self, agent_id: str) -> None:
        """A sign of life."""
        await wait(self._redis.zadd(self._keys("heartbeats"), {agent_id: _now_ms()}))

    async def conversation_ids(self, agent_id: str) -> list[str]:
        """The conversations an agent serves."""
        return sorted(await wait(self._redis.smembers(self._keys("agent_conversations", agent_id))))

    async def online(self) -> list[Agent]:
        """Agents whose presence is online and who were heard of lately."""
        since = _now_ms() - self._heartbeat_ms
        ids = await wait(self._redis.zrangebyscore(self._keys("heartbeats"), since, "+inf"))
        return [agent for agent in await self._read(list(ids)) if agent.presence == Presence.ONLINE]

    async def seen_ms(self) -> dict[str, int]:
        """When each agent was last heard of."""
        pairs = await wait(self._redis.zrange(self._keys("heartbeats"), 0, -1, withscores=True))
        return {agent_id: int(seen) for agent_id, seen in pairs}

    async def last_served_ms(self) -> dict[str, int]:
        """When each agent last took or ended a conversation."""
        pairs = await wait(self._redis.zrange(self._keys("last_served"), 0, -1, withscores=True))
        return {agent_id: int(served) for agent_id, served in pairs}

    async def announce_queue(self) -> None:
        """Tell whoever shows the queue that who is there has changed."""
        await wait(self._redis.publish(self._keys("events"), json.dumps({"kind": "queue"})))

    async def change(
        self,
        agent_id: str,
        fields: dict[str, Any],
        *,
        end_sessions: bool,
        is_gone: bool = False,
        keep_administrator: bool = False,
        audit: AuditEntry | None = None,
    ) -> bool:
        """Store some fields anew, and with them, if so wished, end all sessions; `is_gone`: no longer there, at once.

        False when an enabled administrator must remain beside this agent and there is none.
        """
        answer = await self._scripts.run(
            "change_agent",
            agent=agent_id,
            fields=fields,
            all=end_sessions or None,
            gone=is_gone or None,
            keep_administrator=keep_administrator or None,
            audit=audit,
        )
        return not answer.get("last")

    async def change_duty(
        self,
        agent_id: str,
        known_groups: Sequence[str],
        *,
        join: str | None = None,
        leave: str | None = None,
        capacity: int | None = None,
        only_role: Role | None = None,
        audit: AuditEntry | None = None,
    ) -> Literal["missing", "other_role", "last_group"] | None:
        """Which groups an agent serves, and how many customers at once; why nothing was changed, None: it holds.

        One step, so that two people who move the same agent undo nothing of each other. `only_role`: others are not
        touched. `last_group`: without it nothing would remain, which the record of an agent cannot say (empty: all).
        """
        answer = await self._scripts.run(
            "change_duty",
            agent=agent_id,
            known=list(known_groups),
            join=join,
            leave=leave,
            capacity=capacity,
            only_role=only_role,
            audit=audit,
        )
        why: Literal["missing", "other_role", "last_group"] | None = answer.get("refused")
        return why

    async def login_failures(self, subject: str) -> int:
        """Wrong passwords lately for a user name or an address."""
        return int(await wait(self._redis.get(self._keys("login_failures", subject))) or 0)

    async def count_login_failure(self, *subjects: str) -> None:
        """One more wrong password."""
        pipeline = self._redis.pipeline(transaction=True)
        for subject in subjects:
            pipeline.incr(self._keys("login_failures", subject))
            pipeline.expire(self._keys("login_failures", subject), LOGIN_FAILURE_TTL_S)
        await wait(pipeline.execute())

    async def forget_login_failures(self, *subjects: str) -> None:
        """The right password was given."""
        await wait(self._redis.delete(*(self._keys("login_failures", subject) for subject in subjects)))

    async def remember_place(self, username: str, address: str) -> None:
        """Somebody logged in with this name from this address."""
        await wait(self._redis.set(self._keys("login_place", f"{username}@{address}"), "1", ex=LOGIN_PLACE_TTL_S))

    async def knows_place(self, username: str, address: str) -> bool:
        """Whether somebody logged in so lately."""
        return bool(await wait(self._redis.exists(self._keys("login_place", f"{username}@{address}"))))

    async def _read(self, ids: list[str]) -> list[Agent]:
        if not ids:
            return []
        pipeline = self._redis.pipeline(transaction=False)
        for agent_id in ids:
            pipeline.hgetall(self._keys("agent", agent_id))
            pipeline.scard(self._keys("agent_conversations", agent_id))
            pipeline.zscore(self._keys("heartbeats"), agent_id)
        answers = await wait(pipeline.execute())
        since = _now_ms() - self._heartbeat_ms
        agents = []
        for agent_id, fields, active, seen_ms in zip(ids, answers[::3], answers[1::3], answers[2::3], strict=True):
            is_there = seen_ms is not None and seen_ms >= since
            agent = self._records.read(agent_id, partial(_agent, fields, active, is_there=is_there)) if fields else None
            if agent is not None:
                agents.append(agent)
        return agents


def _agent(fields: dict[str, str], active: int, *, is_there: bool) -> Agent:
    values: dict[str, Any] = {name: value for name, value in fields.items() if name != "password_hash"}
    values["skill_groups"] = json.loads(fields["skill_groups"])
    if not is_there:
        values["presence"] = Presence.OFFLINE
    return Agent.model_validate({**values, "active": active})


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
