"""Carries messages out to customers of one channel: durable, in order, with pauses after failures."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from redis.exceptions import ResponseError

from handoff import metrics
from handoff.errors import StorageUnavailable
from handoff.models import Button, Conversation, Message
from handoff.services import Services
from handoff.stores.deliveries import Address, Lease
from handoff.vocabulary import Channel, Sender

log = structlog.get_logger(__name__)

LEASE_MS = 40_000  # longer than the longest step, so that a lease passes on only when its carrier is dead
STEP_S = 30.0
IDLE_S = 1.0  # how long one look for work waits; below the socket time-out of the client
RECORD_AGAIN_S = 0.2
CONCURRENCY = 32
PAGE = 100  # messages looked at together
# After a call whose outcome nobody knows: the platform may be slow just now, and each repetition may be seen twice.
UNANSWERED_PAUSES_S = (15.0, 60.0)
UNANSWERED = "unanswered"  # why a dead letter is one: it may have arrived
PAUSES_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0)  # after failures in a row; then the message is a dead letter


@dataclass(frozen=True)
class Parcel:
    """What waits for a customer: messages in order, the customer's own left out."""

    conversation: Conversation
    address: Address
    messages: list[Message]
    parts_done: int  # of the first message, when it goes out in several parts


@dataclass(frozen=True)
class Delivered:
    """Carried: all up to `through_seq`, or so many parts of the first message."""

    through_seq: int | None = None
    parts_done: int | None = None
    choices: list[Button] | None = None


@dataclass(frozen=True)
class Held:
    """Nothing may go out until the customer writes (or something is added)."""


@dataclass(frozen=True)
class Undeliverable:
    """Will never go out like this; `through_seq` is passed over, and a dead letter is written."""

    through_seq: int
    seqs: list[int]
    texts: list[str]
    why: str


@dataclass(frozen=True)
class Later:
    """Not now. A failure counts towards giving up, as `if_given_up` says; waiting for more to come does not.

    `is_unanswered`: nobody knows whether it went out. That is tried again less often, for it may be seen twice.
    """

    after_s: float | None = None  # None: the usual pause after a failure
    why: str = ""
    is_failure: bool = True
    is_unanswered: bool = False
    if_given_up: Undeliverable | None = None  # None: as the channel says of the whole parcel


Result = Delivered | Held | Later | Undeliverable


class ChannelOutlet(Protocol):
    """What a channel must be able to do."""

    name: Channel

    async def deliver(self, parcel: Parcel) -> Result:
        """Send the first thing of a parcel with one call to the platform, and say what became of it."""
        ...

    def given_up(self, parcel: Parcel, why: str) -> Undeliverable:
        """The first thing of a parcel as a dead letter: what of it has not gone out, in words."""
        ...


