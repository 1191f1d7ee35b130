"""The end comes in bounded time, whatever a task makes of being cancelled."""

import asyncio
import time

from handoff import shutdown


async def test_task_that_swallows_a_cancellation_is_asked_again(monkeypatch):
    monkeypatch.setattr(shutdown, "ASK_AGAIN_S", 0.02)
    asked = 0

    async def swallow() -> None:
        nonlocal asked
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                asked += 1
                if asked == 3:
                    raise

    task = asyncio.create_task(swallow())
    await asyncio.sleep(0)
    await shutdown.end([task], within_s=5)
    assert task.cancelled()
    assert asked == 3


async def test_task_that_never_ends_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(shutdown, "ASK_AGAIN_S", 0.02)
    is_over = False

    async def stubborn() -> None:
        while not is_over:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    started = time.monotonic()
    await shutdown.end([task], within_s=0.1)
    assert time.monotonic() - started < 1
    assert not task.done()
    is_over = True
    task.cancel()
    await asyncio.wait([task])
