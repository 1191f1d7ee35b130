"""Carries messages to WeChat customers within what the platform allows."""

import time
from itertools import takewhile

import structlog

from handoff.channels.courier import UNANSWERED, Delivered, Held, Later, Parcel, Result, Undeliverable
from handoff.channels.wechat import attached, metrics, notices, typing
from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.batching import FEW, sendable, together
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.platform_errors import (
    DAILY_QUOTA_PAUSE_S,
    Code,
    PlatformError,
    Remedy,
    Unanswered,
    Unreachable,
)
from handoff.channels.wechat.rendering import Composed, as_text, compose, split
from handoff.errors import NotFound
from handoff.models import Attachment, Button, Message
from handoff.stores.windows import WindowKind
from handoff.vocabulary import Channel, Sender

log = structlog.get_logger(__name__)

UNCONFIGURED_PAUSE_S = 60.0


class WeChatOutlet:
    """One customer-service message at a time."""

    name = Channel.WECHAT

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def deliver(self, parcel: Parcel) -> Result:
        """(see ChannelOutlet for full docstring)"""
        account = self._parts.accounts.by_app_id.get(parcel.address.account)
        if account is None:
            return Later(UNCONFIGURED_PAUSE_S, "account_not_configured", is_failure=False)
        ready = sendable(parcel.messages, parcel.conversation.state)
        if not ready:
            # An agent has come: the customer sees somebody typing, which costs nothing.
            typing.show(self._parts, account, parcel.address)
            return Held()
        person = await self._parts.people.get(parcel.address)
        window = await self._parts.services.reply_windows.read(parcel.address)
        if not person.follows or window.left <= 0:
            return await self._hold(account, parcel)
        if with_files := _with_files(ready):
            return await self._attached(account, parcel, with_files)
        ready = _texts(ready)
        wait_s = self._gathering_s(ready, window.left)
        if wait_s > 0:
            return Later(wait_s, is_failure=False)
        unit = together(ready, window.left)
        composed = compose(unit, parcel.parts_done)
        if not composed.text:
            return _delivered(unit, composed)
        used = await self._parts.services.reply_windows.use(parcel.address)
        if used is None:
            return await self._hold(account, parcel)
        return await self._send(account, parcel, unit, composed, used)

    def given_up(self, parcel: Parcel, why: str) -> Undeliverable:
        """(see ChannelOutlet for full docstring)"""
        ready = sendable(parcel.messages, parcel.conversation.state) or parcel.messages
        if with_files := _with_files(ready):
            return _given_up(with_files, self._piece(parcel, with_files)[0], why)
        return _given_up(ready[:1], compose(ready[:1], parcel.parts_done), why)

    async def _attached(self, account: Account, parcel: Parcel, unit: list[Message]) -> Result:
        """The next piece of a message with files: its words, or one of them."""
        composed, media = self._piece(parcel, unit)
        used = await self._parts.services.reply_windows.use(parcel.address)
        if used is None:
            return await self._hold(account, parcel)
        return await self._send(account, parcel, unit, composed, used, media)

    def _piece(self, parcel: Parcel, unit: list[Message]) -> tuple[Composed, Attachment | None]:
        """Of notices and the message with files behind them: what goes next in words, and the file that it is."""
        *before, message = unit
        url_of = attached.url_of(self._parts.services)
        pieces = attached.pieces(message, url_of, before)
        number = min(parcel.parts_done, len(pieces) - 1)
        words = [each if isinstance(each, str) else url_of(each) for each in pieces]
        is_last = number == len(pieces) - 1
        composed = Composed(
            words[number],
            message.seq if is_last else None,
            None if is_last else number + 1,
            list(message.buttons),
            tuple(words[number:]),
        )
        piece = pieces[number]
        return composed, piece if isinstance(piece, Attachment) else None

    async def _send(
        self,
        account: Account,
        parcel: Parcel,
        unit: list[Message],
        composed: Composed,
        used: WindowKind,
        media: Attachment | None = None,
    ) -> Result:
        client, user = self._parts.client, parcel.address.user
        try:
            if media is None:
                await client.send_text(account, user, composed.text)
            else:
                media_id = await attached.media_id_of(self._parts, account, media)
                await client.send_media(account, user, attached.kind_of(media) or "image", media_id)
            return _delivered(unit, composed)
        except NotFound:
            await self._parts.services.reply_windows.give_back(parcel.address, used)
            return _given_up(unit, composed, "attachment_gone")
        except Unanswered as error:
            # The platform may have counted it: it is not given back.
            return Later(why=str(error), is_unanswered=True, if_given_up=_given_up(unit, composed, UNANSWERED))
        except Unreachable as error:
            await self._parts.services.reply_windows.give_back(parcel.address, used)
            return Later(why=str(error), if_given_up=_given_up(unit, composed, str(error)))
        except PlatformError as error:
            if media is not None and error.code == Code.BAD_MEDIA:
                await attached.forget(self._parts, account, media)
            return await self._refused(account, parcel, unit, composed, used, error)

    async def _refused(
        self,
        account: Account,
        parcel: Parcel,
        unit: list[Message],
        composed: Composed,
        used: WindowKind,
        error: PlatformError,
    ) -> Result:
        windows = self._parts.services.reply_windows
        if error.remedy == Remedy.HOLD:
            # The platform counts; what it says goes.
            await windows.close(parcel.address)
            return await self._hold(account, parcel)
        await windows.give_back(parcel.address, used)
        if error.code == Code.DAILY_QUOTA:
            return Later(DAILY_QUOTA_PAUSE_S, error.name, is_failure=False)
        if error.remedy == Remedy.RETRY:
            return Later(why=error.name, if_given_up=_given_up(unit, composed, error.name))
        return _given_up(unit, composed, f"{error.name} ({error.code})")

    async def _hold(self, account: Account, parcel: Parcel) -> Result:
        metrics.HELD.labels(account.name).inc()
        await notices.tell_reply_waits(self._parts, account, parcel.address)
        return Held()

    def _gathering_s(self, ready: list[Message], left: int) -> float:
        last = ready[-1]
        if left > FEW or last.sender != Sender.AGENT:
            return 0.0
        age_s = time.time() - last.created_at_ms / 1000
        return max(0.0, self._parts.services.settings.wechat_gather_s - age_s)


