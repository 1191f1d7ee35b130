"""How many replies the customer's channel still allows, and which wait for the customer to write."""

from collections.abc import Sequence

from handoff.models import Conversation, Message
from handoff.schemas.common import ReplyQuota
from handoff.services import Services
from handoff.vocabulary import Channel, Sender

LOOK_AT = 200  # undelivered messages looked at; more than anybody reads


async def reply_quota(services: Services, conversation: Conversation) -> ReplyQuota | None:
    """The quota of this conversation, None when its channel has none."""
    if conversation.outlet == Channel.WEB:
        return None
    standing = await services.deliveries.standing(conversation.id)
    if standing.address is None:
        return None
    window = await services.reply_windows.read(standing.address)
    undelivered: Sequence[Message] = []
    if standing.held and window.left == 0:
        undelivered = await services.conversations.messages(conversation.id, standing.delivered_seq, LOOK_AT)
    return ReplyQuota(left=window.left, window_ends_at_ms=window.ends_at_ms or None, held=_waiting(undelivered))


def _waiting(messages: Sequence[Message]) -> list[int]:
    """What is really kept back: a notice at the end would have waited for more to come anyway."""
    outward = [message for message in messages if message.sender != Sender.CUSTOMER]
    while outward and outward[-1].sender == Sender.SYSTEM and not outward[-1].buttons:
        outward.pop()
    return [message.seq for message in outward]
