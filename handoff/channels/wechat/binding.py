"""Binding a WeChat user to the operator's customer: by a code sent to the phone, or by the operator's own signed page.

The dialogue is the channel's own: a phone number and a code are no business of the assistant and stay out of the
transcript. Whoever asks something else in the middle of it has left it.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

import structlog

from handoff import auth
from handoff.channels.wechat import wording
from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.operator_codes import OperatorUnavailable
from handoff.channels.wechat.parts import Parts
from handoff.errors import TooManyRequests, Unauthorized
from handoff.keys import Keys
from handoff.models import Customer
from handoff.stores.connection import wait
from handoff.stores.deliveries import Address
from handoff.usecases import same_customer
from privacy.numbers import mask_phone

log = structlog.get_logger(__name__)

STEP_TTL_S = 10 * 60
TRIES = 3
CODES_A_MINUTE = 3
START = {"绑定", "绑定手机", "绑定手机号", "绑定手机号码", "我要绑定"}
END = {"解绑", "解除绑定", "取消绑定"}
CANCEL = {"取消", "不绑了", "不绑定"}
AGAIN = {"重发", "再发一次", "没收到"}
_PHONE = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True)
class Step:
    """Where the dialogue stands: without a phone, the number is asked for; with it, the code."""

    phone: str = ""
    tries_left: int = TRIES


async def talk(parts: Parts, account: Account, address: Address, conversation_id: str, text: str) -> str | None:
    """The channel's answer when a text belongs to binding, else None."""
    plain = _plain(text)
    if plain in START:
        return await start(parts, account, address)
    if plain in END:
        return wording.UNBOUND if await _unbind(parts, address, conversation_id) else wording.NOT_BOUND
    step = await _step(parts, address)
    if step is None:
        return None
    if plain in CANCEL:
        await _forget_step(parts, address)
        return wording.BIND_CANCELLED
    if step.phone and plain in AGAIN:
        return await _send_code(parts, address, step.phone)
    if not plain.isdigit():
        await _forget_step(parts, address)
        return None
    if _PHONE.fullmatch(plain):  # the first, or the right one after a mistyped one
        return await _send_code(parts, address, plain)
    if not step.phone:
        return wording.BIND_WRONG_PHONE
    return await _check_code(parts, address, conversation_id, step, plain)


async def is_talking(parts: Parts, address: Address, text: str) -> bool:
    """Whether a repeated delivery of this text belongs to binding."""
    return _plain(text) in START | END or await _step(parts, address) is not None


def is_part(text: str) -> bool:
    """Whether a text goes on with the dialogue; any other one leaves it, and is for the assistant."""
    plain = _plain(text)
    return plain.isdigit() or plain in CANCEL | AGAIN


async def start(parts: Parts, account: Account, address: Address) -> str:
    """Ask for the number, and offer the operator's own page if there is one."""
    await _set_step(parts, address, Step())
    if account.bind_url is None:
        return wording.BIND_ASK_PHONE
    ticket = auth.new_token()
    key = Keys(parts.services.settings.redis_prefix)("wechat_bind_ticket", auth.token_hash(ticket))
    await wait(parts.services.redis.set(key, address.to_json(), ex=STEP_TTL_S))
    back = f"{parts.services.settings.own_url}/channels/wechat/{account.name}/bind?ticket={ticket}"
    joint = "&" if "?" in account.bind_url else "?"
    link = f"{account.bind_url}{joint}return_to={quote(back, safe='')}"
    return f"{wording.BIND_ASK_PHONE}\n{wording.BIND_LINK.format(url=link)}"


