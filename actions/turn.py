"""One customer message as the actions see it, read from Rasa's tracker; and the `turn` JSON they emit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.months import Month, find_month, find_months, month_reply, today
from bot.decision import (
    Candidate,
    Decision,
    Entity,
    HandoffReason,
    History,
    Hit,
    IntentScore,
    OutcomeKind,
    Pending,
    Step,
    Understanding,
)
from bot.text import normalize

RANKING_KEPT = 5
ARTICLES_KEPT = 3
TURNS_KEPT = 5
# Below this score an article found beside the answer is not worth offering.
OTHERS_FLOOR = 0.05
# A turn that came to one of these was about something; a guess at what was not understood is none.
MATTERS = frozenset({OutcomeKind.TASK.value, OutcomeKind.ANSWER.value, OutcomeKind.CLARIFICATION.value})

Json = dict[str, Any]


class Turn:
    """The latest message, who wrote it and what the conversation remembers."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._events, self._slots = _without_earlier_run(tracker)
        message: Json = tracker.latest_message or {}
        metadata: Json = message.get("metadata") or {}
        raw: str = message.get("text") or ""
        # A pressed button arrives as an intent payload: it holds no words of the customer.
        self.pressed = raw.startswith("/")
        self.text = "" if self.pressed else raw
        self.ranking = _ranking(message)
        self.entities = _entities(message)
        self.customer: Json | None = metadata.get("customer") or None
        self.conversation_id: str = metadata.get("conversation_id") or str(tracker.sender_id).rpartition(".")[0]
        self.conversation_id = self.conversation_id or str(tracker.sender_id)
        self.seq = int(metadata.get("turn_seq") or 0)
        # Answers that the customer called unhelpful count as failures, which the slot cannot know of.
        self.told_failures = int(metadata.get("failed_turns") or 0)

    @property
    def read_in_part(self) -> bool:
        """Whether the message is longer than what is read of it."""
        return normalize(self.text).truncated

    @property
    def customer_id(self) -> str | None:
        """The operator's id of an identified customer, None for a visitor."""
        identified = (self.customer or {}).get("id")
        return str(identified) if identified else None

    def slot(self, name: str) -> Any:
        """The value of a slot before this action."""
        return self._slots.get(name) if self._slots is not None else self._tracker.get_slot(name)

    def entity(self, name: str) -> str | None:
        """The value of the first entity of that name."""
        return next((entity.value for entity in self.entities if entity.entity == name), None)

    def understanding(self) -> Understanding:
        """What the decision needs of this message, with a month resolved against today's date."""
        entities = list(self.entities)
        months = find_months(self.text, today(), self.shown_month())
        entities += [Entity("month", self.text[m.start : m.end], m.start, m.end) for m in months]
        month = months[0].month if months else None
        if month is None and self.slot("pending") == Pending.MONTH.value and (month := month_reply(self.text, today())):
            entities.append(Entity("month", self.text, 0, len(self.text)))
        if month is None and (named := self.entity("month")):
            found = find_month(named, today())
            month = found.month if found else None
        return Understanding(self.text, self.ranking, tuple(entities), str(month) if month else None)

    def shown_month(self) -> Month | None:
        """The month of the bill that the turn before showed."""
        found = find_month(self.slot("month") or "", today())
        return found.month if found else None

    def history(self) -> History:
        """What the conversation remembers, from the slots that action_decide keeps."""
        offered = self.slot("offered_articles") or []
        return History(
            failed_turns=max(int(self.slot("failed_turns") or 0), self.told_failures),
            pending=_member(Pending, self.slot("pending")),
            offered=tuple(Candidate(c["kind"], c["id"], c["title"], c["score"]) for c in offered),
            offered_reason=_member(HandoffReason, self.slot("handoff_reason")),
            calmed=self.slot("next_step") == Step.CALM.value,
            last_step=_member(Step, self.slot("next_step")),
            others=self._others(),
            group=self._matter_group(),
        )

    def _matter_group(self) -> str | None:
        """The skill group that action_decide set last, if that turn came to a matter at all."""
        last = (self.recent_turns() or [{}])[-1]
        kind = (last.get("outcome") or {}).get("kind")
        return self.slot("skill_group") if kind in MATTERS else None

    def _others(self) -> tuple[Candidate, ...]:
        """The articles that the last turn found and did not give."""
        last = (self.recent_turns() or [{}])[-1]
        given = (last.get("outcome") or {}).get("article_id")
        found = [article for article in last.get("articles") or [] if article["score"] >= OTHERS_FLOOR]
        return tuple(
            Candidate("article", article["article_id"], article["title"], article["score"])
            for article in found
            if given and article["article_id"] != given
        )

    def recent_turns(self) -> list[Json]:
        """The `turn` JSON of the last messages, oldest first, this one included."""
        turns: list[Json] = []
        for event in self._events:
            if event.get("event") == "user":
                turns.append({})
            elif event.get("event") == "bot" and turns:
                turns[-1].update((_custom(event)).get("turn") or {})
        return [turn for turn in turns if turn][-TURNS_KEPT:]

    def last_messages(self) -> list[Json]:
        """What the assistant said last before this message, as bot events; [] when it has said nothing."""
        said: list[Json] = []
        for event in reversed(self._events):
            if event.get("event") == "user" and said:
                break
            if event.get("event") == "bot" and (event.get("text") or _custom(event).get("message")):
                said.append(event)
        return said[::-1]


