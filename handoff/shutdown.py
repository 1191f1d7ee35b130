"""Ends background tasks, in bounded time."""

import asyncio
from collections.abc import Iterable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

# A client library that is just ending a call may swallow a cancellation (redis-py does, now and then): the task goes on
# as if nothing had been asked of it. Asked again after this, it listens.
ASK_AGAIN_S = 1.0


async def end(tasks: Iterable[asyncio.Task[Any]], within_s: float) -> None:
    """Cancel the tasks and wait until they have ended, for at most `within_s`."""
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + within_s
    running = {task for task in tasks if not task.done()}
    while running and loop.time() < give_up_at:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=min(ASK_AGAIN_S, give_up_at - loop.time()))
    for task in running:
        log.warning("task_did_not_end", task=task.get_name())
