"""Is a decision right for a labelled message, and what does it cost?

Labels say what the customer wants; they do not name an article. An answer is right when its article is among those
that `bot/decision/intents.yml` lists for the label. For a label without articles (other_telecom) nobody can tell from
the label: such an answer is counted apart and costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.decision import Candidate, Decision, IntentBook, Step
from bot.evaluation.labelled import Gold

UNCLEAR = "unclear"


class Verdict(StrEnum):
    """What one decision came to for the customer."""

    RIGHT = "right"  # acted, and rightly; or asked again where nobody could have understood
    WRONG = "wrong"  # acted on something the customer did not want
    NEEDLESS_HANDOFF = "needless_handoff"  # a person for what the assistant could have done
    MISSED_HANDOFF = "missed_handoff"  # a person was wanted and not given
    ASKED_WELL = "asked_well"  # the right reading was among the choices; or choices for what nobody can understand
    ASKED_BADLY = "asked_badly"  # asked to rephrase a clear wish, or offered only wrong readings
    UNJUDGED = "unjudged"  # answered with an article that the label cannot judge


@dataclass(frozen=True)
class Costs:
    """What each kind of mistake costs; only their relation matters."""

    wrong: float = 5.0
    needless_handoff: float = 2.0
    missed_handoff: float = 5.0
    question: float = 0.5

    def of(self, verdict: Verdict) -> float:
        """A question that leads nowhere also costs the person it ends with, when the customer says the same again."""
        return {
            Verdict.WRONG: self.wrong,
            Verdict.NEEDLESS_HANDOFF: self.needless_handoff,
            Verdict.MISSED_HANDOFF: self.missed_handoff,
            Verdict.ASKED_BADLY: self.question + self.needless_handoff,
            Verdict.ASKED_WELL: self.question,
        }.get(verdict, 0.0)


def verdict(gold: Gold, decision: Decision, book: IntentBook) -> Verdict:
    """The best verdict over the labels that count as right for this message."""
    labels = [gold.label, *([gold.also] if gold.also else [])]
    return min((_verdict(label, decision, book) for label in labels), key=_RANK.__getitem__)


_RANK = {
    Verdict.RIGHT: 0,
    Verdict.UNJUDGED: 1,
    Verdict.ASKED_WELL: 2,
    Verdict.ASKED_BADLY: 3,
    Verdict.NEEDLESS_HANDOFF: 4,
    Verdict.MISSED_HANDOFF: 5,
    Verdict.WRONG: 6,
}


def _verdict(label: str, decision: Decision, book: IntentBook) -> Verdict:
    wants_person = book[label].kind == "person"
    if decision.step is Step.HANDOFF:
        human_only = any(candidate.id in book[label].articles for candidate in decision.candidates)
        return Verdict.RIGHT if wants_person or human_only else Verdict.NEEDLESS_HANDOFF
    if wants_person:
        calmed = label == "abuse" and decision.step is Step.CALM
        return Verdict.RIGHT if calmed else Verdict.MISSED_HANDOFF
    if decision.step is Step.REPHRASE:
        return Verdict.RIGHT if label == UNCLEAR else Verdict.ASKED_BADLY
    if decision.step is Step.CLARIFY:
        if label == UNCLEAR:
            return Verdict.ASKED_WELL
        offered = any(_fits(label, candidate, book) for candidate in decision.candidates)
        offered = offered or (_beyond_judging(label, book) and any(c.kind == "article" for c in decision.candidates))
        return Verdict.ASKED_WELL if offered else Verdict.ASKED_BADLY
    if decision.step is Step.ANSWER:
        return _answered(label, decision.candidates[0], book)
    return Verdict.RIGHT if decision.step.value == label else Verdict.WRONG


def _answered(label: str, article: Candidate, book: IntentBook) -> Verdict:
    if _beyond_judging(label, book):
        return Verdict.UNJUDGED
    return Verdict.RIGHT if _fits(label, article, book) else Verdict.WRONG


def _beyond_judging(label: str, book: IntentBook) -> bool:
    """Whether the label names a want without naming any article for it."""
    return label != UNCLEAR and book[label].kind in ("task", "information") and not book[label].articles


def _fits(label: str, candidate: Candidate, book: IntentBook) -> bool:
    return candidate.id == label if candidate.kind == "task" else candidate.id in book[label].articles
