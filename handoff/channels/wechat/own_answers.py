"""The channel's own answers (binding a phone number) belong to no conversation: given once, by one delivery.

A text of the dialogue has effects that must not come twice: a code is sent, a try is used up. So one delivery of it
does the work, whichever is first; what it comes to is kept, and the newest delivery carries it, because the platform
has given up the ones before. Whoever dies in the middle of it is replaced by the next delivery.
"""

import asyncio

from handoff.channels.wechat import binding, wording
from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.inbound import Callback, Pressed, Said
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.windows import open_for_event, open_for_message
from handoff.stores.deliveries import Address, Inbound
from handoff.vocabulary import Channel

# Longer than the operator's systems are waited for; then the one who had it is dead.
HOLD_MS = 6_000
LOOK_EVERY_S = 0.1


async def answer(
    parts: Parts, account: Account, address: Address, callback: Callback, inbound_key: str, inbound: Inbound
) -> str | None:
    """What this delivery is answered with, empty when another one is; None when it is for the conversation."""
    while True:
        is_own = await _is_own(parts, address, callback)
        if not is_own and inbound.attempt == 1:
            return None
        claim = await parts.services.own_answers.claim(
            inbound_key, attempt=inbound.attempt, is_own=is_own, hold_ms=HOLD_MS
        )
        if claim.superseded:
            return ""
        if claim.closed:
            return claim.reply or ""
        if claim.is_mine:
            break
        if not claim.is_waiting:
            return None
        await asyncio.sleep(LOOK_EVERY_S)
    words = await _say(parts, account, address, callback, inbound)
    if words is None and claim.is_again:
        words = await _how_it_ended(parts, address, callback)
    if words is None:
        await parts.services.own_answers.release(inbound_key)
        return None
    carried = await parts.services.own_answers.settle(
        Channel.WECHAT, inbound.conversation_id, inbound_key, attempt=inbound.attempt, reply=words
    )
    return carried or ""


async def _is_own(parts: Parts, address: Address, callback: Callback) -> bool:
    match callback.content:
        case Pressed(menu_key):
            entry = parts.menu.entry(menu_key)
            return entry is not None and entry.action == "bind"
        case Said(text):
            return await binding.is_talking(parts, address, text)
    return False


async def _say(parts: Parts, account: Account, address: Address, callback: Callback, inbound: Inbound) -> str | None:
    match callback.content:
        case Pressed():
            await open_for_event(parts, address)
            return await binding.start(parts, account, address)
        case Said(text):
            words = await binding.talk(parts, account, address, inbound.conversation_id, text)
            if words is not None:
                await open_for_message(parts, address)
            return words
    return None


async def _how_it_ended(parts: Parts, address: Address, callback: Callback) -> str | None:
    """Another delivery took the dialogue's last step and did not live to say so; None: the text left the dialogue."""
    if isinstance(callback.content, Said) and not binding.is_part(callback.content.text):
        return None
    customer = await parts.people.customer(address)
    return wording.BIND_DONE.format(name=customer.name) if customer else wording.BIND_CANCELLED
