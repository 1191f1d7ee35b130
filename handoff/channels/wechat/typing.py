"""The typing sign, beside everything else: nobody waits for it, and nobody minds if it is not shown."""

import structlog

from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.platform_errors import PlatformError, Unreachable
from handoff.errors import StorageUnavailable
from handoff.events import AGENT_TYPING_TOPIC
from handoff.stores.deliveries import Address
from handoff.vocabulary import Channel

log = structlog.get_logger(__name__)

SHOWN_S = 5  # the platform shows the sign for a while; asking on every key would only use up calls


def show(parts: Parts, account: Account, address: Address) -> None:
    """Show the customer that an answer is being written."""
    parts.errands.start(_show(parts, account, address))


async def forward(parts: Parts) -> None:
    """Show WeChat customers that their agent types, until cancelled. Every process hears of it; one passes it on."""
    with parts.services.hub.subscribe(AGENT_TYPING_TOPIC) as subscription:
        while True:
            for notice in await subscription.take():
                if notice.kind == "typing" and notice.conversation:
                    await _forward(parts, notice.conversation)


async def _forward(parts: Parts, conversation_id: str) -> None:
    services = parts.services
    try:
        conversation = await services.conversations.get(conversation_id)
        if conversation is None or conversation.outlet != Channel.WECHAT:
            return
        if await services.limits.tried_within(f"wechat-typing:{conversation_id}", SHOWN_S):
            return
        address = (await services.deliveries.standing(conversation_id)).address
    except StorageUnavailable:
        return
    account = parts.accounts.by_app_id.get(address.account) if address is not None else None
    if account is not None and address is not None:
        show(parts, account, address)


async def _show(parts: Parts, account: Account, address: Address) -> None:
    try:
        await parts.client.typing(account, address.user)
    except (PlatformError, Unreachable, StorageUnavailable) as error:
        log.info("typing_not_shown", account=account.name, why=str(error))
