"""The decision table: one message each, with the step that it must lead to."""

from dataclasses import replace

import pytest

from bot.decision import Candidate, Decision, Entity, HandoffReason, History, OutcomeKind, Pending, Step
from tests.bot.decision.world import INTENTS, Case

ARTICLE = Candidate("article", "bill-why-higher", "题：bill-why-higher", 0.5)
BALANCE = Candidate("task", "query_balance", "查话费余额", 0.4)
OFFERED = History(pending=Pending.CLARIFICATION, offered=(BALANCE, ARTICLE))
LAST_MONTH = (Entity("month", "上个月", 0, 3),)

TABLE = {
    # a person
    "explicit wording needs no confidence": (Case("给我转人工", {"unclear": 0.9}), Step.HANDOFF, "asked for a person"),
    "recognised wish for a person": (Case("找你们领导", {"transfer_human": 0.8}), Step.HANDOFF, "asked for a person"),
    "weak wish for a person": (Case("嗯那个", {"transfer_human": 0.3}), Step.REPHRASE, "not understood"),
    "hours of the people": (
        Case("转人工是什么时候上班", {"transfer_human": 1.0}, {"hotline-hours": 0.81}),
        Step.ANSWER,
        "article stands out",
    ),
    "declined person": (Case("不用转人工，查话费", {"query_balance": 0.9}), Step.QUERY_BALANCE, "task is certain"),
    "complaint": (Case("我要投诉你们", {"complaint": 0.9}), Step.HANDOFF, "complaint"),
    "complaint beats a good article": (
        Case("乱扣我钱我要投诉", {"complaint": 0.8}, {"complaint-how": 0.95}),
        Step.HANDOFF,
        "complaint",
    ),
    "insult with a grievance": (Case("垃圾公司乱扣钱", {"abuse": 0.9}), Step.HANDOFF, "abuse with a grievance"),
    "bare insult": (Case("你是猪吗", {"abuse": 0.9}), Step.CALM, "abuse without a grievance"),
    "second bare insult": (
        Case("笨蛋", {"abuse": 0.9}, history=History(failed_turns=1, calmed=True)),
        Step.HANDOFF,
        "abuse with a grievance",
    ),
    # tasks against articles
    "task": (Case("查话费", {"query_balance": 0.97}, {"acc-bind-number": 0.92}), Step.QUERY_BALANCE, "task is certain"),
    "its own how-to article": (
        Case("查账单", {"query_bill": 0.9}, {"bill-how-to-check": 0.99}),
        Step.QUERY_BILL,
        "task is certain",
    ),
    "why beats the task": (
        Case("为什么这个月话费变多了", {"query_bill": 0.95}, {"bill-why-higher": 0.8}),
        Step.ANSWER,
        "asks why",
    ),
    "why with a doubtful article": (
        Case("话费怎么这么多", {"query_bill": 0.95}, {"bill-why-higher": 0.5}),
        Step.CLARIFY,
        "asks why",
    ),
    "what if beats the figure": (
        Case("欠费了会怎样", {"query_bill": 0.76}, {"recharge-owe-restore": 0.79}),
        Step.ANSWER,
        "asks why",
    ),
    "what now is offered beside the figure": (
        Case("流量用完了咋整", {"query_data_usage": 1.0}, {"data-not-enough": 0.48}),
        Step.CLARIFY,
        "asks why",
    ),
    "word for word beats the task": (
        Case("话费账户有效期", {"query_balance": 0.9}, {"recharge-prepaid-validity": 0.99}),
        Step.ANSWER,
        "word for word",
    ),
    "much better article beats a doubtful task": (
        Case("流量到期", {"query_data_usage": 0.6}, {"data-carry-over": 0.9}),
        Step.ANSWER,
        "article beats the task",
    ),
    "two wants too close": (
        Case("话费流量", {"query_balance": 0.52, "query_data_usage": 0.45}),
        Step.CLARIFY,
        "between thresholds",
    ),
    "weak task": (Case("话费", {"query_balance": 0.4}), Step.CLARIFY, "between thresholds"),
    # articles
    "article stands out": (
        Case("怎么携号转网", {"other_telecom": 0.6}, {"mnp-how": 0.9}),
        Step.ANSWER,
        "article stands out",
    ),
    "its intent lifts an article over the threshold": (
        Case("积分", {"query_points": 0.9}, {"vas-points": 0.6}),
        Step.ANSWER,
        "intent is certain",
    ),
    "doubtful article": (
        Case("漫游", {"other_telecom": 0.6}, {"roaming-open": 0.5}),
        Step.CLARIFY,
        "between thresholds",
    ),
    "hopeless article": (Case("啊啊", {"other_telecom": 0.2}, {"roaming-open": 0.1}), Step.REPHRASE, "not understood"),
    "certain intent gives its standard article": (
        Case("那个积分呢", {"query_points": 0.9}, {"data-5g": 0.1}),
        Step.ANSWER,
        "intent is certain",
    ),
    "certain topic without a standard article": (
        Case("宽带", {"broadband": 0.9}, {"bb-move": 0.1}),
        Step.CLARIFY,
        "intent is certain, its article is not",
    ),
    "human only": (
        Case(
            "扣错钱了", {"query_bill": 0.3}, {"bill-refund-dispute": 0.9}, human_only=frozenset({"bill-refund-dispute"})
        ),
        Step.HANDOFF,
        "article stands out",
    ),
    "unclear is never answered outright": (
        Case("呃那个", {"unclear": 0.8}, {"mnp-how": 0.8}),
        Step.CLARIFY,
        "between thresholds",
    ),
    "unclear with a likeness only": (
        Case("呃那个", {"unclear": 0.8}, {"mnp-how": 0.5}),
        Step.REPHRASE,
        "not understood",
    ),
    "fallback label is looked through": (
        Case("流量", {"nlu_fallback": 0.6, "query_data_usage": 0.4}),
        Step.CLARIFY,
        "between thresholds",
    ),
    "likely topic is offered by its standard article": (
        Case("业务", {"query_services": 0.4, "unclear": 0.3}),
        Step.CLARIFY,
        "between thresholds",
    ),
    "topic and article differ": (
        Case("本地业务", {"query_services": 0.95}, {"acc-cross-province": 0.75}),
        Step.CLARIFY,
        "intent and article differ",
    ),
    "word for word beats the topic": (
        Case("套餐到期了优惠没了", {"query_plan": 0.95}, {"vas-annual-review": 0.98}),
        Step.ANSWER,
        "word for word",
    ),
    "why without any article is still the figure": (
        Case("怎么这么多", {"query_bill": 0.95}, {"x": 0.05}),
        Step.QUERY_BILL,
        "task is certain",
    ),
    # small talk and steering
    "greeting": (Case("你好", {"greet": 0.95}), Step.GREET, "smalltalk"),
    "greeting with an article that fits better": (
        Case("你好老年套餐", {"greet": 0.6}, {"plan-elderly": 0.9}),
        Step.ANSWER,
        "article stands out",
    ),
    "yes to nothing": (Case("好的", {"affirm": 0.9}), Step.AFFIRM, "control"),
    "help": (Case("你会什么", {"help": 0.9}), Step.HELP, "control"),
    # replies to the assistant's own question
    "month reply": (
        Case("上个月", {"unclear": 0.7}, history=History(pending=Pending.MONTH), month="2026-10", entities=LAST_MONTH),
        Step.QUERY_BILL,
        "month given",
    ),
    "month reply that looks like another want": (
        Case(
            "上个月的",
            {"query_data_usage": 0.8},
            history=History(pending=Pending.MONTH),
            month="2026-10",
            entities=LAST_MONTH,
        ),
        Step.QUERY_BILL,
        "month given",
    ),
    "another clear want with a month": (
        Case(
            "上个月流量用了多少",
            {"query_data_usage": 0.9},
            history=History(pending=Pending.MONTH),
            month="2026-10",
            entities=LAST_MONTH,
        ),
        Step.QUERY_DATA_USAGE,
        "task is certain",
    ),
    "a person instead of a month": (
        Case("转人工", {"transfer_human": 0.9}, history=History(pending=Pending.MONTH)),
        Step.HANDOFF,
        "asked for a person",
    ),
    "picked by position": (Case("第二个", {"unclear": 0.9}, history=OFFERED), Step.ANSWER, "chosen"),
    "picked task": (Case("1", {"unclear": 0.9}, history=OFFERED), Step.QUERY_BALANCE, "chosen"),
    "position that was not offered": (
        Case("第三个", {"unclear": 0.9}, history=OFFERED),
        Step.HANDOFF,
        "failed turns in a row",
    ),
    "yes to a single choice": (
        Case("对", {"affirm": 0.9}, history=History(pending=Pending.CLARIFICATION, offered=(BALANCE,))),
        Step.QUERY_BALANCE,
        "chosen",
    ),
    "button of an article": (Case("", {"choose_article": 1.0}, {"mnp-how": 1.0}), Step.ANSWER, "chosen"),
    "button of an article that is gone": (Case("", {"choose_article": 1.0}), Step.REPHRASE, "chosen article is gone"),
    "offer accepted": (
        Case("好的", {"affirm": 0.9}, history=History(pending=Pending.HANDOFF)),
        Step.HANDOFF,
        "accepted the offer of a person",
    ),
    "offer declined": (
        Case("不要", {"deny": 0.9}, history=History(pending=Pending.HANDOFF)),
        Step.DENY,
        "declined the offer of a person",
    ),
}


