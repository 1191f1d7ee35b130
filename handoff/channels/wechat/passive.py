"""The answer within the platform's five seconds.

The message is durable first. Then its request waits for the turn to end and carries the answer back, which costs no
quota; when the time is up it carries what there is, or nothing, and the courier does the rest.

The rule: of several deliveries of one message the latest carries the answer, because the platform has given up the ones
before, and none carries it once its time is over: then the courier does. A message of ours thus goes out as an answer
or by the courier, never both. An answer that was given may still not have reached the platform (it cut the line just
then, which we cannot see): if it *sends* the message again REPEAT_AFTER_MS or more after the first time, it missed the
answer and gets the same one. Deliveries sent closer together were under way at the same time, and only one is answered,
however late the others are read on a busy machine.
"""

import asyncio
import contextlib
import time

from handoff.channels.wechat import typing
from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.outlet import choices_after
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.rendering import compose
from handoff.events import conversation_topic
from handoff.stores.deliveries import Address, Chance, Inbound
from handoff.vocabulary import Channel, Sender

LEASE_MS = 5_000
# A notice may be missed, or a turn end without one.
LOOK_EVERY_S = 1.0
PAGE = 100
# The platform waits 5 s before it sends a message again. By its own stamps, which count whole seconds.
REPEAT_AFTER_MS = 3_000


async def answer(
    parts: Parts, account: Account, address: Address, inbound_key: str, inbound: Inbound, seq: int, deadline: float
) -> str | None:
    """The text to answer this delivery with, or None. `deadline` on the monotonic clock."""
    chance = await _await_turn(parts, inbound_key, inbound, seq, deadline)
    if chance.superseded:
        return None
    conversation_id = inbound.conversation_id
    settle = parts.services.deliveries.settle
    if not chance.ended:
        typing.show(parts, account, address)
    if chance.lease is None:
        await settle(Channel.WECHAT, conversation_id, inbound=inbound_key)
        return None
    page = await parts.services.conversations.messages(conversation_id, chance.delivered_seq, PAGE)
    outward = [message for message in page if message.sender != Sender.CUSTOMER]
    if not outward:
        # The customer's own words; with the turn still going on, the courier starts after them.
        through = page[-1].seq if page else chance.delivered_seq
        await settle(
            Channel.WECHAT,
            conversation_id,
            lease=chance.lease,
            through_seq=through,
            seen_seq=through,
            inbound=inbound_key,
        )
        return None
    if any(message.attachments for message in outward):
        # Pictures must be uploaded first, for which there is no time here: the courier carries them.
        await settle(Channel.WECHAT, conversation_id, lease=chance.lease, retry_in_ms=0, inbound=inbound_key)
        return None
    composed = compose(outward, chance.parts_done)
    is_ours = await settle(
        Channel.WECHAT,
        conversation_id,
        lease=chance.lease,
        through_seq=composed.through_seq,
        parts_done=composed.parts_done,
        choices=choices_after([m for m in outward if m.seq <= (composed.through_seq or outward[0].seq)], composed),
        inbound=inbound_key,
        reply=composed.text,
        attempt=inbound.attempt,
    )
    return composed.text if is_ours and composed.text else None


def repeated(inbound: Inbound) -> str | None:
    """What to answer a delivery whose message was answered before: the same again, if the platform missed it."""
    return inbound.reply if is_repetition(inbound) else None


def is_repetition(inbound: Inbound) -> bool:
    """Whether the platform sent this because it did not get our answer, and not together with the first."""
    return inbound.after_ms >= REPEAT_AFTER_MS


async def _await_turn(parts: Parts, inbound_key: str, inbound: Inbound, seq: int, deadline: float) -> Chance:
    with parts.services.hub.subscribe(conversation_topic(inbound.conversation_id)) as subscription:
        while True:
            left_s = deadline - time.monotonic()
            chance = await parts.services.deliveries.claim_chance(
                inbound_key,
                inbound.conversation_id,
                attempt=inbound.attempt,
                seq=seq,
                force=left_s <= 0,
                lease_ms=LEASE_MS,
            )
            if not chance.waiting:
                return chance
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(max(left_s, 0.01), LOOK_EVERY_S)):
                    await subscription.take()
