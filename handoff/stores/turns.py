"""The stream of conversations with waiting turns, worked by a consumer group."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from handoff.keys import TURN_GROUP, Keys
from handoff.models import Draft, Turn, WaitingTurn
from handoff.stores.connection import Scripts, storage_errors, wait
from handoff.stores.messages import script_message


@dataclass(frozen=True)
class Entry:
    """One stream entry: a conversation has waiting turns."""

    id: str
    conversation_id: str


@dataclass(frozen=True)
class TurnEnd:
    """`stale`: another worker was first. `delivered`: the messages reached the transcript."""

    stale: bool
    delivered: bool = False


class Turns:
    """Reads and ends turns. A worker names itself; Redis remembers who has which entry."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts

    async def prepare(self) -> None:
        """Make the consumer group if it is not there."""
        async with storage_errors():
            try:
                await self._redis.xgroup_create(self._keys("turns"), TURN_GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def take(self, worker: str, count: int, block_ms: int) -> list[Entry]:
        """Up to `count` new entries for this worker, waiting for the first."""
        answer = await wait(
            self._redis.xreadgroup(TURN_GROUP, worker, {self._keys("turns"): ">"}, count=count, block=block_ms)
        )
        return _entries(_of_one_stream(answer))

    async def take_over(self, worker: str, count: int, idle_ms: int) -> list[Entry]:
        """Entries whose worker has not finished them for `idle_ms`."""
        answer: Any = await wait(
            self._redis.xautoclaim(self._keys("turns"), TURN_GROUP, worker, idle_ms, start_id="0-0", count=count)
        )
        return _entries(answer[1])

    async def forget_workers(self, idle_ms: int) -> int:
        """Forget workers that were not heard of for `idle_ms` and hold nothing; how many.

        Every start of a process is a new worker, and Redis would remember them all.
        """
        forgotten = 0
        for worker in await wait(self._redis.xinfo_consumers(self._keys("turns"), TURN_GROUP)):
            # One that holds something is left alone: its turns would be forgotten with it.
            if worker["pending"] == 0 and worker["idle"] > idle_ms:
                await wait(self._redis.xgroup_delconsumer(self._keys("turns"), TURN_GROUP, worker["name"]))
                forgotten += 1
        return forgotten

    async def length(self) -> int:
        """Conversations whose turns wait or are worked."""
        return int(await wait(self._redis.xlen(self._keys("turns"))))

    async def waiting(self, conversation_id: str) -> list[WaitingTurn]:
        """The waiting turns of a conversation, oldest first, up to one that cannot be read.

        ValueError when that one is the first: it fails in its own turn, and not those before it.
        """
        stored = await wait(self._redis.lrange(self._keys("mailbox", conversation_id), 0, -1))
        turns: list[WaitingTurn] = []
        for text in stored:
            try:
                turns.append(WaitingTurn.model_validate_json(text))
            except ValidationError:
                if not turns:
                    raise
                break
        return turns

    async def count_failure(self, entry: Entry) -> int:
        """This turn ended in an error nobody foresaw; how often by now, 0 when another worker has ended it."""
        return int(
            (await self._scripts.run("fail_turn", conversation=entry.conversation_id, entry=entry.id))["failures"]
        )

    async def abandon(self, entry: Entry, why: str, apology: Draft | None) -> bool:
        """End the first waiting turn unread, that what comes behind it goes on; whether the customer was told.

        Without an `apology` nothing but the turn itself is touched: for when telling the customer is what fails.
        """
        answer = await self._scripts.run(
            "abandon_turn",
            conversation=entry.conversation_id,
            entry=entry.id,
            group=TURN_GROUP,
            why=why,
            message=script_message(apology) if apology else None,
        )
        return bool(answer.get("told"))

    async def finish(
        self,
        entry: Entry,
        turns: list[WaitingTurn],
        *,
        episode: int,
        messages: list[Draft],
        understanding: dict[int, Turn],
        is_given_up: bool = False,
    ) -> TurnEnd:
        """End these turns (the first of the mailbox) with their messages, unless another worker did."""
        answer = await self._scripts.run(
            "finish_turn",
            conversation=entry.conversation_id,
            entry=entry.id,
            group=TURN_GROUP,
            first_seq=turns[0].seq if turns else 0,
            done=len(turns),
            episode=episode,
            messages=[script_message(message) for message in messages],
            understanding={str(seq): turn.model_dump_json() for seq, turn in understanding.items()},
            dropped=json.dumps({"texts": [message.text for message in messages]}, ensure_ascii=False),
            given_up=is_given_up or None,
        )
        return TurnEnd(answer["stale"], answer.get("delivered", False))


def _of_one_stream(answer: Any) -> list[Any]:
    """The entries of the only stream asked for, in RESP2 (list) or RESP3 (map) form."""
    if not answer:
        return []
    if isinstance(answer, dict):
        entries: list[Any] = next(iter(answer.values()))
        # RESP3 wraps the entries of a stream in one more list.
        return (
            entries[0]
            if entries and isinstance(entries[0], list) and entries[0] and isinstance(entries[0][0], (list, tuple))
            else entries
        )
    return list(answer[0][1])


def _entries(pairs: list[Any]) -> list[Entry]:
    return [
        Entry(entry_id, fields["conversation"]) for entry_id, fields in pairs if fields and "conversation" in fields
    ]
