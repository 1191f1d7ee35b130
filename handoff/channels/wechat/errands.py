"""What the channel does beside its answers: nobody waits for it, and it ends before the connections it uses."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from handoff import shutdown

FINISH_WITHIN_S = 1.0
END_WITHIN_S = 3.0


class Errands:
    """Small calls under way: the typing sign, a new user's unionid, a file to fetch."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, errand: Coroutine[Any, Any, Any]) -> None:
        """Do it beside everything else."""
        task = asyncio.create_task(errand)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def end(self) -> None:
        """Let what is nearly done finish, and end the rest."""
        running = set(self._running)
        if running:
            await asyncio.wait(running, timeout=FINISH_WITHIN_S)
            await shutdown.end(running, END_WITHIN_S)