@pytest.mark.parametrize(("case", "step", "reason"), TABLE.values(), ids=TABLE.keys())
def test_step(case: Case, step: Step, reason: str) -> None:
    decision = case.decide()
    assert (decision.step, decision.reason) == (step, reason)


def test_whole_decision_of_an_answer() -> None:
    decision = Case(
        "携号转网", {"other_telecom": 0.5}, {"mnp-how": 0.9, "mnp-in": 0.2}, groups={"mnp-how": "plans"}
    ).decide()
    assert decision == Decision(
        step=Step.ANSWER,
        outcome=OutcomeKind.ANSWER,
        reason="article stands out",
        candidates=(Candidate("article", "mnp-how", "题：mnp-how", 0.9),),
        skill_group="plans",
    )


def test_choices_are_the_best_three_tasks_and_articles() -> None:
    decision = Case("话费", {"query_balance": 0.4, "query_bill": 0.3}, {"a": 0.6, "b": 0.45, "c": 0.2}).decide()
    assert [(c.kind, c.id) for c in decision.candidates] == [
        ("article", "a"),
        ("article", "b"),
        ("task", "query_balance"),
    ]
    assert decision.pending is Pending.CLARIFICATION


def test_payloads() -> None:
    assert BALANCE.payload == "/query_balance"
    assert ARTICLE.payload == '/choose_article{"article_id": "bill-why-higher"}'


