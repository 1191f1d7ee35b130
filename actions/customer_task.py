"""What the self-service queries share: only for identified customers, and honest when the operator's system fails."""

from __future__ import annotations

import logging
from abc import abstractmethod

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events, XiaoqiaoAction
from actions.clients.errors import ClientError
from actions.turn import Turn, emit_outcome
from bot.decision import HandoffReason, OutcomeKind, Pending
from bot.decision.wording import speaks_of_somebody_else

logger = logging.getLogger(__name__)


class CustomerTask(XiaoqiaoAction):
    """A query of the operator's systems about the customer who is writing."""

    @abstractmethod
    async def query(self, dispatcher: CollectingDispatcher, turn: Turn, customer_id: str) -> Events:
        """Ask the operator and say what it answered; may raise ClientError."""

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Query for an identified customer; kindly ask anybody else to log in."""
        if turn.customer_id is None:
            dispatcher.utter_message(response="utter_login_needed")
            emit_outcome(dispatcher, OutcomeKind.TASK, task=self.task, reason="not_identified")
            return self._offer_person(None)
        if turn.entity("phone_number") or speaks_of_somebody_else(turn.text):
            # Only the logged-in number may be shown; without a word, its figures would pass for the other one's.
            dispatcher.utter_message(response="utter_own_number_only")
        try:
            return await self.query(dispatcher, turn, turn.customer_id)
        except ClientError as e:
            logger.warning("%s turn %d: %s: %s", turn.conversation_id, turn.seq, type(e).__name__, e)
            dispatcher.utter_message(response="utter_operator_failed")
            emit_outcome(dispatcher, OutcomeKind.FAILURE, task=self.task, reason=HandoffReason.SYSTEM_FAILURE.value)
            return self._offer_person(HandoffReason.SYSTEM_FAILURE)

    @property
    def task(self) -> str:
        """The task's name in outcomes: that of its intent."""
        return self.action_name.removeprefix("action_")

    def nothing_found(self, dispatcher: CollectingDispatcher) -> Events:
        """The operator does not know the customer or has nothing to show."""
        dispatcher.utter_message(response="utter_nothing_found")
        emit_outcome(dispatcher, OutcomeKind.TASK, task=self.task, reason="nothing_found")
        return self._offer_person(None)

    @staticmethod
    def _offer_person(reason: HandoffReason | None) -> Events:
        """The next message may accept (好的, 转人工); `reason` then is the handoff's."""
        return [
            SlotSet("pending", Pending.HANDOFF.value),
            SlotSet("handoff_reason", reason.value if reason else None),
            SlotSet("month", None),
        ]
