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
from dataclasses import dataclass
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
    """What changed. Kinds: message, conversation, understanding, typing, queue, position, assigned, removed,
    note, mention, follow_up, ticket, read, watch, session, agent, settings, lost, back.
    """

    kind: str
    conversation: str | None = None
    agent: str | None = None
    sender: str | None = None


LOST = Notice("lost")  # the connection to Redis is gone
BACK = Notice("back")  # it is there again; notices in between were missed
QUEUE_TOPIC = "queue"
TICKET_TOPIC = "ticket"  # any ticket came or changed
SETTINGS_TOPIC = "settings"  # skill groups or working hours are others
AGENT_TYPING_TOPIC = "agent-typing"  # of all agents, for channels that can show it


def conversation_topic(conversation_id: str) -> str:
    """Everything about one conversation."""
    return f"conversation:{conversation_id}"


def agent_topic(agent_id: str) -> str:
    """Conversations that come to an agent and go; the agent's own record."""
    return f"agent:{agent_id}"


class Subscription:
    """The notices one WebSocket waits for. Equal notices that wait already are not added again."""

    def __init__(self, topics: defaultdict[str, set["Subscription"]]) -> None:
        self._topics = topics
        self._followed: set[str] = set()
        self._waiting: dict[Notice, None] = {}
        self._wake = asyncio.Event()

    def follow(self, topic: str) -> None:
        """From now on, notices of this topic too."""
        self._followed.add(topic)
        self._topics[topic].add(self)

    def unfollow(self, topic: str) -> None:
        """No more notices of this topic."""
        self._followed.discard(topic)
        if topic in self._topics:
            self._topics[topic].discard(self)
            if not self._topics[topic]:
                del self._topics[topic]

    def close(self) -> None:
        """No more notices at all."""
        for topic in list(self._followed):
            self.unfollow(topic)

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
        self._topics: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._is_up = False

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[Subscription]:
        """Notices of these topics (and of a lost storage), for as long as the context lasts."""
        subscription = Subscription(self._topics)
        for topic in topics:
            subscription.follow(topic)
        try:
            yield subscription
        finally:
            subscription.close()

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
            except Exception:
                log.exception("hub_failed")
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
        topics = []
        if notice.conversation:
            topics.append(conversation_topic(notice.conversation))
        if notice.agent:
            topics.append(agent_topic(notice.agent))
        if notice.kind == "typing" and notice.sender == Sender.AGENT:
            topics.append(AGENT_TYPING_TOPIC)
        if notice.kind in (QUEUE_TOPIC, TICKET_TOPIC, SETTINGS_TOPIC):
            topics.append(notice.kind)
        for topic in topics:
            for subscription in list(self._topics.get(topic, ())):
                subscription.put(notice)

    def _broadcast(self, notice: Notice) -> None:
        for subscription in {one for subscriptions in self._topics.values() for one in subscriptions}:
            subscription.put(notice)
