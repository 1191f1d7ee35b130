"""A conversation as Rasa would lead it: action_decide, then what the rules say, through the rasa-sdk executor."""

from pathlib import Path
from typing import Any

import yaml
from rasa_sdk.executor import ActionExecutor

from actions.server import create_executor
from actions.services import Services

ROOT = Path(__file__).parents[2]
PROFILE = {
    "id": "C1001",
    "name": "王芳",
    "region": "广东",
    "plan": "小桥畅享59元套餐",
    "segment": "prepaid",
    "vip": False,
    "elderly": False,
}


def _led_actions() -> dict[str, str]:
    """Step -> action, as data/rules says."""
    led = {}
    for file in (ROOT / "data/rules").glob("*.yml"):
        for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]:
            if len(rule["steps"]) == 3:
                led[rule["steps"][1]["slot_was_set"][0]["next_step"]] = rule["steps"][2]["action"]
    return led


LED = _led_actions()


class Said:
    """What one turn brought: the merged `turn` JSON, and messages or names of responses with their values."""

    def __init__(self, responses: list[dict[str, Any]]) -> None:
        self.turn: dict[str, Any] = {}
        self.messages: list[dict[str, Any]] = []
        for response in responses:
            custom = response.get("custom") or {}
            self.turn.update(custom.get("turn") or {})
            if "message" in custom:
                self.messages.append(custom["message"])
            elif response.get("response") or response.get("text"):
                self.messages.append(response)

    @property
    def outcome(self) -> dict[str, Any]:
        outcome: dict[str, Any] = self.turn["outcome"]
        return outcome

    @property
    def names(self) -> list[str]:
        return [message.get("response") or message["text"] for message in self.messages]

    def payloads(self) -> list[str]:
        return [button["payload"] for message in self.messages for button in message.get("buttons", [])]


class Conversation:
    """One customer's conversation; `profile` None is a visitor nobody knows."""

    def __init__(self, services: Services, profile: dict[str, Any] | None = PROFILE, channel: str = "web") -> None:
        self._executor: ActionExecutor = create_executor(services)
        self._events: list[dict[str, Any]] = []
        self._profile = profile
        self._channel = channel
        self._seq = 0
        self.slots: dict[str, Any] = {"failed_turns": 0.0}

    async def says(
        self,
        text: str,
        *ranking: tuple[str, float],
        entities: tuple[dict[str, Any], ...] = (),
        again: bool = False,
        **told: Any,
    ) -> Said:
        """One customer message, understood as `ranking` (best first); `again`: the message before, sent once more.

        `told`: more metadata of the service.
        """
        self._seq += not again
        intents = [{"name": name, "confidence": confidence} for name, confidence in ranking]
        message = {
            "text": text,
            "intent": intents[0] if intents else {"name": None, "confidence": 0.0},
            "intent_ranking": intents,
            "entities": list(entities),
            "metadata": {
                "conversation_id": "c-1",
                "turn_seq": self._seq,
                "channel": self._channel,
                "customer": self._profile,
                **told,
            },
        }
        self._events.append({"event": "user", "text": text, "metadata": message["metadata"]})
        responses = await self._run("action_decide", message)
        led = LED[self.slots["next_step"]]
        if led.startswith("utter_"):
            responses.append({"response": led})
            self._events.append({"event": "bot", "text": led, "data": {}})
        else:
            responses += await self._run(led, message)
        return Said(responses)

    async def _run(self, action: str, message: dict[str, Any]) -> list[dict[str, Any]]:
        tracker = {
            "sender_id": "c-1.1",
            "slots": dict(self.slots),
            "latest_message": message,
            "events": list(self._events),
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": "action_listen",
        }
        result = await self._executor.run({"next_action": action, "tracker": tracker, "domain": {"slots": {}}})
        assert result is not None
        for event in result.events:
            assert event["event"] == "slot"
            self.slots[event["name"]] = event["value"]
            self._events.append(event)
        for response in result.responses:
            data = {"custom": response["custom"], "buttons": response["buttons"]}
            self._events.append({"event": "bot", "text": response["text"] or response["response"], "data": data})
        return result.responses
