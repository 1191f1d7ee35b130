"""Notices between processes: something changed, look again.

Lua scripts publish a notice in the same step that changes the state. Each process listens on one connection and wakes
its own WebSockets. A notice carries no content and losing one loses nothing: whoever wakes reads the stored state from
where it stopped, and after a gap in the connection everybody is woken once.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from handoff.errors import StorageUnavailable
from handoff.keys import Keys
from handoff.stores.connection import wait
from handoff.vocabulary import Sender

log = structlog.get_logger(__name__)

RECONNECT_S = 0.5
POLL_S = 1.0


@dataclass(frozen=True)
class Notice:
    """What changed. Kinds: message, conversation, understanding, typing, queue, assigned, removed, lost, back."""

    kind: str
    conversation: str | None = None
    agent: str | None = None
    sender: str | None = None


EVERYTHING = "*"
LOST = Notice("lost")  # the connection to Redis is gone
BACK = Notice("back")  # it is there again; notices in between were missed


@dataclass(eq=False)
class Subscription:
    """The notices one WebSocket waits for. Equal notices that wait already are not added again."""

    _waiting: dict[Notice, None] = field(default_factory=dict)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, notice: Notice) -> None:
        """Add a notice and wake the reader."""
        self._waiting[notice] = None
        self._wake.set()

    async def take(self) -> list[Notice]:
        """All waiting notices, as soon as there is one."""
        await self._wake.wait()
        self._wake.clear()
        notices = list(self._waiting)
        self._waiting.clear()
        return notices


class Hub:
    """Delivers notices from Redis to the subscriptions of this process."""

    def __init__(self, redis: "Redis", listener: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._listener = listener
        self._keys = keys
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._is_up = False

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[Subscription]:
        """Notices about these conversations, or about EVERYTHING, for as long as the context lasts."""
        subscription = Subscription()
        for topic in topics:
            self._subscriptions[topic].add(subscription)
        try:
            yield subscription
        finally:
            for topic in topics:
                self._subscriptions[topic].discard(subscription)
                if not self._subscriptions[topic]:
                    del self._subscriptions[topic]

    async def typing(self, conversation_id: str, sender: Sender) -> None:
        """Tell the other side that somebody types. Not stored, may be lost."""
        notice = {"kind": "typing", "conversation": conversation_id, "sender": sender}
        await wait(self._redis.publish(self._keys("events"), json.dumps(notice)))

    async def run(self) -> None:
        """Listen until cancelled; reconnect for ever."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError, StorageUnavailable) as error:
                if self._is_up:
                    log.warning("storage_lost", error=type(error).__name__)
                    self._is_up = False
                    self._broadcast(LOST)
                await asyncio.sleep(RECONNECT_S)

    async def _listen(self) -> None:
        async with self._listener.pubsub(ignore_subscribe_messages=True) as listener:
            await listener.subscribe(self._keys("events"))
            await listener.ping()
            if not self._is_up:
                log.info("storage_connected")
            self._is_up = True
            self._broadcast(BACK)
            while True:
                received = await listener.get_message(timeout=POLL_S)
                if received is not None and received["type"] == "message":
                    self._deliver(json.loads(received["data"]))

    def _deliver(self, data: dict[str, Any]) -> None:
        notice = Notice(data["kind"], data.get("conversation"), data.get("agent"), data.get("sender"))
        for topic in (notice.conversation or EVERYTHING, EVERYTHING):
            for subscription in list(self._subscriptions.get(topic, ())):
                subscription.put(notice)
        if notice.kind == "queue":
            # Positions moved: everybody may be concerned, and each looks for themselves.
            self._broadcast(notice)

    def _broadcast(self, notice: Notice) -> None:
        for subscriptions in list(self._subscriptions.values()):
            for subscription in list(subscriptions):
                subscription.put(notice)
