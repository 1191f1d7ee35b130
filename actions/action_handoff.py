"""Hand the conversation to a human agent, with everything that is known, promising only what is true.

Nothing is said here when the request is made: the service tells the customer position and wait, and only it knows them.
"""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import Events, XiaoqiaoAction
from actions.clients.errors import ClientError, Refused
from actions.turn import Turn, emit_outcome
from bot.decision import HandoffReason, OutcomeKind
from bot.decision.wording import reports_fraud

logger = logging.getLogger(__name__)

QUEUE_FULL = "queue_full"

UPSET = frozenset({HandoffReason.COMPLAINT.value, HandoffReason.ABUSE.value})
# A harm that goes on while the customer waits: money on its way to a swindler, an identity in use by another.
EMERGENCIES = frozenset({"fraud-first-aid", "fraud-suspected", "fraud-number-misused"})


class ActionHandoff(XiaoqiaoAction):
    """Requests it; says so honestly when that cannot be done."""

    action_name = "action_handoff"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Request the handoff for the reason and skill group that were decided."""
        reason = turn.slot("handoff_reason") or HandoffReason.CUSTOMER_REQUEST.value
        group = turn.slot("skill_group") or "general"
        try:
            # With nobody online the place is kept; the service says so, and that too is true.
            ticket = await self.services.handoff.request(_request(turn, reason, group))
        except ClientError as e:
            logger.warning("%s turn %d: %s: %s", turn.conversation_id, turn.seq, type(e).__name__, e)
            if isinstance(e, Refused) and e.code == QUEUE_FULL:
                # Told by the service, with what the customer may do instead. Old failures must not ask again and again.
                emit_outcome(dispatcher, OutcomeKind.FAILURE, reason=QUEUE_FULL)
                return [SlotSet("failed_turns", 0.0), SlotSet("handoff_reason", None)]
            dispatcher.utter_message(response="utter_handoff_unreachable")
            emit_outcome(dispatcher, OutcomeKind.FAILURE, reason="handoff_unreachable")
            return [SlotSet("handoff_reason", None)]
        logger.info("%s turn %d: handoff request %s", turn.conversation_id, turn.seq, ticket.request_id)
        # Should the customer leave the queue, old failures must not send them straight back into it.
        return [SlotSet("failed_turns", 0.0), SlotSet("handoff_reason", None)]


def _request(turn: Turn, reason: str, group: str) -> dict[str, Any]:
    """The body of POST /internal/v1/handoff-requests; transcript and profile are added by the service."""
    recent = turn.recent_turns()
    latest = recent[-1] if recent else {}
    return {
        "conversation_id": turn.conversation_id,
        "turn_seq": turn.seq,
        "reason": reason,
        "skill_group": group,
        "priority": _priority(turn, reason),  # of the matter; the service raises it for who asks
        "sentiment": "negative" if reason in UPSET else "neutral",
        "context": {
            "intent": latest.get("intent"),
            "confidence": latest.get("confidence"),
            "intent_ranking": latest.get("intent_ranking", []),
            "entities": latest.get("entities", []),
            "slots": {name: turn.slot(name) for name in ("month", "skill_group") if turn.slot(name)},
            "articles": _articles_tried(recent),
            "failed_turns": int(turn.slot("failed_turns") or 0),
            "recent_turns": recent,
        },
    }


def _priority(turn: Turn, reason: str) -> str:
    if _emergency(turn):
        return "urgent"
    return "high" if reason in UPSET else "normal"


def _emergency(turn: Turn) -> bool:
    """Whether this message, or an answer given shortly before it, is about a harm that goes on."""
    chosen = {candidate["id"] for candidate in turn.slot("offered_articles") or []}
    given = {recent.get("outcome", {}).get("article_id") for recent in turn.recent_turns()}
    return bool((chosen | given) & EMERGENCIES) or reports_fraud(turn.text)


def _articles_tried(recent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The articles found in the last turns, each once with its best score, best first."""
    best: dict[str, dict[str, Any]] = {}
    for turn in recent:
        for article in turn.get("articles", []):
            known = best.get(article["article_id"])
            if known is None or article["score"] > known["score"]:
                best[article["article_id"]] = article
    return sorted(best.values(), key=lambda article: float(article["score"]), reverse=True)[:5]
