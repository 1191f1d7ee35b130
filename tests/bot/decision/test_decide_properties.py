"""Whatever comes in, exactly one sensible decision comes out."""

from hypothesis import given
from hypothesis import strategies as st

from bot.decision import (
    Candidate,
    Decision,
    Entity,
    HandoffReason,
    History,
    IntentScore,
    OutcomeKind,
    Pending,
    Step,
    Understanding,
    decide,
)
from tests.bot.decision.world import INTENTS, THRESHOLDS, FakeArticle, FakeHit

names = st.one_of(st.sampled_from(sorted(INTENTS.intents)), st.text(max_size=8))
unit = st.floats(0, 1)
texts = st.text(max_size=40)
candidates = st.builds(Candidate, st.just("article"), st.text(min_size=1, max_size=8), texts, unit) | st.builds(
    Candidate, st.just("task"), st.sampled_from(["query_balance", "query_data_usage", "query_bill"]), texts, unit
)
hits = st.builds(
    FakeHit,
    st.builds(
        FakeArticle, st.text(min_size=1, max_size=8), texts, st.sampled_from(["bills", "general"]), st.booleans()
    ),
    unit,
)
understandings = st.builds(
    Understanding,
    texts,
    st.lists(st.builds(IntentScore, names, unit), max_size=6).map(tuple),
    st.lists(st.builds(Entity, st.just("month"), texts, st.integers(-5, 50), st.integers(-5, 50)), max_size=2).map(
        tuple
    ),
    st.none() | st.just("2026-10"),
)
histories = st.builds(
    History,
    st.integers(0, 5),
    st.none() | st.sampled_from(Pending),
    st.lists(candidates, max_size=3).map(tuple),
    st.none() | st.sampled_from(HandoffReason),
    st.booleans(),
    st.none() | st.sampled_from(Step),
    st.lists(candidates, max_size=2).map(tuple),
)

OUTCOMES = {
    Step.ANSWER: OutcomeKind.ANSWER,
    Step.CLARIFY: OutcomeKind.CLARIFICATION,
    Step.REPHRASE: OutcomeKind.REPHRASE,
    Step.HANDOFF: OutcomeKind.HANDOFF,
    Step.QUERY_BALANCE: OutcomeKind.TASK,
    Step.QUERY_DATA_USAGE: OutcomeKind.TASK,
    Step.QUERY_VOICE_USAGE: OutcomeKind.TASK,
    Step.QUERY_SMS_USAGE: OutcomeKind.TASK,
    Step.QUERY_BILL: OutcomeKind.TASK,
}


def _decide(understanding: Understanding, found: list[FakeHit], history: History) -> Decision:
    return decide(understanding, found, history, THRESHOLDS, INTENTS)


@given(understandings, st.lists(hits, max_size=5), histories)
def test_always_one_decision_with_what_its_step_needs(
    understanding: Understanding, found: list[FakeHit], history: History
) -> None:
    decision = _decide(understanding, found, history)
    assert decision.outcome is OUTCOMES.get(decision.step, OutcomeKind.SMALLTALK)
    assert (decision.handoff is not None) == (decision.step is Step.HANDOFF)
    assert (decision.pending is Pending.CLARIFICATION) >= (decision.step is Step.CLARIFY)
    if decision.step is Step.ANSWER:
        assert len(decision.candidates) == 1
    if decision.step is Step.CLARIFY:
        assert 1 <= len(decision.candidates) <= THRESHOLDS.max_candidates
    if decision.outcome in (OutcomeKind.TASK, OutcomeKind.ANSWER):
        assert decision.failed_turns == 0


@given(understandings, st.lists(hits, max_size=5), histories)
def test_a_customer_never_fails_three_times_without_a_person(
    understanding: Understanding, found: list[FakeHit], history: History
) -> None:
    for _ in range(4):
        decision = _decide(understanding, found, history)
        if decision.outcome is not OutcomeKind.REPHRASE:
            return
        history = History(decision.failed_turns, decision.pending, decision.candidates)
    raise AssertionError("rephrased four times in a row")


@given(texts, st.lists(hits, max_size=5), histories)
def test_a_clear_wish_for_a_person_is_never_haggled_with(text: str, found: list[FakeHit], history: History) -> None:
    understanding = Understanding(text, (IntentScore("transfer_human", 0.99),))
    assert _decide(understanding, found, history).step is Step.HANDOFF
