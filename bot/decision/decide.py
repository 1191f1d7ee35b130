"""From what was understood and found to the next step.

The order matters and reads top to bottom: a person asked for wins over everything; then the question the assistant
itself has asked; then the strongest want; then choices; then an honest "I did not understand".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from bot.decision.intents import IntentBook, load_intents
from bot.decision.model import (
    Candidate,
    Decision,
    FoundArticle,
    HandoffReason,
    History,
    Hit,
    IntentScore,
    OutcomeKind,
    Pending,
    Step,
    Understanding,
)
from bot.decision.readings import Favoured, Readings
from bot.decision.thresholds import Thresholds
from bot.decision.wording import (
    announces_complaint,
    asks_for_person,
    asks_when_people_work,
    asks_why,
    chosen_position,
    gives_up,
    names_grievance,
    none_of_the_choices,
    rejects_the_answer,
)

_NOTHING = IntentScore("unclear", 0.0)
NO_ARTICLES: Mapping[str, FoundArticle] = MappingProxyType({})


@lru_cache(maxsize=1)
def _default_book() -> IntentBook:
    return load_intents()


def decide(
    understanding: Understanding,
    hits: Sequence[Hit],
    history: History,
    thresholds: Thresholds,
    intents: IntentBook | None = None,
    articles: Mapping[str, FoundArticle] = NO_ARTICLES,
) -> Decision:
    """The next step for one customer message. Always exactly one; never raises on any text, ranking or hits.

    `hits` are the articles found for the message, best first. For `choose_article` (a pressed button) they hold
    the chosen article alone. `articles` are all that exist, by id: what was offered before, or is the standard answer
    of an intent, need not be among the hits.
    """
    turn = _Turn(understanding, hits, history, thresholds, intents or _default_book(), articles)
    return turn.person() or turn.pending_answer() or turn.want() or turn.unclear()


class _Turn:
    """One message being decided; each method returns a Decision or None for "not mine"."""

    def __init__(
        self,
        understanding: Understanding,
        hits: Sequence[Hit],
        history: History,
        t: Thresholds,
        book: IntentBook,
        articles: Mapping[str, FoundArticle],
    ) -> None:
        self.understanding = understanding
        self.text = understanding.text.strip()
        self.history = history
        self.t = t
        self.book = book
        wants = understanding.wants
        self.top = wants[0] if wants else _NOTHING
        self.second = wants[1] if len(wants) > 1 else _NOTHING
        self.intent = book[self.top.name]
        self.readings = Readings(understanding.wants, hits, book, t)
        self.hits = self.readings.hits
        self.articles = {**articles, **{hit.article.id: hit.article for hit in hits}}
        # A clarification that the customer passed over was a failed turn; it is counted when the next one fails too.
        passed_over = history.pending is Pending.CLARIFICATION
        self.failed_before = history.failed_turns + (1 if passed_over else 0)

    # -- a person -----------------------------------------------------------------------------------------------

    def person(self) -> Decision | None:
        """Asked for a person, complains, or insults: a human matter before it is anything else."""
        name, confidence = self.top.name, self.top.confidence
        recognised = name == "transfer_human" and confidence >= self.t.transfer_human
        if asks_for_person(self.text) or (recognised and not asks_when_people_work(self.text)):
            # Asked for after the assistant itself offered one (the operator's system failed): that is the reason.
            offered = self.history.offered_reason if self.history.pending is Pending.HANDOFF else None
            why = offered or HandoffReason.CUSTOMER_REQUEST
            return self._handoff(why, "asked for a person", group=self._wanted_group())
        if announces_complaint(self.text) or (name == "complaint" and confidence >= self.t.complaint):
            return self._handoff(HandoffReason.COMPLAINT, "complaint", group="complaints", negative=True)
        if name == "abuse" and confidence >= self.t.abuse:
            if names_grievance(self.text) or self.history.calmed:
                return self._handoff(HandoffReason.ABUSE, "abuse with a grievance", group="complaints", negative=True)
            return self._failed(Step.CALM, OutcomeKind.SMALLTALK, "abuse without a grievance", negative=True)
        return None

    def _wanted_group(self) -> str:
        """The skill group of what the customer wants beside the person, e.g. 宽带坏了转人工 -> network.

        A bare 转人工 is about what was talked of just before.
        """
        for score in self.understanding.wants[:3]:
            intent = self.book[score.name]
            if intent.kind in ("task", "information") and score.confidence >= self.t.clarify_intent / 2:
                return intent.skill_group
        if self.hits and self.hits[0].score >= self.t.answer:
            return self.hits[0].hit.article.skill_group
        return self.history.group or "general"

    # -- the answer to the assistant's own question -------------------------------------------------------------

    def pending_answer(self) -> Decision | None:
        """The reply to what the assistant asked last, if this message is one."""
        if self.top.name == "choose_article":
            return self._chosen_article()
        if gives_up(self.text):
            return self._smalltalk(Step.DENY, "called off")
        if self.history.last_step is Step.ANSWER and rejects_the_answer(self.text):
            return self._other_articles()
        if self.history.pending is Pending.MONTH:
            return self._month_reply()
        if self.history.pending is Pending.CLARIFICATION:
            return self._choice_reply()
        if self.history.pending is Pending.HANDOFF and (reply := self._offer_reply()):
            return reply
        if self.history.last_step is Step.QUERY_BILL and self.understanding.month and self._only_a_month():
            return self._task("query_bill", "another month")
        return None

    def _chosen_article(self) -> Decision:
        if not self.hits:
            return self._failed(Step.REPHRASE, OutcomeKind.REPHRASE, "chosen article is gone")
        return self._answer(self.hits[0], "chosen")

    def _other_articles(self) -> Decision:
        """The answer missed the point: what else was found, or an honest question with a person at hand."""
        reason = "answer was rejected"
        return self._offer(self.history.others, reason) or self._failed(Step.REPHRASE, OutcomeKind.REPHRASE, reason)

    def _month_reply(self) -> Decision | None:
        """上个月 after 您要查哪个月 is an answer, not a new want; a clear other want leaves the question."""
        if self.understanding.month is None:
            return None
        other_want = self.top.name != "query_bill" and self._certain_want()
        if other_want and not self._only_a_month():
            return None
        return self._task("query_bill", "month given")

    def _only_a_month(self) -> bool:
        return len(self._text_without_month()) <= self.t.month_reply_rest

    def _text_without_month(self) -> str:
        spans = [(e.start, e.end) for e in self.understanding.entities if e.entity == "month"]
        kept = (c for i, c in enumerate(self.understanding.text) if not any(start <= i < end for start, end in spans))
        return "".join(c for c in kept if c.isalnum())

    def _certain_want(self) -> bool:
        floor = {"task": self.t.task, "information": self.t.information, "person": self.t.transfer_human}
        return self.top.confidence >= floor.get(self.intent.kind, 2.0)

    def _choice_reply(self) -> Decision | None:
        offered = self.history.offered
        position = chosen_position(self.text)
        if position is None and len(offered) == 1 and self._says("affirm"):
            position = 0
        if position is not None and position < len(offered):
            return self._take(offered[position], "chosen")
        if self._says("deny") or none_of_the_choices(self.text):
            # The clarification failed; saying so is understood, so it is one failure and not two.
            self.failed_before = self.history.failed_turns
            return self._failed(Step.REPHRASE, OutcomeKind.REPHRASE, "none of the offered readings")
        return None

    def _take(self, candidate: Candidate, reason: str) -> Decision:
        if candidate.kind == "task":
            return self._task(candidate.id, reason)
        return self._give(candidate, reason)

    def _offer_reply(self) -> Decision | None:
        if self._says("affirm"):
            reason = self.history.offered_reason or HandoffReason.CUSTOMER_REQUEST
            return self._handoff(reason, "accepted the offer of a person", group=self._wanted_group())
        if self._says("deny"):
            return self._smalltalk(Step.DENY, "declined the offer of a person")
        return None

    def _says(self, name: str) -> bool:
        return self.top.name == name and self.top.confidence >= self.t.smalltalk

    # -- the strongest want -------------------------------------------------------------------------------------

    def want(self) -> Decision | None:
        """The want that is certain enough to act on: a task, an article, or small talk."""
        best = self.hits[0] if self.hits else None
        if self.intent.kind == "task" and self.top.confidence >= self.t.task and not self._ambiguous():
            return self._task_or_article()
        if self.intent.kind in ("smalltalk", "control") and self.top.confidence >= self.t.smalltalk:
            if best is None or best.score < max(self.t.answer, self.top.confidence):
                return self._smalltalk_step()
        if self.intent.kind == "none" and self.top.confidence >= self.t.smalltalk:
            # Whoever cannot be understood is not answered on the strength of a likeness; only offered it.
            return self._offer(self.readings.articles(self.t.answer), "between thresholds")
        if self.intent.articles and self.intent.kind == "information" and self.top.confidence >= self.t.information:
            return self._certain_information()
        if best is not None and best.score >= self.t.answer:
            return self._answer(best, "article stands out")
        return self._choices("between thresholds")

    def _ambiguous(self) -> bool:
        """Two different wants so close that acting on one would be a guess."""
        rival = self.book[self.second.name]
        return (
            rival.kind in ("task", "information")
            and self.second.confidence >= self.t.clarify_intent
            and self.top.confidence - self.second.confidence < self.t.ambiguity
        )

    def _task_or_article(self) -> Decision:
        rival, why = self.readings.rival, asks_why(self.text)
        if rival is not None and rival.score >= self.t.exact:
            return self._answer(rival, "word for word")
        if rival is not None and rival.score >= self.t.answer:
            if why or rival.score >= self.top.confidence + self.t.article_over_task:
                return self._answer(rival, "asks why" if why else "article beats the task")
        if why and rival is not None and rival.score >= self.t.why_article:
            # A figure does not answer "why"; what may answer it is offered beside the figure.
            own = Candidate("task", self.top.name, self.intent.title, self.top.confidence)
            return (
                self._offer([own, *self.readings.articles(self.t.why_article)], "asks why") or self._repeated_failure()
            )
        return self._task(self.top.name, "task is certain")

    def _certain_information(self) -> Decision | None:
        """The topic is certain: its likeliest article, unless another one fits the words better; then a choice."""
        own, rival = self.readings.own, self.readings.rival
        if own and (rival is None or own[0].score >= rival.score) and own[0].score >= self.t.own_article:
            return self._answer(own[0], "intent is certain")
        if rival is not None and rival.score >= self.t.exact:
            return self._answer(rival, "word for word")
        if rival is not None and rival.score >= self.t.clarify_article:
            return self._offer([rival.candidate, *self.readings.of_the_topic()], "intent and article differ")
        if self.intent.default:
            return self._take(Candidate("article", self.intent.default, "", self.top.confidence), "intent is certain")
        return self._offer(self.readings.of_the_topic(), "intent is certain, its article is not")

    def _smalltalk_step(self) -> Decision:
        step = Step(self.top.name) if self.top.name in Step._value2member_map_ else Step.HELP
        if step is Step.REPEAT:  # hearing the question again does not answer it
            return replace(
                self._smalltalk(step, "control"),
                failed_turns=self.history.failed_turns,
                pending=self.history.pending,
                candidates=self.history.offered,
            )
        return self._smalltalk(step, self.intent.kind)

    # -- choices, and what is left ------------------------------------------------------------------------------

    def _choices(self, reason: str) -> Decision | None:
        """Everything likely enough to be offered, best first; None when nothing is."""
        candidates = self.readings.intents() + self.readings.articles(self.t.clarify_article)
        candidates.sort(key=lambda candidate: candidate.score, reverse=True)
        return self._offer(candidates, reason)

    def _offer(self, candidates: Sequence[Candidate], reason: str) -> Decision | None:
        """Up to three readings, each once; None when there is none."""
        if not candidates:
            return None
        if self.failed_before >= self.t.failed_turns:
            return self._repeated_failure()
        unique = {(candidate.kind, candidate.id): candidate for candidate in reversed(candidates)}
        kept = [candidate for candidate in candidates if unique.get((candidate.kind, candidate.id)) is candidate]
        return Decision(
            step=Step.CLARIFY,
            outcome=OutcomeKind.CLARIFICATION,
            reason=reason,
            failed_turns=self.failed_before,
            candidates=tuple(kept[: self.t.max_candidates]),
            pending=Pending.CLARIFICATION,
            skill_group=self.intent.skill_group,
        )

    def unclear(self) -> Decision:
        """Nothing to act on and nothing worth offering: say so, or hand over when it is the second time."""
        return self._failed(Step.REPHRASE, OutcomeKind.REPHRASE, "not understood")

    # -- decisions ----------------------------------------------------------------------------------------------

    def _task(self, task: str, reason: str) -> Decision:
        month = self.understanding.month if task == "query_bill" else None
        return Decision(
            step=Step(task),
            outcome=OutcomeKind.TASK,
            reason=reason,
            pending=Pending.MONTH if task == "query_bill" and month is None else None,
            month=month,
            skill_group=self.book[task].skill_group,
        )

    def _answer(self, favoured: Favoured, reason: str) -> Decision:
        return self._give(favoured.candidate, reason)

    def _give(self, candidate: Candidate, reason: str) -> Decision:
        """The one way to an article, however it was come by: what only a person may answer is handed over."""
        article = self.articles.get(candidate.id)
        group = article.skill_group if article else self.intent.skill_group
        if article and article.human_only:
            # What is wanted is understood: no failure, even when a choice was asked for before.
            handoff = self._handoff(HandoffReason.HUMAN_ONLY, reason, group=group)
            return replace(handoff, candidates=(candidate,), failed_turns=0)
        return Decision(
            step=Step.ANSWER,
            outcome=OutcomeKind.ANSWER,
            reason=reason,
            candidates=(candidate,),
            skill_group=group,
        )

    def _smalltalk(self, step: Step, reason: str) -> Decision:
        # Understood, so the failures before it are no longer the last turns in a row.
        return Decision(step=step, outcome=OutcomeKind.SMALLTALK, reason=reason)

    def _failed(self, step: Step, outcome: OutcomeKind, reason: str, negative: bool = False) -> Decision:
        if self.failed_before + 1 >= self.t.failed_turns:
            return replace(self._repeated_failure(), failed_turns=self.failed_before + 1, negative=negative)
        return Decision(
            step=step,
            outcome=outcome,
            reason=reason,
            failed_turns=self.failed_before + 1,
            skill_group=self.intent.skill_group,
            negative=negative,
        )

    def _repeated_failure(self) -> Decision:
        return self._handoff(HandoffReason.REPEATED_FAILURE, "failed turns in a row", group=self._wanted_group())

    def _handoff(self, why: HandoffReason, reason: str, group: str, negative: bool = False) -> Decision:
        return Decision(
            step=Step.HANDOFF,
            outcome=OutcomeKind.HANDOFF,
            reason=reason,
            failed_turns=self.failed_before,
            handoff=why,
            skill_group=group,
            negative=negative,
        )