@dataclass
class Courier:
    """Carries until it is cancelled."""

    services: Services
    outlet: ChannelOutlet
    pauses_s: tuple[float, ...] = PAUSES_S
    unanswered_pauses_s: tuple[float, ...] = UNANSWERED_PAUSES_S
    repeats_unanswered: int = 2
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _is_stopped: bool = False

    async def run(self) -> None:
        """Carry until cancelled or stopped. Redis being away is waited out."""
        while not self._is_stopped:
            try:
                await self._take()
            except (StorageUnavailable, ResponseError) as error:
                log.warning("courier_waits_for_storage", channel=self.outlet.name, error=type(error).__name__)
                await asyncio.sleep(IDLE_S)

    def stop(self) -> None:
        """Take nothing more; `run` ends after its present look for work."""
        self._is_stopped = True

    async def drain(self, grace_s: float) -> None:
        """End what is being sent, for at most `grace_s`; a lease that is left over expires."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace_s)
        for task in list(self._running):
            task.cancel()

    async def _take(self) -> None:
        free = CONCURRENCY - len(self._running)
        if free <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return
        leases, next_in_ms = await self.services.deliveries.take(self.outlet.name, free, LEASE_MS)
        for lease in leases:
            task = asyncio.create_task(self._carry_safely(lease))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        if not leases:
            idle_s = IDLE_S if next_in_ms is None else min(IDLE_S, max(0.01, next_in_ms / 1000))
            await self.services.deliveries.wait_due(self.outlet.name, idle_s)

    async def _carry_safely(self, lease: Lease) -> None:
        try:
            await self._carry(lease)
        except StorageUnavailable:
            # The lease expires, and the conversation is due again.
            log.warning("delivery_left", conversation_id=lease.conversation_id)
        except Exception:
            log.exception("delivery_failed", conversation_id=lease.conversation_id)

    async def _carry(self, lease: Lease) -> None:
        """One thing after the other, until nothing is left or may go out."""
        deliveries, channel = self.services.deliveries, self.outlet.name
        while True:
            conversation = await self.services.conversations.get(lease.conversation_id)
            standing = await deliveries.standing(lease.conversation_id)
            if conversation is None or standing.address is None or conversation.outlet != channel:
                seen = conversation.last_seq if conversation else 0
                await deliveries.settle(
                    channel, lease.conversation_id, lease=lease.number, seen_seq=seen, through_seq=seen
                )
                return
            page = await self.services.conversations.messages(conversation.id, standing.delivered_seq, PAGE)
            carried_to = page[-1].seq if page else standing.delivered_seq
            seen = max(carried_to, conversation.last_seq)
            outward = [message for message in page if message.sender != Sender.CUSTOMER]
            if not outward:
                await deliveries.settle(
                    channel, conversation.id, lease=lease.number, seen_seq=seen, through_seq=carried_to
                )
                return
            parcel = Parcel(conversation, standing.address, outward, standing.parts_done)
            unanswered = await deliveries.begin_sending(conversation.id, lease.number)
            if unanswered is None:
                return
            result = await self._one_step(parcel, unanswered)
            result = self._given_up(parcel, result, standing.attempts, unanswered)
            if not await self._settle(
                lease, parcel, result, seen_seq=seen, attempts=standing.attempts, unanswered=unanswered
            ):
                return

    async def _one_step(self, parcel: Parcel, unanswered: int) -> Result:
        if unanswered > self.repeats_unanswered:
            # Carriers died over it, or the store did, and each may have sent it.
            return self.outlet.given_up(parcel, UNANSWERED)
        try:
            async with asyncio.timeout(STEP_S):
                return await self.outlet.deliver(parcel)
        except TimeoutError:
            return Later(why="timeout", is_unanswered=True, if_given_up=self.outlet.given_up(parcel, UNANSWERED))

    def _given_up(self, parcel: Parcel, result: Result, attempts: int, unanswered: int) -> Result:
        """The same, or the end of it after too many tries."""
        if not isinstance(result, Later) or not result.is_failure:
            return result
        is_over = unanswered >= self.repeats_unanswered if result.is_unanswered else attempts >= len(self.pauses_s)
        return (result.if_given_up or self.outlet.given_up(parcel, result.why)) if is_over else result

    async def _settle(
        self, lease: Lease, parcel: Parcel, result: Result, *, seen_seq: int, attempts: int, unanswered: int
    ) -> bool:
        """Record a result; True when the lease goes on."""
        deliveries, channel, conversation_id = self.services.deliveries, self.outlet.name, parcel.conversation.id
        metrics.DELIVERIES.labels(channel, _name(result)).inc()
        match result:
            case Delivered():
                return await self._record(lease, result)
            case Undeliverable():
                letter = {
                    "conversation_id": conversation_id,
                    "address": parcel.address.to_json(),
                    "seqs": result.seqs,
                    "texts": result.texts,
                    "why": result.why,
                    "failed_at_ms": time.time_ns() // 1_000_000,
                }
                # Before passing over it: a crash in between writes the letter twice and loses nothing.
                await deliveries.bury(channel, f"d_{secrets.token_hex(8)}", letter)
                log.error("undeliverable", conversation_id=conversation_id, why=result.why)
                return await deliveries.settle(
                    channel,
                    conversation_id,
                    lease=lease.number,
                    through_seq=result.through_seq,
                    keep_ms=LEASE_MS,
                )
            case Held():
                await deliveries.settle(channel, conversation_id, lease=lease.number, seen_seq=seen_seq, held=True)
            case Later():
                usual_s = (
                    self.unanswered_pauses_s[min(unanswered, len(self.unanswered_pauses_s) - 1)]
                    if result.is_unanswered
                    else self.pauses_s[min(attempts, len(self.pauses_s) - 1)]
                )
                pause_s = result.after_s if result.after_s is not None else usual_s
                if result.is_failure:
                    log.warning("delivery_postponed", conversation_id=conversation_id, why=result.why, pause_s=pause_s)
                await deliveries.settle(
                    channel,
                    conversation_id,
                    lease=lease.number,
                    failed=result.is_failure and not result.is_unanswered,
                    unanswered=result.is_unanswered,
                    retry_in_ms=int(pause_s * 1000),
                )
        return False

    async def _record(self, lease: Lease, result: Delivered) -> bool:
        """Write down what was sent as soon as the store answers: what is not written down is sent again.

        Safe to repeat: while the lease is ours it says the same, and after that nothing.
        """
        give_up_at = time.monotonic() + LEASE_MS / 1000
        while True:
            try:
                return await self.services.deliveries.settle(
                    self.outlet.name,
                    lease.conversation_id,
                    lease=lease.number,
                    through_seq=result.through_seq,
                    parts_done=result.parts_done,
                    choices=result.choices,
                    keep_ms=LEASE_MS,
                )
            except StorageUnavailable:
                if time.monotonic() >= give_up_at:
                    raise
                await asyncio.sleep(RECORD_AGAIN_S)


def _name(result: Result) -> str:
    match result:
        case Delivered():
            return "delivered"
        case Held():
            return "held"
        case Undeliverable():
            return "given_up"
        case Later():
            return "unanswered" if result.is_unanswered else "failed" if result.is_failure else "paused"
