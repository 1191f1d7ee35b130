"""Handoff requests and the queue they wait in."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from handoff.audit import AuditEntry
from handoff.keys import Keys
from handoff.models import Draft, HandoffContext, HandoffRequest
from handoff.stores.connection import Scripts, wait
from handoff.stores.messages import script_message
from handoff.stores.records import Records

OPTIONAL_FIELDS = ("sentiment", "customer_name")


@dataclass(frozen=True)
class Enqueued:
    """The request is in the queue (`created`), or one was there before."""

    request_id: str
    created: bool


@dataclass(frozen=True)
class PositionChanged:
    """The position the message names is not the one it would get; write it anew with this one."""

    position: int
    ahead: dict[str, int]  # requests ahead in each group


@dataclass(frozen=True)
class Limit:
    """How many requests may wait in a group, and what is said to who finds it full."""

    places: int
    reserve: int  # more places, for those who may use them and for those who come back to an agent
    may_use_reserve: bool
    message: Draft


@dataclass(frozen=True)
class QueueFull:
    """There was no place; the customer has been told."""

    waiting: int
    is_repeated: bool  # this turn was refused before


@dataclass(frozen=True)
class NotEnqueued:
    """Why there is no request: `missing` conversation, `stale` turn of an earlier episode, or an illegal state."""

    why: str


@dataclass(frozen=True)
class Claim:
    """How a claim ended. Losing is normal; `claimed_by` names the winner, whoever it is."""

    won: bool
    conversation_id: str | None = None
    claimed_by: str | None = None
    full: bool = False
    missing: bool = False
    illegal: str | None = None  # the state that does not allow it


class Queue:
    """Reads and writes handoff requests."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts
        self._records = Records("request")

    async def enqueue(
        self,
        request: HandoffRequest,
        head_start_us: int,
        message: Draft,
        expected_position: int | None,
        return_within_s: float = 0,
        lines: Collection[Collection[str]] = (),
        limit: Limit | None = None,
    ) -> Enqueued | PositionChanged | QueueFull | NotEnqueued:
        """Put a request into its group's queue, with the message that tells the customer.

        `lines`: the sets of groups whose merged queues count for the position (rules.lines); none: its own group.
        """
        fields = {
            "id": request.id,
            "conversation_id": request.conversation_id,
            "turn_seq": str(request.turn_seq),
            "reason": request.reason,
            "skill_group": request.skill_group,
            "priority": request.priority,
            "priority_reasons": json.dumps(request.priority_reasons),
            "context": request.context.model_dump_json(),
            "channel": request.channel,
            **({"repeated_contact": request.repeated_contact.model_dump_json()} if request.repeated_contact else {}),
            **{name: value for name in OPTIONAL_FIELDS if (value := getattr(request, name))},
        }
        answer = await self._scripts.run(
            "enqueue",
            conversation=request.conversation_id,
            request=request.id,
            fields=fields,
            skill_group=request.skill_group,
            head_start_us=head_start_us,
            turn_seq=request.turn_seq,
            expected_position=expected_position,
            lines=[sorted(groups) for groups in lines] or [[request.skill_group]],
            return_within_ms=int(return_within_s * 1000),
            message=script_message(message),
            places=limit.places if limit else None,
            places_with_reserve=limit.places + limit.reserve if limit else None,
            may_use_reserve=(limit.may_use_reserve or None) if limit else None,
            full_message=script_message(limit.message) if limit else None,
        )
        if "full" in answer:
            return QueueFull(answer["full"], answer["repeated"])
        if "created" in answer:
            return Enqueued(answer["request"], answer["created"])
        if "position" in answer:
            return PositionChanged(answer["position"], answer["ahead"])
        return NotEnqueued("missing" if answer.get("missing") else "stale" if answer.get("stale") else "illegal")

    async def leave(self, conversation_id: str, message: Draft, request_id: str | None = None) -> dict[str, Any]:
        """Take a conversation out of the queue. Answers `left`, `stale` (another request) or `illegal` (the state)."""
        return await self._scripts.run(
            "leave_queue", conversation=conversation_id, message=script_message(message), request=request_id
        )

    async def claim(
        self,
        request_id: str,
        agent_id: str,
        agent_name: str,
        capacity: int,
        message: Draft,
        *,
        assigned: bool = False,
        audit: AuditEntry | None = None,
    ) -> Claim:
        """Try to take a request for an agent; `assigned`: only if the agent is still online."""
        answer = await self._scripts.run(
            "claim",
            request=request_id,
            agent=agent_id,
            agent_name=agent_name,
            capacity=capacity,
            message=script_message(message),
            assigned=assigned or None,
            audit=audit,
        )
        return Claim(
            won=bool(answer.get("won")),
            conversation_id=answer.get("conversation"),
            claimed_by=answer.get("claimed_by"),
            full=bool(answer.get("full")),
            missing=bool(answer.get("missing")),
            illegal=answer.get("illegal"),
        )

    async def forget_ghosts(self) -> int:
        """Free the places of requests and conversations that are gone, in queues and agents' hands; how many."""
        return int((await self._scripts.run("forget_ghosts"))["ghosts"])

    async def get(self, request_id: str) -> HandoffRequest | None:
        """One request."""
        fields = await wait(self._redis.hgetall(self._keys("request", request_id)))
        return _request(fields) if fields else None

    async def get_many(self, ids: list[str], *, all_readable: bool = False) -> list[HandoffRequest]:
        """Several requests in one round trip; those that are gone, or cannot be read, are left out.

        `all_readable`: one that cannot be read is an error, for whoever must not pass over any.
        """
        if not ids:
            return []
        pipeline = self._redis.pipeline(transaction=False)
        for request_id in ids:
            pipeline.hgetall(self._keys("request", request_id))
        return self._records.read_all(ids, await wait(pipeline.execute()), _request, all_readable=all_readable)

    async def waiting(self) -> list[HandoffRequest]:
        """Everybody who waits, next one first within each group."""
        groups = sorted(await wait(self._redis.smembers(self._keys("queue_groups"))))
        if not groups:
            return []
        pipeline = self._redis.pipeline(transaction=False)
        for group in groups:
            pipeline.zrange(self._keys("queue", group), 0, -1, withscores=True)
        scored = [pair for pairs in await wait(pipeline.execute()) for pair in pairs]
        scored.sort(key=lambda pair: pair[1])
        return await self.get_many([request_id for request_id, _ in scored])

    async def lengths(self, skill_groups: Collection[str]) -> dict[str, int]:
        """How many wait in each of these groups."""
        groups = list(skill_groups)
        pipeline = self._redis.pipeline(transaction=True)
        for group in groups:
            pipeline.zcard(self._keys("queue", group))
        return dict(zip(groups, await wait(pipeline.execute()), strict=True))

    async def ahead(self, request_id: str, skill_group: str, skill_groups: Collection[str]) -> dict[str, int] | None:
        """How many of each of these groups go before a waiting request of `skill_group`; None when it does not wait."""
        score = await wait(self._redis.zscore(self._keys("queue", skill_group), request_id))
        if score is None:
            return None
        groups = list(skill_groups)
        pipeline = self._redis.pipeline(transaction=True)
        for group in groups:
            # Its own group without itself; in other groups an equal score counts, for who goes first is then open.
            upto = f"({score:.0f}" if group == skill_group else f"{score:.0f}"
            pipeline.zcount(self._keys("queue", group), "-inf", upto)
        return dict(zip(groups, await wait(pipeline.execute()), strict=True))

    async def handling_samples_s(self, skill_groups: Collection[str]) -> dict[str, list[float]]:
        """The last measured handling times of each group, newest first; one round trip."""
        groups = list(skill_groups)
        pipeline = self._redis.pipeline(transaction=False)
        for group in groups:
            pipeline.lrange(self._keys("handling", group), 0, -1)
        rows = await wait(pipeline.execute()) if groups else []
        return {group: [float(value) for value in row] for group, row in zip(groups, rows, strict=True)}


def _request(fields: dict[str, str]) -> HandoffRequest:
    apart = ("context", "priority_reasons", "repeated_contact", "transfers", "given_articles", "follow_up")
    values: dict[str, Any] = {name: value for name, value in fields.items() if name not in apart}
    context = HandoffContext.model_validate_json(fields.get("context") or "{}")
    return HandoffRequest.model_validate(
        {
            **values,
            "context": context,
            "priority_reasons": json.loads(fields.get("priority_reasons") or "[]"),
            "repeated_contact": json.loads(fields.get("repeated_contact") or "null"),
            "transfers": json.loads(fields.get("transfers") or "[]"),
            "given_articles": json.loads(fields.get("given_articles") or "[]"),
            "follow_up": json.loads(fields.get("follow_up") or "null"),
        }
    )
