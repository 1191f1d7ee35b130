"""Who waits, read once for everybody who asks at the same moment.

When somebody enters or leaves the queue, every open console wants the whole queue. Those who ask while a read is going
on share the next one: it begins after they asked, so that nobody gets a state from before the notice that woke them.
"""

import asyncio

from handoff.models import Conversation, HandoffRequest
from handoff.stores.conversations import Conversations
from handoff.stores.queue import Queue

Waiting = list[tuple[HandoffRequest, Conversation | None]]


class Board:
    """The waiting requests with their conversations, next one first."""

    def __init__(self, queue: Queue, conversations: Conversations) -> None:
        self._queue = queue
        self._conversations = conversations
        self._running: asyncio.Task[Waiting] | None = None
        self._next: asyncio.Task[Waiting] | None = None

    async def waiting(self) -> Waiting:
        """As of now or later."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        # Shielded: one console that goes away must not take the answer from the others.
        return await asyncio.shield(self._next)

    async def _after(self, running: "asyncio.Task[Waiting] | None") -> Waiting:
        if running is not None:
            await asyncio.wait({running})
        self._running, self._next = self._next, None
        requests = await self._queue.waiting()
        found = await self._conversations.get_many([request.conversation_id for request in requests])
        return list(zip(requests, found, strict=True))
