"""Delivers what users do to the account's server, as the platform does: five seconds, three times, then an excuse."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any
from xml.sax.saxutils import escape

import httpx
from defusedxml.ElementTree import ParseError, fromstring

from sandbox.wechat.accounts import SandboxAccount
from sandbox.wechat.platform import Platform
from sandbox.wechat.sealing import Sealer, SealError, sign
from sandbox.wechat.users import UNAVAILABLE, User

PASSIVE_LIMIT_BYTES = 2048
EVENTS_WITHOUT_WINDOW = ("VIEW", "unsubscribe", "TEMPLATESENDJOBFINISH", "LOCATION")


class BadReply(Exception):
    """The account's server answered something the platform cannot show."""


def message(platform: Platform, user: User, kind: str, **values: str) -> dict[str, str]:
    """The fields of a message a user sends."""
    return {**_head(platform, user), "MsgType": kind, **values, "MsgId": platform.new_number()}


def event(platform: Platform, user: User, name: str, **values: str) -> dict[str, str]:
    """The fields of an event."""
    return {**_head(platform, user), "MsgType": "event", "Event": name, **values}


async def text(platform: Platform, openid: str, content: str) -> None:
    """A user types."""
    user = platform.user(openid)
    user.show("me", "text", text=content)
    user.wrote()
    await deliver(platform, user, message(platform, user, "text", Content=content))


async def other(platform: Platform, openid: str, kind: str, shown: str, **values: str) -> None:
    """A user sends something else: an image, a recording, a place."""
    user = platform.user(openid)
    user.show("me", kind, text=shown)
    user.wrote()
    await deliver(platform, user, message(platform, user, kind, **values))


async def happen(platform: Platform, openid: str, name: str, **values: str) -> None:
    """Something happens: subscribe, unsubscribe, CLICK, SCAN, VIEW …"""
    user = platform.user(openid)
    if name in ("subscribe", "unsubscribe"):
        user.follows = name == "subscribe"
        user.show("notice", "text", text="已关注公众号" if user.follows else "已取消关注")
    if name not in EVENTS_WITHOUT_WINDOW:
        user.acted()
    await deliver(platform, user, event(platform, user, name, **values))


async def deliver(platform: Platform, user: User, fields: dict[str, str]) -> None:
    """Deliver a callback until the server answers, at most three times; show what it answers."""
    account = platform.account(user.app_id)
    for attempt in range(1, platform.deliveries_in_all + 1):
        started = time.monotonic()
        record: dict[str, Any] = {"fields": fields, "attempt": attempt, "status": None, "reply": None}
        platform.deliveries.append(record)
        try:
            async with asyncio.timeout(platform.delivery_timeout_s):
                reply = await post(platform, account, fields)
            record["status"] = reply.status_code
            record["seconds"] = time.monotonic() - started
            if reply.status_code != httpx.codes.OK:
                # Broken off as it were; the next try comes after the same time.
                await asyncio.sleep(max(0.0, platform.delivery_timeout_s - (time.monotonic() - started)))
                continue
            shown = read_reply(account, reply.content)
            record["reply"] = shown
            if shown:
                user.show("account", "text", text=shown, passive=True)
            return
        except BadReply:
            break
        except TimeoutError:
            record["seconds"] = time.monotonic() - started
        except httpx.HTTPError:
            await asyncio.sleep(max(0.0, platform.delivery_timeout_s - (time.monotonic() - started)))
    if fields["MsgType"] != "event":
        user.show("notice", "text", text=UNAVAILABLE)


async def post(
    platform: Platform, account: SandboxAccount, fields: dict[str, str], *, sent_s: float | None = None
) -> httpx.Response:
    """One delivery: signed, and encrypted when the account has a key. It is stamped with now, or with `sent_s`."""
    timestamp, nonce = str(int(platform.now() if sent_s is None else sent_s)), secrets.token_hex(5)
    query = {
        "signature": sign(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": fields["FromUserName"],
    }
    body = as_xml(fields)
    if account.encoding_aes_key:
        sealed = Sealer(account.encoding_aes_key, account.app_id).seal(body)
        body = (
            f"<xml><ToUserName><![CDATA[{account.own_id}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        )
        query |= {"encrypt_type": "aes", "msg_signature": sign(account.token, timestamp, nonce, sealed)}
    return await platform.http.post(
        account.callback_url, params=query, content=body.encode(), headers={"Content-Type": "text/xml"}
    )


def as_xml(fields: dict[str, str]) -> str:
    """A callback's XML; a value that begins with "<" is XML already."""
    rows = "".join(f"<{k}>{v if v.startswith('<') else escape(v)}</{k}>" for k, v in fields.items())
    return f"<xml>{rows}</xml>"


def read_reply(account: SandboxAccount, body: bytes) -> str | None:
    """The text of a passive reply, None for an empty one; BadReply for what the platform cannot show."""
    if body.strip() in (b"", b"success"):
        return None
    fields = _fields(body)
    if account.encoding_aes_key:
        if fields.get("MsgSignature") != sign(
            account.token, fields.get("TimeStamp", ""), fields.get("Nonce", ""), fields.get("Encrypt", "")
        ):
            raise BadReply("signature")
        try:
            opened = Sealer(account.encoding_aes_key, account.app_id).open(fields["Encrypt"])
        except (SealError, KeyError) as error:
            raise BadReply("encryption") from error
        fields = _fields(opened.encode())
    if fields.get("MsgType") != "text" or not fields.get("Content") or fields.get("FromUserName") != account.own_id:
        raise BadReply("not a text")
    if len(fields["Content"].encode()) > PASSIVE_LIMIT_BYTES:
        raise BadReply("too long")
    return fields["Content"]


def _fields(body: bytes) -> dict[str, str]:
    try:
        return {child.tag: child.text or "" for child in fromstring(body)}
    except (ParseError, ValueError) as error:
        raise BadReply("no XML") from error


def _head(platform: Platform, user: User) -> dict[str, str]:
    account = platform.account(user.app_id)
    return {"ToUserName": account.own_id, "FromUserName": user.openid, "CreateTime": str(int(platform.now()))}
