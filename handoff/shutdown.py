"""Ends background tasks, in bounded time.

`asyncio.wait_for` of Python 3.11, and with it redis-py, swallows a cancellation that arrives in the moment its call
ends: the task goes on as if nothing had been asked of it. So it is asked again. A TaskGroup asks its tasks only once;
loops that use Redis run under `run_for_ever` instead.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

ASK_AGAIN_S = 1.0
# Parts of a task are asked sooner: they have ended before the task itself is asked again.
ASK_PARTS_AGAIN_S = 0.1
PARTS_END_WITHIN_S = 0.9


async def end(tasks: Iterable[asyncio.Task[Any]], within_s: float, ask_again_s: float | None = None) -> None:
    """Cancel the tasks and wait until they have ended, for at most `within_s`."""
    pause_s = ask_again_s or ASK_AGAIN_S
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + within_s
    everything = list(tasks)
    running = {task for task in everything if not task.done()}
    while running and loop.time() < give_up_at:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=min(pause_s, give_up_at - loop.time()))
    for task in running:
        log.warning("task_did_not_end", task=task.get_name())
    for task in everything:
        if task.done() and not task.cancelled():
            task.exception()  # looked at, so that asyncio does not complain: whoever cares looks too


async def end_parts(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """End the parts of the present task, which may be ending itself."""
    await end(tasks, PARTS_END_WITHIN_S, ASK_PARTS_AGAIN_S)


async def run_for_ever(*parts: Coroutine[Any, Any, None]) -> None:
    """Run the parts until one fails or this is cancelled; then end all and raise the first failure."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        await end_parts(tasks)
    for task in done:
        task.result()