def test_bill_without_a_month_waits_for_it() -> None:
    decision = Case("查账单", {"query_bill": 0.9}).decide()
    assert (decision.step, decision.pending, decision.month) == (Step.QUERY_BILL, Pending.MONTH, None)


def test_bill_with_a_month_waits_for_nothing() -> None:
    decision = Case("查九月账单", {"query_bill": 0.9}, month="2026-09").decide()
    assert (decision.pending, decision.month) == (None, "2026-09")


def test_repeat_keeps_the_pending_choices() -> None:
    decision = Case("再说一遍", {"repeat": 0.9}, history=OFFERED).decide()
    assert (decision.step, decision.pending, decision.candidates) == (
        Step.REPEAT,
        Pending.CLARIFICATION,
        OFFERED.offered,
    )


# ---- failed turns


def test_second_failed_turn_hands_over() -> None:
    first = Case("啊", {"unclear": 0.9}).decide()
    second = Case("哦", {"unclear": 0.9}, history=History(failed_turns=first.failed_turns)).decide()
    assert (first.step, first.failed_turns) == (Step.REPHRASE, 1)
    assert (second.step, second.handoff, second.failed_turns) == (Step.HANDOFF, HandoffReason.REPEATED_FAILURE, 2)


def test_passed_over_clarification_and_a_failure_are_two() -> None:
    decision = Case("啊", {"unclear": 0.9}, history=OFFERED).decide()
    assert decision.handoff is HandoffReason.REPEATED_FAILURE


def test_none_of_the_choices_is_one_failure() -> None:
    first = Case("都不是", {"deny": 0.9}, history=OFFERED).decide()
    assert (first.step, first.failed_turns) == (Step.REPHRASE, 1)
    again = Case("都不是", {"deny": 0.9}, history=replace(OFFERED, failed_turns=1)).decide()
    assert again.handoff is HandoffReason.REPEATED_FAILURE


def test_endless_clarification_ends_with_a_person() -> None:
    history, steps = History(), []
    for _ in range(3):
        decision = Case("话费", {"query_balance": 0.4}, history=history).decide()
        steps.append(decision.step)
        history = History(decision.failed_turns, decision.pending, decision.candidates)
    assert steps == [Step.CLARIFY, Step.CLARIFY, Step.HANDOFF]


def test_none_of_them_is_understood_in_words() -> None:
    decision = Case("都不是", {"unclear": 0.99}, history=OFFERED).decide()
    assert (decision.step, decision.reason) == (Step.REPHRASE, "none of the offered readings")


def test_success_resets_the_count() -> None:
    assert Case("查话费", {"query_balance": 0.9}, history=History(failed_turns=1)).decide().failed_turns == 0


