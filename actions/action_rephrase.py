"""Say honestly that the message was not understood, and offer a person."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events, XiaoqiaoAction
from actions.turn import Turn


class ActionRephrase(XiaoqiaoAction):
    """An honest "I did not understand"."""

    action_name = "action_rephrase"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Ask for other words, or for any words when the message held none."""
        no_words = not turn.pressed and not any(character.isalnum() for character in turn.text)
        dispatcher.utter_message(response="utter_no_words" if no_words else "utter_rephrase")
        return []
