"""Every message comes here first: search the knowledge base, decide, remember."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events, XiaoqiaoAction
from actions.library import Library
from actions.turn import Turn, decided_turn, emit_turn
from bot.decision import Candidate, Decision, decide
from bot.knowledge import Customer, Hit
from bot.text import LENGTH_LIMIT

logger = logging.getLogger(__name__)


class ActionDecide(XiaoqiaoAction):
    """Sets `next_step` and all that the step needs; the rules lead on from there."""

    action_name = "action_decide"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Decide, emit the `turn` and set the slots."""
        started = time.perf_counter()
        hits = await self._hits(turn)
        history = turn.history()
        intents, articles = self._library.intents, self._library.articles
        decision = decide(turn.understanding(), hits, history, self.services.thresholds, intents, articles)
        decision = self._with_titles(decision)
        emit_turn(dispatcher, decided_turn(turn, decision, hits))
        # A person who takes over reads the whole message: nothing to warn of then.
        if turn.read_in_part and not decision.handoff:
            dispatcher.utter_message(response="utter_read_in_part", characters=LENGTH_LIMIT)
        logger.info(
            "%s turn %d: %s (%s) in %.0f ms",
            turn.conversation_id,
            turn.seq,
            decision.step.value,
            decision.reason,
            (time.perf_counter() - started) * 1000,
        )
        return _slots(decision)

    async def _hits(self, turn: Turn) -> Sequence[Hit]:
        if chosen := turn.entity("article_id"):
            article = self._library.article(chosen)
            return [Hit(article, 1.0, article.question)] if article else []
        if not turn.text.strip():
            return []
        return await self._library.search(turn.text, Customer.from_profile(turn.customer))

    def _with_titles(self, decision: Decision) -> Decision:
        """An article decided on by its id alone gets the title that people read."""
        return replace(decision, candidates=tuple(self._titled(candidate) for candidate in decision.candidates))

    def _titled(self, candidate: Candidate) -> Candidate:
        article = None if candidate.title else self._library.article(candidate.id)
        return replace(candidate, title=article.title) if article else candidate

    @property
    def _library(self) -> Library:
        return self.services.library


def _slots(decision: Decision) -> Events:
    candidates = [{"kind": c.kind, "id": c.id, "title": c.title, "score": c.score} for c in decision.candidates]
    return [
        SlotSet("next_step", decision.step.value),
        SlotSet("failed_turns", float(decision.failed_turns)),
        SlotSet("pending", decision.pending.value if decision.pending else None),
        SlotSet("offered_articles", candidates or None),
        SlotSet("handoff_reason", decision.handoff.value if decision.handoff else None),
        SlotSet("skill_group", decision.skill_group),
        SlotSet("month", decision.month),
    ]
