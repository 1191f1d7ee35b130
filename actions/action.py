"""What every action of Xiaoqiao has in common: its services, and an honest apology when it breaks."""

from __future__ import annotations

import logging
from abc import abstractmethod
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import Services
from actions.turn import Turn, emit_outcome
from bot.decision import OutcomeKind

logger = logging.getLogger(__name__)

Events = list[dict[str, Any]]


class XiaoqiaoAction(Action):
    """One custom action. Subclasses set `action_name` and write `act`; what is said stands in `responses:`."""

    action_name: ClassVar[str]

    def __init__(self, services: Services) -> None:
        self.services = services

    def name(self) -> str:
        """The name by which Rasa calls it."""
        return self.action_name

    @abstractmethod
    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Do it; what is said goes to `dispatcher`."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """(see parent class for full docstring) A bug becomes an apology with the offer of a person, never silence."""
        try:
            return await self.act(dispatcher, Turn(tracker))
        except Exception:
            logger.exception("%s failed", self.action_name)
            dispatcher.messages.clear()
            dispatcher.utter_message(response="utter_internal_error")
            emit_outcome(dispatcher, OutcomeKind.FAILURE, reason="internal_error")
            return []
