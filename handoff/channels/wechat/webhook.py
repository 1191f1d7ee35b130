"""The callback address of each account (接入指南, 消息加解密说明)."""

import time
from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response

from handoff.channels.wechat import binding, crypto, handling, media, metrics, own_answers, passive, xml
from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.inbound import Callback, NotACallback, read
from handoff.channels.wechat.parts import Parts
from handoff.errors import Unauthorized
from handoff.stores.deliveries import Address
from handoff.vocabulary import Channel

log = structlog.get_logger(__name__)

# After the request's own deadline the platform still waits; a carrier that started now would answer twice.
CHANCE_MARGIN_MS = 400
# An empty answer tells the platform that all is well and nothing is to be shown.
ACKNOWLEDGED = ""

Name = Annotated[str, Path(max_length=64)]
BindValue = Annotated[str, Query(max_length=8192)]


@dataclass(frozen=True)
class Envelope:
    """The query of a callback."""

    signature: str
    timestamp: str
    nonce: str
    msg_signature: str

    @classmethod
    def of(cls, request: Request) -> "Envelope":
        """Read it; missing values are empty."""
        query = request.query_params
        return cls(*(query.get(name, "")[:256] for name in ("signature", "timestamp", "nonce", "msg_signature")))


def router(parts: Parts) -> APIRouter:
    """The routes of the channel."""
    routes = APIRouter(prefix="/channels/wechat", include_in_schema=False)

    @routes.get("/media/{token}")
    async def file(token: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]) -> Response:
        path = await media.fetch(parts, token)
        if path is None:
            return PlainTextResponse("文件已过期或暂时无法取得。", 404)
        mime = await media.mime_of(parts, token)
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
        name = None if mime in media.SHOWN else token[:12]
        return FileResponse(path, media_type=mime, headers=headers, filename=name)

    @routes.get("/{name}/bind")
    async def bind(name: Name, ticket: BindValue = "", identity_token: BindValue = "") -> Response:
        if name not in parts.accounts.by_name:
            return PlainTextResponse("", 404)
        try:
            await binding.bind_by_link(parts, ticket, identity_token)
        except Unauthorized as error:
            return PlainTextResponse(error.message, 403)
        return PlainTextResponse("绑定成功，请回到微信继续对话。")

    @routes.get("/{name}")
    async def verify(request: Request, name: Name) -> Response:
        account = parts.accounts.by_name.get(name)
        if account is None:
            return PlainTextResponse("", 404)
        envelope = Envelope.of(request)
        try:
            _check_envelope(parts, account, envelope)
        except crypto.Forged as error:
            return _refuse(account, error.reason)
        return PlainTextResponse(request.query_params.get("echostr", ""))

    @routes.post("/{name}")
    async def callback(request: Request, name: Name) -> Response:
        account = parts.accounts.by_name.get(name)
        if account is None:
            return PlainTextResponse("", 404)
        with metrics.CALLBACK_SECONDS.labels(account.name).time():
            return await _callback(parts, account, request)

    return routes


async def _callback(parts: Parts, account: Account, request: Request) -> Response:
    deadline = time.monotonic() + parts.services.settings.wechat_reply_s
    envelope = Envelope.of(request)
    try:
        fields, key = _open(parts, account, envelope, await request.body())
        received = read(fields)
    except crypto.Forged as error:
        return _refuse(account, error.reason)
    except (xml.BadXml, NotACallback):
        metrics.REFUSED.labels(account.name, "malformed").inc()
        return PlainTextResponse("", 400)
    metrics.CALLBACKS.labels(account.name, received.type_name).inc()
    text = await _answer(parts, account, received, envelope, deadline)
    if text is None:
        return PlainTextResponse(ACKNOWLEDGED)
    return Response(_reply(account, received, text, key, envelope.nonce), media_type="application/xml")


async def _answer(
    parts: Parts, account: Account, received: Callback, envelope: Envelope, deadline: float
) -> str | None:
    address = Address(Channel.WECHAT, account.app_id, received.user)
    inbound_key = f"{address.key}:{received.key}"
    conversation_id = await handling.open_conversation(parts, account, address)
    # From here on, not from when the request came: what it has waited since then, the platform has waited too.
    chance_ms = max(0, int((deadline - time.monotonic()) * 1000)) + CHANCE_MARGIN_MS
    inbound = await parts.services.deliveries.begin(
        inbound_key, conversation_id, chance_ms, sent_s=int(envelope.timestamp), nonce=envelope.nonce
    )
    if inbound.closed:
        text = passive.repeated(inbound)
        metrics.ANSWERS.labels(account.name, "repeated" if text else "empty").inc()
        return text
    own_words = await own_answers.answer(parts, account, address, received, inbound_key, inbound)
    if own_words is not None:
        metrics.ANSWERS.labels(account.name, "channel").inc()
        return own_words or None
    seq = await handling.handle(parts, account, address, received, inbound.conversation_id)
    text = await passive.answer(parts, account, address, inbound_key, inbound, seq or 0, deadline)
    metrics.ANSWERS.labels(account.name, "passive" if text else "empty").inc()
    return text


def _open(parts: Parts, account: Account, envelope: Envelope, body: bytes) -> tuple[dict[str, str], bytes | None]:
    """The fields of a callback, and the key it was encrypted with."""
    if account.mode == "plain":
        _check_envelope(parts, account, envelope)
        return xml.parse(body), None
    encrypted = xml.parse(body).get("Encrypt", "")
    _check_time(parts, envelope)
    token = account.token.get_secret_value()
    crypto.check_signature(envelope.msg_signature, token, envelope.timestamp, envelope.nonce, encrypted)
    content, key = crypto.decrypt(account.aes_keys(), encrypted, account.app_id)
    return xml.parse(content), key


def _check_envelope(parts: Parts, account: Account, envelope: Envelope) -> None:
    _check_time(parts, envelope)
    token = account.token.get_secret_value()
    crypto.check_signature(envelope.signature, token, envelope.timestamp, envelope.nonce)


def _check_time(parts: Parts, envelope: Envelope) -> None:
    leeway_s = parts.services.settings.wechat_timestamp_leeway_s
    is_number = envelope.timestamp.isascii() and envelope.timestamp.isdigit() and len(envelope.timestamp) <= 15
    if not is_number or abs(time.time() - int(envelope.timestamp)) > leeway_s:
        raise crypto.Forged("timestamp")


def _refuse(account: Account, reason: str) -> Response:
    metrics.REFUSED.labels(account.name, reason).inc()
    log.warning("wechat_callback_refused", account=account.name, reason=reason)
    return PlainTextResponse("", 403)


def _reply(account: Account, received: Callback, text: str, key: bytes | None, nonce: str) -> str:
    """被动回复文本消息, encrypted with the key the callback came with."""
    now_s = int(time.time())
    content = xml.render(
        {
            "ToUserName": received.user,
            "FromUserName": received.to,
            "CreateTime": now_s,
            "MsgType": "text",
            "Content": text,
        }
    )
    if key is None:
        return content
    encrypted = crypto.encrypt(key, content, account.app_id)
    sign = crypto.signature(account.token.get_secret_value(), str(now_s), nonce, encrypted)
    return xml.render({"Encrypt": encrypted, "MsgSignature": sign, "TimeStamp": now_s, "Nonce": nonce})
