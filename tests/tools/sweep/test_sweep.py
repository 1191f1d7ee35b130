"""The sweep: verdicts by hand, the cheapest threshold where it can be told, and a page that shows both."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.decision import (
    Candidate,
    Decision,
    HandoffReason,
    IntentScore,
    OutcomeKind,
    Step,
    Understanding,
    load_intents,
    load_thresholds,
)
from bot.evaluation.labelled import Gold
from tools.sweep.__main__ import main
from tools.sweep.curves import Measure, Message, Point, Sweep, with_value
from tools.sweep.page import render
from tools.sweep.verdict import Costs, Verdict, verdict

BOOK = load_intents()
THRESHOLDS = load_thresholds()


def _decision(step: Step, *candidates: Candidate) -> Decision:
    return Decision(step, OutcomeKind.TASK, "", candidates=candidates)


ANSWER = _decision(Step.ANSWER, Candidate("article", "vas-points", "", 0.9))
CHOICES = _decision(Step.CLARIFY, Candidate("task", "query_bill", "", 0.4), Candidate("article", "vas-points", "", 0.4))


@pytest.mark.parametrize(
    ("label", "decision", "expected"),
    [
        ("query_balance", _decision(Step.QUERY_BALANCE), Verdict.RIGHT),
        ("query_bill", _decision(Step.QUERY_BALANCE), Verdict.WRONG),
        ("unclear", _decision(Step.QUERY_BALANCE), Verdict.WRONG),
        ("query_points", ANSWER, Verdict.RIGHT),
        ("query_plan", ANSWER, Verdict.WRONG),
        ("unclear", ANSWER, Verdict.WRONG),
        ("greet", ANSWER, Verdict.WRONG),
        ("other_telecom", ANSWER, Verdict.UNJUDGED),
        ("query_points", CHOICES, Verdict.ASKED_WELL),
        ("query_bill", CHOICES, Verdict.ASKED_WELL),
        ("query_plan", CHOICES, Verdict.ASKED_BADLY),
        ("unclear", CHOICES, Verdict.ASKED_WELL),
        ("other_telecom", CHOICES, Verdict.ASKED_WELL),
        ("query_plan", _decision(Step.REPHRASE), Verdict.ASKED_BADLY),
        ("unclear", _decision(Step.REPHRASE), Verdict.RIGHT),
        ("transfer_human", _decision(Step.HANDOFF), Verdict.RIGHT),
        ("transfer_human", _decision(Step.REPHRASE), Verdict.MISSED_HANDOFF),
        ("complaint", ANSWER, Verdict.MISSED_HANDOFF),
        ("abuse", _decision(Step.CALM), Verdict.RIGHT),
        ("query_balance", _decision(Step.HANDOFF), Verdict.NEEDLESS_HANDOFF),
        ("query_points", _decision(Step.HANDOFF, ANSWER.candidates[0]), Verdict.RIGHT),
        ("thank", _decision(Step.THANK), Verdict.RIGHT),
    ],
)
def test_verdict(label: str, decision: Decision, expected: Verdict) -> None:
    assert verdict(Gold("x", label), decision, BOOK) is expected


def test_the_second_label_counts_too() -> None:
    assert verdict(Gold("x", "query_plan", "query_points"), ANSWER, BOOK) is Verdict.RIGHT


@dataclass(frozen=True)
class FakeArticle:
    id: str = "vas-points"
    title: str = "积分"
    skill_group: str = "plans"
    human_only: bool = False


@dataclass(frozen=True)
class FakeHit:
    score: float
    article: FakeArticle = FakeArticle()


def _task(label: str, confidence: float) -> Message:
    return Message(Gold("嗯", label), Understanding("嗯", (IntentScore("query_balance", confidence),)), ())


# Sure enough above 0.62, a guess below: the threshold belongs between.
MESSAGES = [_task("query_balance", 0.62 + 0.02 * i) for i in range(15)] + [
    _task("query_bill", 0.3 + 0.02 * i) for i in range(15)
]


def test_rates_of_a_point() -> None:
    point = Measure(MESSAGES, BOOK, Costs()).point(with_value(THRESHOLDS, "task", 0.6))
    assert point == Point(
        thresholds=point.thresholds,
        wrong_rate=0.0,
        handoff_rate=0.5,
        coverage=0.5,
        cost=1.25,
        verdicts=Counter({Verdict.RIGHT: 15, Verdict.ASKED_BADLY: 15}),
    )


def test_sweep_finds_the_threshold_between_guesses_and_knowledge() -> None:
    sweep = Measure(MESSAGES, BOOK, Costs()).sweep("task", THRESHOLDS)
    assert sweep.best == 0.6
    wrong = [point.wrong_rate for point in sweep.points]
    assert wrong == sorted(wrong, reverse=True)


def test_best_is_the_middle_of_the_plateau() -> None:
    def point(cost: float) -> Point:
        return Point(THRESHOLDS, 0, 0, 0, cost, Counter())

    costs = (2.0, 1.0, 1.0, 1.005, 3.0)
    sweep = Sweep("task", (0.1, 0.2, 0.3, 0.4, 0.5), tuple(point(cost) for cost in costs))
    assert sweep.best == 0.3


def test_cheapest_never_costs_more_and_stays_where_nothing_is_gained() -> None:
    measure, said = Measure(MESSAGES, BOOK, Costs()), []
    cheapest = measure.cheapest(with_value(THRESHOLDS, "task", 0.3), said.append)
    assert measure.point(cheapest).cost == 1.25
    assert cheapest == with_value(THRESHOLDS, "task", 0.6)
    assert len(said) == 2


def test_dear_questions_move_the_threshold_down() -> None:
    cheap_mistakes = Costs(wrong=0.1, question=5.0)
    assert Measure(MESSAGES, BOOK, cheap_mistakes).sweep("task", THRESHOLDS).best < 0.4


def test_page_shows_curves_costs_and_mistakes_escaped() -> None:
    nasty = Message(Gold("<b>话费</b>", "query_bill"), Understanding("x", (IntentScore("query_balance", 0.9),)), ())
    person = Message(Gold("人", "query_points"), Understanding("转人工"), (FakeHit(0.2),))
    measure = Measure([*MESSAGES, nasty, person], BOOK, Costs(wrong=7))
    now = measure.point(THRESHOLDS)
    page = render("gold.tsv", measure, now, now, [now], [measure.sweep("task", THRESHOLDS)])
    assert "答错 7，" in page
    assert "&lt;b&gt;话费&lt;/b&gt;" in page
    assert "<b>话费" not in page
    assert page.count("<svg") == 4
    assert "不必要的转人工" in page


@pytest.mark.parametrize("content", [None, "text\tintent\nx\ty\n", "text\tlabel\n"])
def test_unusable_file_is_named_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    file = tmp_path / "gold.tsv"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert main(["--test", str(file)]) == 2
    errors = capsys.readouterr().err
    assert errors.startswith(f"sweep: {file}")
    assert errors.count("\n") == 1


def test_handoff_for_a_clear_want_is_needless() -> None:
    handoff = Decision(Step.HANDOFF, OutcomeKind.HANDOFF, "", handoff=HandoffReason.CUSTOMER_REQUEST)
    assert Costs().of(verdict(Gold("x", "query_plan"), handoff, BOOK)) == 2.0
