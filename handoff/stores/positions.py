"""Where everybody in the queue stands, and what they were told of it last."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass

from redis.asyncio import Redis

from handoff.keys import Keys
from handoff.stores.connection import wait

Places = dict[str, list[tuple[str, float]]]  # a skill group -> its waiting request ids with their scores, next first


@dataclass(frozen=True)
class Told:
    """What a waiting customer was told last."""

    position: int
    is_served: bool  # somebody was online who serves the group
    at_ms: int
    since_ms: int  # when the customer asked for a person
    is_helped: bool = False  # the group that helps out has been told that the request is theirs too
    wait_s: int | None = None  # estimated


class Positions:
    """Reads the queue as a whole, and keeps what was told."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def places(self) -> Places:
        """Everybody who waits: two round trips, however many they are."""
        groups = sorted(await wait(self._redis.smembers(self._keys("queue_groups"))))
        pipeline = self._redis.pipeline(transaction=True)
        for group in groups:
            pipeline.zrange(self._keys("queue", group), 0, -1, withscores=True)
        rows = await wait(pipeline.execute()) if groups else []
        return {group: list(row) for group, row in zip(groups, rows, strict=True) if row}

    async def told(self) -> dict[str, Told]:
        """By request id."""
        stored = await wait(self._redis.hgetall(self._keys("told_positions")))
        return {request_id: Told(*json.loads(text)) for request_id, text in stored.items()}

    async def requests(self, ids: Iterable[str]) -> dict[str, tuple[str, int]]:
        """The conversation of each request, and when it was made."""
        wanted = list(ids)
        pipeline = self._redis.pipeline(transaction=False)
        for request_id in wanted:
            pipeline.hmget(self._keys("request", request_id), "conversation_id", "requested_at_ms")
        rows = await wait(pipeline.execute()) if wanted else []
        return {each: (row[0], int(row[1])) for each, row in zip(wanted, rows, strict=True) if row[0] and row[1]}

    async def tell(self, told: Mapping[str, Told], gone: Iterable[str], conversation_ids: Iterable[str]) -> None:
        """Keep what is told, forget who no longer waits, and wake the streams of these conversations."""
        at = self._keys("told_positions")
        pipeline = self._redis.pipeline(transaction=False)
        if told:
            pipeline.hset(at, mapping={each: json.dumps(astuple(one)) for each, one in told.items()})
        if left := list(gone):
            pipeline.hdel(at, *left)
        for conversation_id in conversation_ids:
            notice = {"kind": "position", "conversation": conversation_id}
            pipeline.publish(self._keys("events"), json.dumps(notice))
        if len(pipeline):
            await wait(pipeline.execute())