@pytest.mark.parametrize(
    ("text", "intent"),
    [("你好", "greet"), ("再见", "goodbye"), ("那算了", "goodbye"), ("随便", "unclear"), ("讲个笑话", "chitchat")],
)
@pytest.mark.parametrize("pending", [None, Pending.CLARIFICATION, Pending.MONTH])
def test_small_talk_is_no_failure_and_ends_the_row(text: str, intent: str, pending: Pending | None) -> None:
    decision = Case(text, {intent: 0.9}, history=History(failed_turns=1, pending=pending)).decide()
    assert (decision.outcome, decision.failed_turns) == (OutcomeKind.SMALLTALK, 0)


def test_asking_for_the_month_ends_the_row() -> None:
    assert Case("查账单", {"query_bill": 0.9}, history=History(failed_turns=1)).decide().failed_turns == 0


def test_repeat_keeps_the_count() -> None:
    assert Case("再说一遍", {"repeat": 0.9}, history=History(failed_turns=1)).decide().failed_turns == 1


@pytest.mark.parametrize("text", ["取消", "不用了", "算了", "那算了吧"])
def test_called_off_with_nothing_pending(text: str) -> None:
    decision = Case(text, {"cancel_service": 1.0}, {"vas-cancel": 0.9}).decide()
    assert (decision.step, decision.reason) == (Step.DENY, "called off")


def test_rejected_answer_offers_what_else_was_found() -> None:
    history = History(last_step=Step.ANSWER, others=(ARTICLE,))
    decision = Case("不是这个", {"deny": 1.0}, history=history).decide()
    assert (decision.step, decision.candidates) == (Step.CLARIFY, (ARTICLE,))


def test_rejected_answer_with_nothing_else_is_a_failure() -> None:
    decision = Case("不是这个", {"deny": 1.0}, history=History(last_step=Step.ANSWER)).decide()
    assert (decision.step, decision.failed_turns) == (Step.REPHRASE, 1)


# ---- reasons and skill groups of a handoff


def test_person_asked_for_after_a_system_failure_keeps_that_reason() -> None:
    history = History(pending=Pending.HANDOFF, offered_reason=HandoffReason.SYSTEM_FAILURE)
    assert Case("转人工", {"transfer_human": 0.9}, history=history).decide().handoff is HandoffReason.SYSTEM_FAILURE
    assert Case("好的", {"affirm": 0.9}, history=history).decide().handoff is HandoffReason.SYSTEM_FAILURE


@pytest.mark.parametrize(
    ("wants", "group"),
    [
        ({"transfer_human": 0.7, "report_fault": 0.2}, "network"),
        ({"transfer_human": 0.9, "report_fault": 0.01}, "general"),
        ({"transfer_human": 0.6, "query_bill": 0.3}, "bills"),
    ],
)
def test_skill_group_follows_the_want_beside_the_person(wants: dict[str, float], group: str) -> None:
    assert Case("转人工", wants).decide().skill_group == group


def test_skill_group_of_a_bare_wish_follows_what_was_talked_of_before() -> None:
    before = History(group="network")
    assert Case("转人工", {"transfer_human": 0.99}, history=before).decide().skill_group == "network"
    beside = Case("查话费，转人工", {"transfer_human": 0.9, "query_balance": 0.4}, history=before)
    assert beside.decide().skill_group == "bills"


def test_complaint_goes_to_its_desk_upset() -> None:
    decision = Case("投诉", {"complaint": 0.9}).decide()
    assert (decision.skill_group, decision.negative) == ("complaints", True)


def test_human_only_goes_to_the_articles_desk() -> None:
    case = Case("过户有争议", {}, {"x": 0.9}, human_only=frozenset({"x"}), groups={"x": "general"})
    decision = case.decide()
    assert (decision.handoff, decision.skill_group, decision.candidates[0].id) == (
        HandoffReason.HUMAN_ONLY,
        "general",
        "x",
    )


@pytest.mark.parametrize(
    "case",
    [
        Case("第二个", {"unclear": 0.9}, history=OFFERED, human_only=frozenset({ARTICLE.id})),
        Case("", {"choose_article": 1.0}, {"x": 1.0}, human_only=frozenset({"x"})),
        Case("那个积分呢", {"query_points": 0.9}, human_only=frozenset({"vas-points"})),
    ],
    ids=["by position", "by button", "standard article of the intent"],
)
def test_human_only_is_handed_over_however_it_was_come_by(case: Case) -> None:
    decision = case.decide()
    assert (decision.step, decision.handoff) == (Step.HANDOFF, HandoffReason.HUMAN_ONLY)
    assert decision.failed_turns == 0


def test_every_task_has_a_step() -> None:
    tasks = [intent.name for intent in INTENTS.intents.values() if intent.kind == "task"]
    assert {Step(task).value for task in tasks} == set(tasks)
