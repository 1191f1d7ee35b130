"""The typing sign, beside everything else: nobody waits for it, and nobody minds if it is not shown."""

import asyncio

import structlog

from handoff.channels.wechat.accounts import Account
from handoff.channels.wechat.parts import Parts
from handoff.channels.wechat.platform_errors import PlatformError, Unreachable
from handoff.errors import StorageUnavailable
from handoff.stores.deliveries import Address

log = structlog.get_logger(__name__)

_tasks: set[asyncio.Task[None]] = set()


def show(parts: Parts, account: Account, address: Address) -> None:
    """Show the customer that an answer is being written."""
    task = asyncio.create_task(_show(parts, account, address))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _show(parts: Parts, account: Account, address: Address) -> None:
    try:
        await parts.client.typing(account, address.user)
    except (PlatformError, Unreachable, StorageUnavailable) as error:
        log.info("typing_not_shown", account=account.name, why=str(error))
