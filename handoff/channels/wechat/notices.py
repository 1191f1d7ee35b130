"""Tells a customer who can no longer be written to that a reply waits, where they have agreed to that."""

import structlog

from handoff.channels.wechat import wording
from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.platform_errors import PlatformError, Unreachable
from handoff.stores.deliveries import Address

log = structlog.get_logger(__name__)


async def tell_reply_waits(parts: Parts, account: Account, address: Address) -> None:
    """One notice until the customer writes again: a subscription message by consent, else a template message.

    A notice that fails is logged and not repeated: the reply itself stays held and is not lost.
    """
    person = await parts.people.get(address)
    if not person.follows or person.noticed or (account.subscription is None and account.notice is None):
        return
    if not await parts.people.set_noticed(address):
        return
    try:
        if account.subscription and await parts.people.use_consent(address, account.subscription.template_id):
            data = {account.subscription.field: wording.REPLY_WAITS}
            await parts.client.send_subscription(account, address.user, account.subscription.template_id, data)
        elif account.notice:
            data = {account.notice.field: wording.REPLY_WAITS}
            await parts.client.send_template(account, address.user, account.notice.template_id, data)
        else:
            await parts.people.forget_noticed(address)  # consent may still come
            return
        log.info("told_reply_waits", account=account.name)
    except (PlatformError, Unreachable) as error:
        log.warning("notice_failed", account=account.name, why=str(error))
