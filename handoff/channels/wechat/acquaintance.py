"""Learns a new user's unionid, which makes the same person known on all accounts of an operator."""

import structlog

from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.platform_errors import PlatformError, Unreachable
from handoff.errors import StorageUnavailable
from handoff.stores.deliveries import Address

log = structlog.get_logger(__name__)


def make(parts: Parts, account: Account, address: Address) -> None:
    """Ask the platform beside the request: nobody's answer waits for it."""
    parts.errands.start(learn(parts, account, address))


async def learn(parts: Parts, account: Account, address: Address) -> None:
    """Store the unionid, if the account belongs to an open platform; and what another account knows of the person."""
    try:
        known = await parts.client.user_info(account, address.user)
        unionid = known.get("unionid")
        if not isinstance(unionid, str) or not unionid:
            return
        await parts.people.set_unionid(address, unionid)
        customer = await parts.people.customer(address)
        conversation_id = await parts.services.deliveries.conversation_at(address)
        if customer is not None and conversation_id is not None:
            await parts.services.conversations.set_customer(conversation_id, customer)
    except (PlatformError, Unreachable, StorageUnavailable) as error:
        log.info("unionid_not_learned", account=account.name, why=str(error))
