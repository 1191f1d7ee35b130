"""Give the knowledge article that was decided on."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events, XiaoqiaoAction
from actions.turn import Turn, emit_outcome
from bot.decision import OutcomeKind
from bot.knowledge import Customer


class ActionAnswer(XiaoqiaoAction):
    """Text, buttons and links of one article."""

    action_name = "action_answer"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say the article; add that it depends on the customer when its conditions could not be checked."""
        article = self.services.library.article(turn.slot("offered_articles")[0]["id"])
        if article is None:
            # Taken away by an edit after it was offered.
            dispatcher.utter_message(response="utter_rephrase")
            emit_outcome(dispatcher, OutcomeKind.REPHRASE, reason="article is gone")
            return []
        answer = article.answer
        message = {
            "text": answer.text,
            "buttons": [{"title": button.title, "payload": button.payload} for button in answer.buttons],
            "links": [{"title": link.title, "url": link.url} for link in answer.links],
        }
        dispatcher.utter_message(json_message={"message": message})
        if article.conditions.unchecked(Customer.from_profile(turn.customer)):
            dispatcher.utter_message(response="utter_answer_depends")
        return []