def _texts(ready: list[Message]) -> list[Message]:
    return list(takewhile(lambda message: not message.attachments, ready))


def _with_files(ready: list[Message]) -> list[Message]:
    """The message with files that goes next, behind the notices that go with its words; empty when texts go first."""
    before = _texts(ready)
    is_next = all(message.sender == Sender.SYSTEM and not message.buttons for message in before)
    return ready[: len(before) + 1] if is_next and len(before) < len(ready) else []


def _delivered(unit: list[Message], composed: Composed) -> Delivered:
    return Delivered(composed.through_seq, composed.parts_done, choices_after(unit, composed))


def _given_up(unit: list[Message], composed: Composed, why: str) -> Undeliverable:
    if unit[-1].attachments:
        return Undeliverable(unit[-1].seq, [m.seq for m in unit], list(composed.left), why)
    # Of a message in several parts, all that are left: parts without the ones before them make no sense.
    if composed.through_seq is None:
        parts = split(as_text(unit[0]))
        return Undeliverable(unit[0].seq, [unit[0].seq], parts[(composed.parts_done or 1) - 1 :], why)
    through = composed.through_seq
    return Undeliverable(through, [m.seq for m in unit if m.seq <= through], [composed.text], why)


def choices_after(unit: list[Message], composed: Composed) -> list[Button] | None:
    """What numbers mean from now on: this text's choices; nothing after new words; else what they did."""
    if composed.choices:
        return composed.choices
    return [] if any(message.sender != Sender.SYSTEM for message in unit) else None
