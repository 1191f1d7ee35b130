"""Say again what was said last."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events, XiaoqiaoAction
from actions.turn import Turn


class ActionRepeat(XiaoqiaoAction):
    """The last turn's messages, buttons and links included."""

    action_name = "action_repeat"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say them again, or that there is nothing to repeat."""
        said = turn.last_messages()
        if not said:
            dispatcher.utter_message(response="utter_nothing_to_repeat")
        for event in said:
            data = event.get("data") or {}
            if message := (data.get("custom") or {}).get("message"):
                dispatcher.utter_message(json_message={"message": message})
            else:
                dispatcher.utter_message(text=event["text"], buttons=data.get("buttons") or [])
        return []
