"""The end comes in bounded time, whatever a task makes of being cancelled."""

import asyncio
import contextlib
import time

import pytest

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


async def test_parts_that_swallow_a_cancellation_end_with_the_whole():
    """What a TaskGroup would wait for, for ever."""
    ended = []

    async def swallow_once(name: str) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(name)

    whole = asyncio.create_task(shutdown.run_for_ever(swallow_once("a"), swallow_once("b")))
    await asyncio.sleep(0.01)
    started = time.monotonic()
    await shutdown.end([whole], within_s=5)
    assert time.monotonic() - started < 1
    assert whole.cancelled()
    assert sorted(ended) == ["a", "b"]


async def test_failure_of_one_part_ends_the_other_and_is_told():
    async def fail() -> None:
        raise ValueError("broken")

    other = asyncio.Event()

    async def run_on() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            other.set()

    with pytest.raises(ValueError, match="broken"):
        await shutdown.run_for_ever(run_on(), fail())
    assert other.is_set()
