"""The tracker store keeps the last turns; the shortened paths of Rasa do what the long ones did."""

import json
import warnings
from typing import Any

import pytest

pytest.importorskip("rasa.core", reason="runs in the Rasa environment")

from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker_store import KEPT_S, KEY_PREFIX, TURNS_KEPT, BoundedTrackerStore, last_turns

SLOT = {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]}
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Rasa warns of its own change of slots, whatever the domain
    DOMAIN = Domain.from_dict({"intents": ["greet"], "slots": {"month": SLOT}})


class FakeRedis:
    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.kept_s: int | None = None

    def set(self, key: str, value: bytes, ex: int) -> None:
        self.stored[key], self.kept_s = value, ex

    def get(self, key: str) -> bytes | None:
        return self.stored.get(key)

    def scan_iter(self, pattern: str) -> list[bytes]:
        return [key.encode() for key in self.stored]


@pytest.fixture
def store() -> BoundedTrackerStore:
    store = BoundedTrackerStore(DOMAIN, "redis://127.0.0.1:1/0")
    store.redis = FakeRedis()
    return store


def _session() -> list[Event]:
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


def _turn(text: str) -> list[Event]:
    return [
        UserUttered(text, intent={"name": "greet", "confidence": 0.9}),
        ActionExecuted("action_decide"),
        SlotSet("month", text),
        BotUttered("好", data={"custom": {"turn": {"intent": text}}}),
        ActionExecuted("action_listen"),
    ]


def _texts(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, UserUttered)]


def _tracker(*turns: str) -> DialogueStateTracker:
    events = [event for text in turns for event in _turn(text)]
    return DialogueStateTracker.from_events("c-1.1", _session() + events, DOMAIN.slots)


def test_short_conversation_is_kept_whole() -> None:
    events = _session() + _turn("一")
    assert last_turns(events) == events


def test_long_conversation_keeps_the_last_turns_and_listens_first() -> None:
    events = _session() + [event for number in range(20) for event in _turn(str(number))]
    kept = last_turns(events)
    assert kept[0] == ActionExecuted("action_listen")
    assert _texts(kept) == [str(number) for number in range(20 - TURNS_KEPT, 20)]


def test_an_earlier_session_is_forgotten() -> None:
    events = _session() + _turn("旧") + _session() + _turn("新")
    kept = last_turns(events)
    assert kept[0] == ActionExecuted("action_session_start")
    assert _texts(kept) == ["新"]


def test_nothing_yet() -> None:
    assert last_turns([]) == []
    assert last_turns([ActionExecuted("action_listen")]) == [ActionExecuted("action_listen")]


async def _saved(store: BoundedTrackerStore, tracker: DialogueStateTracker) -> DialogueStateTracker:
    await store.save(tracker)
    loaded = await store.retrieve(tracker.sender_id)
    assert loaded is not None
    return loaded


def _run(awaitable: Any) -> Any:
    import asyncio

    return asyncio.run(awaitable)


def test_what_is_saved_comes_back(store: BoundedTrackerStore) -> None:
    tracker = _tracker("一", "二")
    loaded = _run(_saved(store, tracker))
    assert list(loaded.events) == list(tracker.events)
    assert loaded.get_slot("month") == "二"
    assert loaded.latest_action_name == "action_listen"
    assert (store.redis.kept_s, list(store.redis.stored)) == (KEPT_S, [KEY_PREFIX + "c-1.1"])
    assert _run(store.keys()) == ["c-1.1"]


def test_size_stays_flat(store: BoundedTrackerStore) -> None:
    sizes = []
    for count in (10, 1000):
        _run(store.save(_tracker(*["话费"] * count)))
        sizes.append(len(store.redis.stored[KEY_PREFIX + "c-1.1"]))
    assert sizes[1] <= sizes[0] * 1.01


def test_unknown_conversation(store: BoundedTrackerStore) -> None:
    assert _run(store.retrieve("nobody.1")) is None


def test_half_a_character_can_be_stored(store: BoundedTrackerStore) -> None:
    assert _texts(list(_run(_saved(store, _tracker("\ud83d"))).events)) == ["?"]


def test_every_event_class_is_found_again() -> None:
    for event in [*_session(), *_turn("x")]:
        written = json.loads(json.dumps(event.as_dict()))
        assert type(Event.from_parameters(written)) is type(event)
    with pytest.raises(ValueError, match="Unknown event name"):
        Event.resolve_by_type("no_such_event")


def test_answers_of_the_action_server_are_still_checked() -> None:
    action = RemoteAction("action_x", None)
    good = {"events": [{"event": "slot", "name": "month", "value": "2026-10"}], "responses": [{"text": "好"}]}
    assert action._validate_action_result(good)
    for bad in ({"events": [{"name": "month"}]}, {"responses": "好"}, {"events": 1}, []):
        with pytest.raises(ValidationError):
            action._validate_action_result(bad)