async def bind_by_link(parts: Parts, ticket: str, identity_token: str) -> Customer:
    """The operator's page has signed who the holder of this ticket is. Unauthorized when either is no good."""
    secret = parts.services.settings.identity_secret.get_secret_value()
    customer = auth.customer_from_identity(identity_token, secret)
    key = Keys(parts.services.settings.redis_prefix)("wechat_bind_ticket", auth.token_hash(ticket))
    found = await wait(parts.services.redis.getdel(key))  # good once
    if not found:
        raise Unauthorized("invalid_ticket", "这个链接已经用过或过期了，请在公众号里重新回复“绑定”。")
    address = Address.from_json(found)
    conversation_id = await parts.services.deliveries.conversation_at(address)
    await _bind(parts, address, conversation_id, customer)
    return customer


async def _send_code(parts: Parts, address: Address, phone: str) -> str:
    subjects = (address.key, auth.token_hash(phone))
    try:
        await parts.services.limits.check("codes", dict.fromkeys(subjects, CODES_A_MINUTE), wording.BIND_TOO_OFTEN)
        await parts.codes.send(phone)
    except TooManyRequests:
        return wording.BIND_TOO_OFTEN
    except OperatorUnavailable:
        await _forget_step(parts, address)
        return wording.BIND_UNAVAILABLE
    await _set_step(parts, address, Step(phone))
    return wording.BIND_SENT.format(phone=mask_phone(phone))


async def _check_code(parts: Parts, address: Address, conversation_id: str, step: Step, code: str) -> str:
    try:
        customer = await parts.codes.check(step.phone, code) if len(code) == 6 else None
    except OperatorUnavailable:
        return wording.BIND_UNAVAILABLE
    if customer is None:
        left = step.tries_left - 1
        if left <= 0:
            await _forget_step(parts, address)
            return wording.BIND_FAILED
        await _set_step(parts, address, Step(step.phone, left))
        return wording.BIND_WRONG_CODE.format(left=left)
    continued = await _bind(parts, address, conversation_id, customer)
    done = wording.BIND_DONE.format(name=customer.name)
    return f"{done}\n{wording.BIND_CONTINUED}" if continued else done


async def _bind(parts: Parts, address: Address, conversation_id: str | None, customer: Customer) -> bool:
    """Remember who it is; True when a conversation from another channel goes on here."""
    await parts.people.bind(address, customer)
    await _forget_step(parts, address)
    if conversation_id is None:
        return False
    await parts.services.conversations.set_customer(conversation_id, customer)
    log.info("wechat_bound", conversation_id=conversation_id)
    return await continue_elsewhere(parts, address, conversation_id, customer) != conversation_id


async def continue_elsewhere(parts: Parts, address: Address, conversation_id: str, customer: Customer) -> str:
    """The conversation to go on with: one the customer has on the web right now, else their own here."""
    current = await parts.services.conversations.get(conversation_id)
    if current is not None and same_customer.is_going_on(current):
        return conversation_id
    other = await same_customer.going_on(parts.services, customer.id, apart_from=address.channel)
    if other is None:
        return conversation_id
    await parts.services.deliveries.move_address(address, other.id)
    return other.id


async def _unbind(parts: Parts, address: Address, conversation_id: str) -> bool:
    was_bound = await parts.people.unbind(address)
    if was_bound:
        await parts.services.conversations.set_customer(conversation_id, None)
    return was_bound


def _plain(text: str) -> str:
    return re.sub(r"[\s\-。.!！]+", "", unicodedata.normalize("NFKC", text))


def _step_key(parts: Parts, address: Address) -> str:
    return Keys(parts.services.settings.redis_prefix)("wechat_binding_step", address.key)


async def _step(parts: Parts, address: Address) -> Step | None:
    stored = await wait(parts.services.redis.get(_step_key(parts, address)))
    return Step(**json.loads(stored)) if stored else None


async def _set_step(parts: Parts, address: Address, step: Step) -> None:
    text = json.dumps({"phone": step.phone, "tries_left": step.tries_left})
    await wait(parts.services.redis.set(_step_key(parts, address), text, ex=STEP_TTL_S))


async def _forget_step(parts: Parts, address: Address) -> None:
    await wait(parts.services.redis.delete(_step_key(parts, address)))
