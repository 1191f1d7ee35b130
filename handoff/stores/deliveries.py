"""What channels have to carry out to customers, and what customers' channels have delivered to us.

The transcript itself is the outbox: a conversation remembers up to which message its channel has carried it
(`delivered_seq`), and a set by due time names the conversations with more. Appending a message puts its conversation
into the set within the same script, so nothing that is in a transcript can be forgotten. One carrier at a time has a
conversation (a lease that expires with a dead carrier), which keeps the order.

A request that brought a customer's message may carry the answer back. While such a *chance* is open, no carrier takes
the conversation, so that the answer goes out one way or the other and never both. Which way is decided once, in the
script that records it: it takes a request's answer only with the present lease, from the newest attempt, and before the
chance has passed. What it refuses was not sent, and the newer attempt or the carrier sends it. What it takes is this
request's alone; whether it reached the customer nobody can tell us, and so a later attempt gets the same answer again.
"""

import json
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from handoff.audit import AuditEntry
from handoff.keys import CONVERSATION_TTL_S, DEAD_LETTERS_KEPT, INBOUND_TTL_S, Keys
from handoff.models import Button, Conversation
from handoff.stores.connection import Scripts, wait
from handoff.vocabulary import Channel


@dataclass(frozen=True)
class Address:
    """Where a channel reaches a customer: the channel's account and the customer's id there."""

    channel: Channel
    account: str
    user: str

    @property
    def key(self) -> str:
        """The address as one text."""
        return f"{self.channel}:{self.account}:{self.user}"

    @classmethod
    def from_json(cls, text: str) -> "Address":
        """Read what `to_json` wrote."""
        fields = json.loads(text)
        return cls(Channel(fields["channel"]), fields["account"], fields["user"])

    def to_json(self) -> str:
        """For the store."""
        return json.dumps({"channel": self.channel, "account": self.account, "user": self.user})


@dataclass(frozen=True)
class Inbound:
    """One delivery of a channel: which attempt, and what became of earlier ones."""

    conversation_id: str
    attempt: int
    after_ms: int  # the channel sent it so long after the first attempt
    closed: bool  # answered, or left to the carrier
    reply: str | None  # what it was answered with


@dataclass(frozen=True)
class Chance:
    """The state of a chance to answer within the request.

    `superseded`: a later attempt, or the carrier, has it. `waiting`: the turn goes on. Neither and no lease: there is
    nothing to say. With a lease: the messages after `delivered_seq` are this request's to carry.
    """

    superseded: bool = False
    waiting: bool = False
    ended: bool = True
    lease: int | None = None
    delivered_seq: int = 0
    last_seq: int = 0
    parts_done: int = 0


@dataclass(frozen=True)
class Lease:
    """A conversation this carrier has for a while."""

    conversation_id: str
    number: int


@dataclass(frozen=True)
class Standing:
    """How far a conversation was carried."""

    delivered_seq: int
    parts_done: int  # of the next message, when it goes out in several
    attempts: int  # failed ones since the last success
    held: bool  # waits for the customer to write
    choices: list[Button]  # numbered choices the customer saw last
    address: Address | None


