"""Deliveries that a channel itself answers: one attempt does the work, the newest carries what it comes to."""

from dataclasses import dataclass

from redis.asyncio import Redis

from handoff.keys import Keys
from handoff.stores.connection import Scripts, wait
from handoff.vocabulary import Channel


@dataclass(frozen=True)
class OwnClaim:
    """Whose the work is. None of these: the delivery is for the conversation."""

    superseded: bool = False  # a newer attempt has come
    closed: bool = False  # it is done, with `reply`
    reply: str | None = None
    is_waiting: bool = False  # another attempt is at it
    is_mine: bool = False
    is_again: bool = False  # and another one was at it before, and died


class OwnAnswers:
    """Reads and writes who answers such a delivery, and with what."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts

    async def claim(self, inbound: str, *, attempt: int, is_own: bool, hold_ms: int) -> OwnClaim:
        """Try to get the work for `hold_ms`. Not `is_own`: only if another attempt found that it is."""
        answer = await self._scripts.run(
            "claim_own", inbound=inbound, attempt=attempt, is_own=is_own or None, hold_ms=hold_ms
        )
        return OwnClaim(**answer)

    async def release(self, inbound: str) -> None:
        """It was for the conversation after all."""
        await wait(self._redis.hdel(self._keys("inbound", inbound), "own_until_ms"))

    async def settle(
        self, channel: Channel, conversation_id: str, inbound: str, *, attempt: int, reply: str
    ) -> str | None:
        """Keep what it came to, unless another attempt was first; what this one carries, None: nothing."""
        answer = await self._scripts.run(
            "settle_own",
            channel=channel,
            conversation=conversation_id,
            inbound=inbound,
            attempt=attempt,
            reply=reply,
        )
        carried: str | None = answer.get("carried")
        return carried