def decided_turn(turn: Turn, decision: Decision, hits: Sequence[Hit]) -> Json:
    """The whole `turn` JSON (docs/architecture.md): what was understood and what is done about it."""
    # Rasa's fallback label only says that the rest is weak; people want to see the rest.
    ranking = turn.understanding().wants
    top = ranking[0] if ranking else None
    return {
        "outcome": _outcome(decision),
        "intent": top.name if top else None,
        "confidence": round(top.confidence, 4) if top else None,
        "intent_ranking": [
            {"name": score.name, "confidence": round(score.confidence, 4)} for score in ranking[:RANKING_KEPT]
        ],
        "entities": [entity.__dict__ for entity in turn.entities],
        "articles": [
            {"article_id": hit.article.id, "title": hit.article.title, "score": round(hit.score, 4)}
            for hit in hits[:ARTICLES_KEPT]
        ],
        "failed_turns": decision.failed_turns,
    }


def emit_turn(dispatcher: CollectingDispatcher, turn: Json) -> None:
    """Send `turn` JSON along; keys sent later in the same turn win."""
    dispatcher.utter_message(json_message={"turn": turn})


def emit_outcome(dispatcher: CollectingDispatcher, kind: OutcomeKind, **details: Any) -> None:
    """Replace the outcome that action_decide announced, because the turn came to something else."""
    emit_turn(dispatcher, {"outcome": {"kind": kind.value, **details}})


def _outcome(decision: Decision) -> Json:
    outcome: Json = {"kind": decision.outcome.value, "reason": decision.reason}
    if decision.outcome is OutcomeKind.TASK:
        outcome["task"] = decision.step.value
    if decision.outcome is OutcomeKind.ANSWER and decision.candidates:
        article = decision.candidates[0]
        outcome |= {"article_id": article.id, "article_title": article.title, "score": round(article.score, 4)}
    if decision.handoff:
        outcome["reason"] = decision.handoff.value
    return outcome


def _without_earlier_run(tracker: Tracker) -> tuple[list[Json], dict[str, Any] | None]:
    """The events without an earlier run of this same message, and the slots without it (None: as they stand).

    A service process that is killed in the middle of a turn leaves it to another one, which sends the message again:
    the customer said it once, and it is decided as it was the first time.
    """
    events: list[Json] = list(tracker.events or [])
    said = [at for at, event in enumerate(events) if event.get("event") == "user"]
    if not said or not (seq := _turn_seq(events[said[-1]])):
        return events, None
    first = next(at for at in said if _turn_seq(events[at]) == seq)
    if first == said[-1]:
        return events, None
    events = events[:first] + events[said[-1] :]
    return events, {event["name"]: event.get("value") for event in events if event.get("event") == "slot"}


def _turn_seq(event: Json) -> int:
    return int((event.get("metadata") or {}).get("turn_seq") or 0)


def _ranking(message: Json) -> tuple[IntentScore, ...]:
    ranking = message.get("intent_ranking") or [message.get("intent") or {}]
    named = (entry for entry in ranking if entry.get("name"))
    return tuple(IntentScore(str(entry["name"]), float(entry.get("confidence") or 0.0)) for entry in named)


def _entities(message: Json) -> tuple[Entity, ...]:
    found: Iterable[Json] = message.get("entities") or []
    return tuple(
        Entity(str(e.get("entity")), str(e.get("value")), int(e.get("start") or 0), int(e.get("end") or 0))
        for e in found
    )


def _custom(event: Json) -> Json:
    custom = (event.get("data") or {}).get("custom")
    return custom if isinstance(custom, dict) else {}


def _member(kind: Any, value: Any) -> Any:
    return kind(value) if value in kind._value2member_map_ else None
