"""Offer the likely readings as buttons: 您是不是想问."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events, XiaoqiaoAction
from actions.turn import Turn
from bot.decision import Candidate


class ActionClarify(XiaoqiaoAction):
    """Up to three readings, and 都不是."""

    action_name = "action_clarify"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Offer what the decision found likely, best first."""
        offered = [Candidate(c["kind"], c["id"], c["title"], c["score"]) for c in turn.slot("offered_articles")]
        buttons = [{"title": candidate.title, "payload": candidate.payload} for candidate in offered]
        buttons.append({"title": "都不是", "payload": "/deny"})
        dispatcher.utter_message(response="utter_clarify", buttons=buttons)
        return []
