"""Where Rasa keeps a conversation between two messages: Redis, the last turns only, for a limited time.

Rasa's own stores keep every event for ever: each message reloads and rewrites them all (and sends them to the action
server), so a conversation grows slower with every message. The whole transcript lives in the handoff service; what a
next step depends on is the last turns, and every slot is set anew by action_decide in each turn.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import redis
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa_hot_paths import shorten_hot_paths
from privacy.logs import mask_log_records

KEY_PREFIX = "xiaoqiao:tracker:"

# A handoff request carries the last five turns; repeating looks back one more.
TURNS_KEPT = 6

# After session_expiration_time (domain.yml, one hour) Rasa begins anew whatever is stored; a second hour is margin.
KEPT_S = 2 * 3600

# The whole turn has 2.5 s; a store that does not answer must not take them all.
REDIS_TIMEOUT_S = 0.5

shorten_hot_paths()
# Rasa loads this module at its start; what it logs of messages and slots holds no customer's number.
mask_log_records()


class BoundedTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Keeps the current session's last turns. `host` is a Redis URL, from `url` in endpoints.yml."""

    def __init__(
        self, domain: Domain | None, host: str, event_broker: EventBroker | None = None, **kwargs: Any
    ) -> None:
        self.redis = redis.Redis.from_url(
            host,
            socket_timeout=REDIS_TIMEOUT_S,
            socket_connect_timeout=REDIS_TIMEOUT_S,
            retry_on_error=[redis.ConnectionError],
        )
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """(see parent class for full docstring)"""
        await self.stream_events(tracker)
        kept: list[dict[str, Any]] = [event.as_dict() for event in last_turns(tracker.events)]
        stored = json.dumps({"name": tracker.sender_id, "events": kept}, ensure_ascii=False)
        self.redis.set(KEY_PREFIX + tracker.sender_id, stored.encode("utf-8", "replace"), ex=KEPT_S)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """(see parent class for full docstring)"""
        stored = self.redis.get(KEY_PREFIX + sender_id)
        return self.deserialise_tracker(sender_id, stored) if stored is not None else None

    async def keys(self) -> Iterable[str]:
        """(see parent class for full docstring)"""
        return [key.decode("utf-8")[len(KEY_PREFIX) :] for key in self.redis.scan_iter(KEY_PREFIX + "*")]


def last_turns(events: Sequence[Event], turns: int = TURNS_KEPT) -> list[Event]:
    """The events of the current session's last `turns` customer messages, beginning where the assistant listens."""
    started = [at for at, event in enumerate(events) if isinstance(event, SessionStarted)]
    begin = started[-1] if started else 0
    said = [at for at, event in enumerate(events) if isinstance(event, UserUttered) and at >= begin]
    if len(said) <= turns:
        # action_session_start stands before the event that it brings forth.
        return list(events)[max(0, begin - 1) :]
    return [ActionExecuted(ACTION_LISTEN_NAME), *list(events)[said[-turns] :]]
