"""What an agent reads first: short, true, and without a whole phone number."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decision.intents import load_intents
from handoff.models import Customer, HandoffRequest, Message, Turn
from handoff.services import load_reference
from handoff.summary import LINE_LENGTH, summarize

TASKS = {"query_bill": "查月账单", "query_balance": "查话费余额"}
LI_LEI = Customer(id="C1", name="李雷", phone="13812345678", plan="畅享 59", vip=True)
REPHRASE = {"kind": "rephrase"}


def turn(intent: str | None, confidence: float = 0.9, outcome: Any = None, **more: Any) -> dict[str, Any]:
    return {"intent": intent, "confidence": confidence, "outcome": outcome, **more}


def lines(
    *said: tuple[str, dict[str, Any] | None] | str,
    customer: Customer | None = LI_LEI,
    turn_seq: int | None = None,
    since_seq: int = 0,
    agents: tuple[int, ...] = (),
    context: dict[str, Any] | None = None,
) -> list[str]:
    """The summary of a conversation of the customer's messages: a text, with what was understood of it.

    `agents`: the numbers of messages that the agent 李娜 wrote instead; `turn_seq` None: the last message.
    """
    pairs = [(each, None) if isinstance(each, str) else each for each in said]
    messages = [
        Message(
            id=f"m{seq}",
            seq=seq,
            sender="agent" if seq in agents else "customer",
            sender_name="李娜" if seq in agents else "",
            text=text,
            created_at_ms=seq,
        )
        for seq, (text, _) in enumerate(pairs, start=1)
    ]
    understanding = {seq: Turn.model_validate(known) for seq, (_, known) in enumerate(pairs, start=1) if known}
    request = HandoffRequest(
        id="r1",
        conversation_id="c1",
        state="queued",
        turn_seq=len(pairs) if turn_seq is None else turn_seq,
        reason="customer_request",
        skill_group="bills",
        priority="normal",
        requested_at_ms=0,
        context=context or {},
    )
    return summarize(customer, request, messages, understanding, since_seq=since_seq, task_names=TASKS)


ASKED = ("转人工", turn("transfer_human", outcome={"kind": "handoff"}))
GREETED = ("你好", turn("greet"))
WHY = "话费为什么变多了"
ANSWERED = ("怎么多扣了三十块", turn("query_bill", outcome={"kind": "answer", "article_id": "a", "article_title": WHY}))
BILL = ("查账单", turn("query_bill", outcome={"kind": "task", "task": "query_bill"}))
LOST = ("嗯那个就那个", turn("unclear", 0.3, REPHRASE))


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ([GREETED, ANSWERED, ASKED], "“怎么多扣了三十块”"),
        ([BILL, ANSWERED, ASKED], "“查账单”；“怎么多扣了三十块”"),
        ([ANSWERED, BILL, ANSWERED, ASKED], "“查账单”；“怎么多扣了三十块”"),  # said twice, quoted once
        ([ANSWERED, LOST, ASKED], "“怎么多扣了三十块”"),  # what was understood goes before what was not
        ([("我那个卡老断", turn("query_number", 0.2, REPHRASE)), ASKED], "“我那个卡老断”"),
        ([("流量超了，转人工", turn("transfer_human"))], "“流量超了，转人工”"),
        (["宽带连不上"], "“宽带连不上”"),  # the assistant was away
        ([("我要投诉你们乱扣费！", turn("complaint"))], "“我要投诉你们乱扣费”"),
        ([("月租" * 30, turn("query_plan_fee"))], f"“{'月租' * 13}月…”"),
        ([("换成\n一行", turn("change_plan"))], "“换成 一行”"),
        ([("给１３８-1234 5678充错了", turn("recharge"))], "“给138****5678充错了”"),
        ([GREETED, ASKED], None),
        ([("麻烦帮我转接一下人工客服吧", turn("transfer_human"))], None),
        ([("你们就是骗子", turn("abuse"))], None),
        (["13812345678"], None),
        ([], None),
    ],
)
def test_what_is_wanted(said, wanted):
    found = [line for line in lines(*said) if line.startswith("客户想要")]
    assert found == ([] if wanted is None else [f"客户想要：{wanted}"])


def test_without_a_matter_what_was_written_while_waiting_counts():
    assert lines(ASKED, "还要等多久", "我家断网了", turn_seq=1)[0] == "客户想要：“我家断网了”"
    assert lines(ANSWERED, ASKED, "我家断网了", turn_seq=2)[0] == "客户想要：“怎么多扣了三十块”"


@pytest.mark.parametrize(
    ("said", "context", "tried"),
    [
        ([BILL, ANSWERED, ASKED], {}, f"查月账单；已答《{WHY}》"),
        ([BILL, BILL, ASKED], {}, "查月账单"),
        ([("啊", turn(None, outcome={"kind": "clarification"})), LOST, LOST], {}, "反问确认 1 次；没听懂 2 次"),
        ([LOST, LOST], {"failed_turns": 2.0}, "没听懂 2 次；连续 2 轮没解决"),
        ([("查账单", turn("query_bill", outcome={"kind": "failure"}))], {}, "处理失败 1 次"),
        (["转人工"], {"recent_turns": [BILL[1]]}, "查月账单"),  # nothing stored beside the messages
        ([("x", turn("query_x", outcome={"kind": "task", "task": "unheard_of"}))], {}, None),
        ([ASKED], {"articles": [{"article_id": "a", "title": WHY, "score": 0.4}]}, None),  # found, never given
    ],
)
def test_what_was_tried(said, context, tried):
    found = [line for line in lines(*said, context=context) if line.startswith("小桥试过")]
    assert found == ([] if tried is None else [f"小桥试过：{tried}"])


def test_what_is_known():
    entities = [
        {"entity": "amount", "value": "30元"},
        {"entity": "phone_number", "value": "13987654321"},
        {"entity": "plan_name", "value": None},
    ]
    said = ("多扣了30元", turn("query_bill", entities=entities))
    assert lines(said, context={"slots": {"month": "2026-09", "skill_group": "bills"}})[-1] == (
        "已知信息：已登录（138****5678）；VIP；套餐 畅享 59；月份 2026年9月；金额 30元；号码 139****4321"
    )
    assert lines(said, customer=None)[-1] == "已知信息：未登录；金额 30元；号码 139****4321"
    elderly = Customer(id="C2", phone="12345678", elderly=True)
    assert lines(customer=elderly) == ["已知信息：已登录；长辈"]


def test_an_earlier_service_is_named_and_its_matter_left_out():
    said = (BILL, "您好，我看一下", ANSWERED, ASKED, "您好")
    assert lines(*said, turn_seq=4, since_seq=2, agents=(2, 5), customer=None) == [
        "客户想要：“怎么多扣了三十块”",
        f"小桥试过：已答《{WHY}》",
        "已知信息：未登录；之前由李娜接待过",
    ]
    assert lines(*said, turn_seq=4, since_seq=2, agents=(5,), customer=None)[-1] == "已知信息：未登录"


def test_without_a_request():
    assert summarize(None, None, [], {}, since_seq=0, task_names={}) == ["已知信息：未登录"]


def test_the_tasks_are_those_of_the_assistant():
    tasks = {name: intent.title for name, intent in load_intents().intents.items() if intent.kind == "task"}
    assert load_reference(Path("data")).tasks == tasks


PHONES = st.from_regex(r"1[3-9][0-9]([ -]?)[0-9]{4}\1[0-9]{4}", fullmatch=True)
WORDS = st.one_of(
    st.text(max_size=60), PHONES, st.sampled_from(["转人工", "话费多扣了", "宽带断了", "２０２６-10", "x" * 500])
)
TEXTS = st.lists(WORDS, max_size=4).map("，".join)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
ENTITIES = st.fixed_dictionaries(
    {
        "entity": st.sampled_from(["month", "amount", "phone_number", "plan_name", "article_id"]),
        "value": st.one_of(TEXTS, NUMBERS, st.integers(), st.none(), st.lists(st.integers(), max_size=2)),
    }
)
OUTCOMES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["task", "answer", "clarification", "rephrase", "smalltalk", "handoff", "failure"]),
        "task": st.one_of(st.none(), st.sampled_from(["query_bill", "?"])),
        "article_title": st.one_of(st.none(), TEXTS),
    }
)
INTENTS = st.sampled_from(["query_bill", "transfer_human", "greet", "unclear", "complaint", "neues"])
TURNS = st.fixed_dictionaries(
    {
        "intent": st.one_of(st.none(), INTENTS),
        "confidence": st.one_of(st.none(), NUMBERS),
        "outcome": st.one_of(st.none(), OUTCOMES),
        "entities": st.lists(ENTITIES, max_size=3),
        "failed_turns": st.one_of(st.none(), st.floats(-1, 100)),
    }
)
CUSTOMERS = st.builds(
    Customer,
    id=st.just("C"),
    phone=st.one_of(PHONES, st.text(max_size=32)),
    plan=st.one_of(st.none(), TEXTS.map(lambda text: text[:100])),
    vip=st.booleans(),
    elderly=st.booleans(),
)


@given(
    said=st.lists(st.tuples(TEXTS, st.one_of(st.none(), TURNS)), max_size=6),
    customer=st.one_of(st.none(), CUSTOMERS),
    turn_seq=st.integers(0, 7),
    since_seq=st.integers(0, 7),
    agents=st.lists(st.integers(1, 6), max_size=2).map(tuple),
    context=st.one_of(
        st.none(), st.tuples(TURNS, st.dictionaries(st.just("month"), ENTITIES.map(lambda e: e["value"])))
    ),
)
def test_always_short_and_without_a_whole_phone_number(said, customer, turn_seq, since_seq, agents, context):
    whole = {**context[0], "slots": context[1], "recent_turns": [context[0]]} if context else None
    found = lines(*said, customer=customer, turn_seq=turn_seq, since_seq=since_seq, agents=agents, context=whole)
    assert len(found) <= 3
    for line in found:
        assert 0 < len(line) <= LINE_LENGTH
        assert "\n" not in line
        assert re.search(r"\d{7}", re.sub(r"(19|20)\d{6}|[\s-]", "", line)) is None