class Deliveries:
    """Reads and writes what channels carry."""

    def __init__(self, redis: "Redis", keys: Keys, scripts: Scripts) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = scripts

    async def open_address(self, address: Address, new: Conversation) -> tuple[str, bool]:
        """The conversation of this address, and whether it is the `new` one."""
        fields: Any = {
            "id": new.id,
            "state": new.state,
            "channel": new.channel,
            "outlet": new.channel,
            "episode": str(new.episode),
            "last_seq": "0",
            "episode_started_seq": "0",
            "created_at_ms": str(new.created_at_ms),
            "customer": new.customer.model_dump_json() if new.customer else "",
        }
        answer = await self._scripts.run(
            "open_address", address_key=address.key, address=address.to_json(), fields=fields
        )
        return answer["conversation"], answer["created"]

    async def move_address(self, address: Address, conversation_id: str) -> None:
        """From now on this address belongs to another conversation."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.set(self._keys("address", address.key), conversation_id, ex=CONVERSATION_TTL_S)
        pipeline.hset(self._keys("delivery", conversation_id), "address", address.to_json())
        await wait(pipeline.execute())

    async def conversation_at(self, address: Address) -> str | None:
        """The id of the conversation at this address."""
        found = await wait(self._redis.get(self._keys("address", address.key)))
        return str(found) if found else None

    async def begin(self, inbound: str, conversation_id: str, chance_ms: int, *, sent_s: int, nonce: str) -> Inbound:
        """Note a delivery of the channel; opens a chance to answer within it for `chance_ms`.

        `sent_s` and `nonce`: when the channel sent it, by its own clock, and what tells two sent at that time apart.
        """
        answer = await self._scripts.run(
            "begin_inbound",
            inbound=inbound,
            conversation=conversation_id,
            sent_s=sent_s,
            nonce=nonce,
            chance_ms=chance_ms,
            ttl_s=INBOUND_TTL_S,
        )
        return Inbound(
            answer["conversation"], answer["attempt"], answer["after_ms"], answer["closed"], answer.get("reply")
        )

    async def claim_chance(
        self, inbound: str, conversation_id: str, *, attempt: int, seq: int, force: bool, lease_ms: int
    ) -> Chance:
        """Try to answer within the request; `force` when its time is up."""
        answer = await self._scripts.run(
            "claim_chance",
            inbound=inbound,
            conversation=conversation_id,
            attempt=attempt,
            seq=seq,
            force=force,
            lease_ms=lease_ms,
        )
        answer.pop("nothing", None)
        return Chance(**answer)

    async def take(self, channel: Channel, count: int, lease_ms: int) -> tuple[list[Lease], int | None]:
        """Up to `count` due conversations, and in how many ms the next is due (None: none at all)."""
        answer = await self._scripts.run("take_deliveries", channel=channel, count=count, lease_ms=lease_ms)
        taken = answer["taken"] or []
        return [Lease(row["conversation"], row["lease"]) for row in taken], answer.get("next_in_ms")

    async def length(self, channel: Channel) -> int:
        """Conversations with something to carry."""
        return int(await wait(self._redis.zcard(self._keys("deliveries", channel))))

    async def wait_due(self, channel: Channel, seconds: float) -> None:
        """Sleep until something becomes due, at most `seconds`."""
        await wait(self._redis.blpop([self._keys("delivery_wake", channel)], timeout=seconds))

    async def wake(self, channel: Channel, conversation_id: str) -> None:
        """Look at this conversation again: what is held may go out now."""
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.zadd(self._keys("deliveries", channel), {conversation_id: 0}, nx=True)
        pipeline.lpush(self._keys("delivery_wake", channel), "1")
        pipeline.ltrim(self._keys("delivery_wake", channel), 0, 0)
        await wait(pipeline.execute())

    async def begin_sending(self, conversation_id: str, lease: int) -> int | None:
        """The platform is called next: how often by now nobody knows what became of such a call; None: lease passed."""
        answer = await self._scripts.run("begin_sending", conversation=conversation_id, lease=lease)
        return None if answer["stale"] else int(answer["unanswered"])

    async def settle(
        self,
        channel: Channel,
        conversation_id: str,
        *,
        lease: int | None = None,
        seen_seq: int | None = None,
        through_seq: int | None = None,
        parts_done: int | None = None,
        choices: list[Button] | None = None,
        failed: bool = False,
        unanswered: bool = False,
        retry_in_ms: int | None = None,
        held: bool = False,
        keep_ms: int | None = None,
        inbound: str | None = None,
        reply: str | None = None,
        attempt: int | None = None,
    ) -> bool:
        """Record what became of leased messages and give the lease back (or keep it for `keep_ms`).

        False when the lease has passed to somebody else: nothing was recorded then. `seen_seq` is the last message the
        decision was made on; with newer ones the conversation is due again at once. `attempt` of `inbound` would
        answer with `reply`: False, too, when it is not the newest any more or its chance has passed.
        """
        answer = await self._scripts.run(
            "settle_delivery",
            conversation=conversation_id,
            channel=channel,
            lease=lease,
            seen_seq=seen_seq,
            through_seq=through_seq,
            parts_done=parts_done,
            choices=None if choices is None else json.dumps([c.model_dump() for c in choices], ensure_ascii=False),
            failed=failed or None,
            unanswered=unanswered or None,
            retry_in_ms=retry_in_ms,
            held=held or None,
            keep_ms=keep_ms,
            inbound=inbound,
            reply=reply,
            attempt=attempt,
        )
        return not answer["stale"]

    async def standing(self, conversation_id: str) -> Standing:
        """How far this conversation was carried."""
        fields = await wait(self._redis.hgetall(self._keys("delivery", conversation_id)))
        return Standing(
            delivered_seq=int(fields.get("delivered_seq", 0)),
            parts_done=int(fields.get("parts_done", 0)),
            attempts=int(fields.get("attempts", 0)),
            held="held" in fields,
            choices=[Button.model_validate(row) for row in json.loads(fields.get("choices") or "[]")],
            address=Address.from_json(fields["address"]) if "address" in fields else None,
        )

    async def bury(self, channel: Channel, letter_id: str, letter: dict[str, Any]) -> None:
        """Keep what could not be delivered, for a person to look at; the latest letters only."""
        text = json.dumps(letter, ensure_ascii=False)
        await self._scripts.run("bury", channel=channel, id=letter_id, letter=text, kept=DEAD_LETTERS_KEPT)

    async def dead_letters(self, channel: Channel) -> dict[str, dict[str, Any]]:
        """What could not be delivered, by id."""
        stored = await wait(self._redis.hgetall(self._keys("dead_letters", channel)))
        return {letter_id: json.loads(text) for letter_id, text in stored.items()}

    async def unbury(self, channel: Channel, letter_id: str, *, audit: AuditEntry | None = None) -> bool:
        """Take a dead letter out, to send it again; False when it was not there."""
        answer = await self._scripts.run("unbury", channel=channel, id=letter_id, audit=audit)
        return not answer.get("missing")
