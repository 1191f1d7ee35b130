"""Events that other desks are told of: durable, in order within a conversation, one teller at a time.

The scripts put an event into each target's list in the same step that changes the conversation (`journal` in
prelude.lua).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from handoff.audit import AuditEntry
from handoff.keys import DEAD_WEBHOOKS_KEPT, WEBHOOK_LEASE_TTL_S, Keys
from handoff.stores.connection import Scripts, wait

EntryOf = Callable[[str], AuditEntry]  # what is recorded of sending the letter with this id again


@dataclass(frozen=True)
class Telling:
    """The first untold event of a conversation, leased."""

    target: str
    conversation_id: str
    lease: int
    event: dict[str, Any]  # {event, number, at_ms, seq, data}
    attempts: int  # tries before this one
    age_ms: int  # since the first try

    @property
    def delivery_id(self) -> str:
        """The same at every try, and after a restart."""
        return f"{self.conversation_id}.{self.event['number']}"


class Webhooks:
    """Takes and settles what is to be told."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts

    async def take(self, target: str, count: int, lease_s: float) -> list[Telling]:
        """Up to `count` events for this target that are due, of as many conversations."""
        answer = await self._scripts.run("take_webhooks", target=target, count=count, lease_ms=int(lease_s * 1000))
        return [
            Telling(target, row["conversation"], row["lease"], row["event"], row["attempts"], row["age_ms"])
            for row in answer["taken"] or []
        ]

    async def told(self, telling: Telling) -> None:
        """The target has it."""
        await self._settle(telling)

    async def failed(self, telling: Telling, retry_in_s: float) -> None:
        """The target does not have it; try again later. Later events of the conversation wait."""
        await self._settle(telling, retry_in_ms=int(retry_in_s * 1000))

    async def give_up(self, telling: Telling, why: str, failed_at_ms: int) -> None:
        """The target would not take it: a dead letter; the next event goes on."""
        letter = {
            "id": f"{telling.target}:{telling.delivery_id}",
            "target": telling.target,
            "conversation_id": telling.conversation_id,
            "event": telling.event,
            "why": why,
            "failed_at_ms": failed_at_ms,
        }
        await self._settle(telling, dead=json.dumps(letter, ensure_ascii=False))

    async def dead_letters(self) -> list[dict[str, Any]]:
        """What no target would take, newest first."""
        return [json.loads(text) for text in await wait(self._redis.lrange(self._keys("webhooks_dead"), 0, -1))]

    async def resend(self, letter_id: str, audit: EntryOf | None = None) -> bool:
        """Tell a dead letter once more; False when there is none (any more)."""
        for text in await wait(self._redis.lrange(self._keys("webhooks_dead"), 0, -1)):
            if json.loads(text)["id"] == letter_id:
                return await self._resend(text, audit)
        return False

    async def resend_all(self, audit: EntryOf | None = None) -> int:
        """Tell all dead letters once more, oldest first; how many."""
        texts = await wait(self._redis.lrange(self._keys("webhooks_dead"), 0, -1))
        # Of those that are due at the same moment the store would take any first.
        return sum([await self._resend(text, audit, ago_ms=ago_ms) for ago_ms, text in reversed([*enumerate(texts)])])

    async def _resend(self, text: str, audit: EntryOf | None, ago_ms: int = 0) -> bool:
        letter = json.loads(text)
        answer = await self._scripts.run(
            "resend_webhook",
            letter=text,
            target=letter["target"],
            conversation=letter["conversation_id"],
            event=json.dumps(letter["event"], ensure_ascii=False),
            ago_ms=ago_ms,
            audit=audit(letter["id"]) if audit else None,
        )
        return bool(answer.get("resent"))

    async def waiting(self, target: str) -> int:
        """Conversations with something to tell this target."""
        return int(await wait(self._redis.zcard(self._keys("webhooks_due", target))))

    async def _settle(self, telling: Telling, **how: Any) -> None:
        await self._scripts.run(
            "settle_webhook",
            target=telling.target,
            conversation=telling.conversation_id,
            lease=telling.lease,
            kept=DEAD_WEBHOOKS_KEPT,
            ttl_s=WEBHOOK_LEASE_TTL_S,
            **how,
        )
