"""How many replies a customer's message or event gives (客服消息)."""

from handoff.channels.wechat.parts import Parts
from handoff.stores.deliveries import Address
from handoff.stores.windows import WindowKind

# After a message 5 replies within 48 hours, after an event 3 within a minute.
MESSAGE_REPLIES, MESSAGE_WINDOW_MS = 5, 48 * 3600 * 1000
EVENT_REPLIES, EVENT_WINDOW_MS = 3, 60 * 1000


async def open_for_message(parts: Parts, address: Address) -> None:
    """The customer has written."""
    await parts.services.reply_windows.open(address, WindowKind.MESSAGE, MESSAGE_REPLIES, MESSAGE_WINDOW_MS)


async def open_for_event(parts: Parts, address: Address) -> None:
    """The customer has pressed a menu entry, followed or scanned."""
    await parts.services.reply_windows.open(address, WindowKind.EVENT, EVENT_REPLIES, EVENT_WINDOW_MS)
