"""What a callback of the platform is: every type of message and event has its entry here (接收普通消息, 接收事件推送).

A type that is not here is `Unknown`: it is logged and acknowledged and never breaks anything.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handoff.channels.wechat.wording import KINDS
from handoff.models import Link

# Longer texts than the platform lets anybody type; what is cut off was never typed.
MAXIMUM_TEXT = 4000
Fields = dict[str, str]


@dataclass(frozen=True)
class Said:
    """The customer said something in words."""

    text: str


@dataclass(frozen=True)
class Sent:
    """The customer sent something the assistant cannot read; it is kept for a person."""

    kind: str  # image, voice, video, shortvideo, file; or location, link
    text: str
    media_id: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Pressed:
    """A menu entry was pressed."""

    menu_key: str


@dataclass(frozen=True)
class Followed:
    """The customer follows the account, perhaps by a QR code with a scene."""

    scene: str | None = None


@dataclass(frozen=True)
class Unfollowed:
    """The customer left; nothing can be sent any more."""


@dataclass(frozen=True)
class Scanned:
    """A follower scanned a QR code with a scene."""

    scene: str


@dataclass(frozen=True)
class Consented:
    """Answers to the question whether a subscription message may be sent: template id -> accepted."""

    answers: dict[str, bool]


@dataclass(frozen=True)
class Reported:
    """What became of a template or subscription message; or something that asks for nothing (a page was opened)."""

    event: str
    status: str = ""


@dataclass(frozen=True)
class Unknown:
    """A type nobody has told us of."""

    name: str


Content = Said | Sent | Pressed | Followed | Unfollowed | Scanned | Consented | Reported | Unknown


@dataclass(frozen=True)
class Callback:
    """One message or event. `key` is the same for every delivery of it."""

    user: str  # openid
    to: str  # the account's own id, which answers carry as sender
    key: str
    type_name: str  # for metrics: one of the known types, or "unknown"
    content: Content


class NotACallback(Exception):
    """The XML lacks what every callback has."""


def read(fields: Fields) -> Callback:
    """The callback these XML fields hold; NotACallback when they hold none."""
    user, to = fields.get("FromUserName", ""), fields.get("ToUserName", "")
    kind = fields.get("MsgType", "").strip().lower()
    if not user or not to or not kind or len(user) > 128 or len(to) > 128:
        raise NotACallback
    event = fields.get("Event", "").strip().lower()
    if kind == "event":
        content = _EVENTS.get(event, _unknown)(fields)
        name = f"event_{event}"
        key = "|".join(("event", fields.get("CreateTime", ""), event, fields.get("EventKey", "")))
    else:
        content = _MESSAGES.get(kind, _unknown)(fields)
        name = kind
        # A message without an id is none of the platform's; its whole content then makes it the same or another.
        key = f"message|{fields.get('MsgId') or fields.get('CreateTime', '') + _digest(fields)}"
    known = not isinstance(content, Unknown)
    return Callback(user, to, _digest({"key": key})[:32], name if known else "unknown", content)


def _text(fields: Fields) -> Content:
    return Said(fields.get("Content", "")[:MAXIMUM_TEXT])


def _voice(fields: Fields) -> Content:
    recognised = fields.get("Recognition", "").strip()
    return Said(recognised[:MAXIMUM_TEXT]) if recognised else _media(fields)


def _media(fields: Fields) -> Content:
    kind = fields["MsgType"].strip().lower()
    return Sent(kind, f"[{KINDS[kind]}]", fields.get("MediaId") or None)


def _file(fields: Fields) -> Content:
    title = fields.get("Title", "")[:200]
    return Sent("file", f"[文件] {title}".strip(), fields.get("MediaId") or None)


def _location(fields: Fields) -> Content:
    label = fields.get("Label", "")[:500]
    place = f"{fields.get('Location_X', '')[:20]}, {fields.get('Location_Y', '')[:20]}"
    return Sent("location", f"[位置] {label}（{place}）")


def _link(fields: Fields) -> Content:
    title, description = fields.get("Title", "")[:200], fields.get("Description", "")[:500]
    url = fields.get("Url", "").strip()
    is_link = url.startswith(("http://", "https://")) and len(url) <= 2000 and not any(c.isspace() for c in url)
    links = (Link(title=title[:100] or "链接", url=url),) if is_link else ()
    return Sent("link", f"[链接] {title}\n{description}".strip(), links=links)


def _subscribe(fields: Fields) -> Content:
    scene = fields.get("EventKey", "")
    return Followed(scene.removeprefix("qrscene_")[:64] if scene.startswith("qrscene_") else None)


def _unsubscribe(_fields: Fields) -> Content:
    return Unfollowed()


def _scan(fields: Fields) -> Content:
    return Scanned(fields.get("EventKey", "")[:64])


def _click(fields: Fields) -> Content:
    return Pressed(fields.get("EventKey", "")[:128])


def _consent(fields: Fields) -> Content:
    template = fields.get("SubscribeMsgPopupEvent.TemplateId") or fields.get("SubscribeMsgChangeEvent.TemplateId", "")
    status = fields.get("SubscribeMsgPopupEvent.SubscribeStatusString") or fields.get(
        "SubscribeMsgChangeEvent.SubscribeStatusString", ""
    )
    return Consented({template[:100]: status == "accept"} if template else {})


def _report(fields: Fields) -> Content:
    status = fields.get("Status") or fields.get("SubscribeMsgSentEvent.ErrorStatus", "")
    return Reported(fields.get("Event", "").lower()[:64], status[:64])


def _unknown(fields: Fields) -> Content:
    return Unknown((fields.get("Event") or fields.get("MsgType", ""))[:64])


_MESSAGES: dict[str, Callable[[Fields], Content]] = {
    "text": _text,
    "voice": _voice,
    "image": _media,
    "video": _media,
    "shortvideo": _media,
    "file": _file,
    "location": _location,
    "link": _link,
}
_EVENTS: dict[str, Callable[[Fields], Content]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "scan": _scan,
    "click": _click,
    "view": _report,
    "view_miniprogram": _report,
    "location": _report,
    "templatesendjobfinish": _report,
    "subscribe_msg_popup_event": _consent,
    "subscribe_msg_change_event": _consent,
    "subscribe_msg_sent_event": _report,
}


def _digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(repr(sorted(values.items())).encode("utf-8", "surrogatepass")).hexdigest()
