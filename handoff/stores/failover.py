"""Redis fails over: the address leads to another server, while open sockets still lead to the old master.

That one is a read-only replica now. It answers every PING and refuses every write, for as long as somebody talks to it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.exceptions import ConnectionError, ReadOnlyError, ResponseError

log = structlog.get_logger(__name__)


class Demoted(ConnectionError):
    """The server at the other end of this socket has become a replica: the master is elsewhere."""


class FailoverRetry(Retry):
    """(see parent class) A refusal to write is a lost connection: no socket opened before it is used again."""

    drop_pool: Callable[[], Awaitable[None]]  # set once there is a pool; shared by the copies each connection makes

    async def call_with_retry(self, do: Callable[[], Awaitable[Any]], *arguments: Any, **options: Any) -> Any:
        """(see parent class for full docstring)"""

        async def attempt() -> Any:
            try:
                return await do()
            except ResponseError as error:
                if not is_read_only(error):
                    raise
                await self.drop_pool()
                raise Demoted(str(error)) from error

        return await super().call_with_retry(attempt, *arguments, **options)


def is_read_only(error: ResponseError) -> bool:
    """Whether a replica refused to write; scripts of older servers wrap the refusal into an error of their own."""
    return isinstance(error, ReadOnlyError) or "-READONLY " in str(error)


async def drop(pool: ConnectionPool, listeners: ConnectionPool | None) -> None:
    """Connect anew for whatever comes next: idle sockets are closed at once, the others when they are given back.

    `listeners` wait on theirs and give nothing back; they are told like of any lost connection.
    """
    log.warning("storage_failed_over")
    await pool.update_active_connections_for_reconnect()  # type: ignore[no-untyped-call]
    await pool.disconnect(inuse_connections=False)
    if listeners is not None:
        await listeners.disconnect()
