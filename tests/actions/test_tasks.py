"""Balance, data, minutes, messages and bills: for identified customers, and honest when the operator fails."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from actions.clients.operator import OperatorClient
from actions.services import Services
from tests.actions.conversation import PROFILE, Conversation, Said
from tests.actions.fake_handoff import FakeHandoff

SURE = 0.95


async def _ask(services: Services, customer: str, task: str, text: str = "查一下") -> Said:
    return await Conversation(services, PROFILE | {"id": customer}).says(text, (task, SURE))


def _values(said: Said) -> dict[str, Any]:
    (message,) = said.messages
    return {key: value for key, value in message.items() if isinstance(value, str)}


async def test_balance(services: Services) -> None:
    said = await _ask(services, "C1001", "query_balance")
    assert _values(said) == {"template": "utter_balance", "response": "utter_balance", "balance": "¥32.50"}
    assert said.outcome == {"kind": "task", "reason": "task is certain", "task": "query_balance"}


async def test_balance_with_gift(services: Services) -> None:
    values = _values(await _ask(services, "C1005", "query_balance"))
    assert (values["response"], values["balance"], values["gift"]) == ("utter_balance_with_gift", "¥13.20", "¥10.00")


async def test_balance_owed(services: Services) -> None:
    values = _values(await _ask(services, "C1004", "query_balance"))
    assert (values["response"], values["owed"]) == ("utter_balance_owed", "¥215.00")


async def test_data(services: Services) -> None:
    values = _values(await _ask(services, "C1001", "query_data_usage"))
    assert (values["response"], values["remaining"], values["used"]) == ("utter_data", "11.65 GB", "18.35 GB")
    assert values["details"] == ""


async def test_scarce_data_in_several_buckets(services: Services) -> None:
    values = _values(await _ask(services, "C1006", "query_data_usage"))
    assert (values["response"], values["remaining"]) == ("utter_data_scarce", "0 MB")
    values = _values(await _ask(services, "C1005", "query_data_usage"))
    assert values["details"] == "（套餐内国内流量 922 MB，流量加油包 5 GB）"


async def test_minutes_and_messages(services: Services) -> None:
    assert _values(await _ask(services, "C1003", "query_voice_usage"))["remaining"] == "52 分钟"
    assert _values(await _ask(services, "C1003", "query_sms_usage"))["remaining"] == "18 条"


async def test_bill_of_a_named_month(services: Services) -> None:
    said = await Conversation(services, PROFILE | {"id": "C1004"}).says("查十月的账单", ("query_bill", SURE))
    values = _values(said)
    assert (values["response"], values["month_title"]) == ("utter_bill", "10月")
    assert values["items"].startswith("套餐月费 ¥199.00")
    assert "视频会员连续包月 ¥15.00" in values["items"]


async def test_bill_of_the_running_month(services: Services) -> None:
    said = await Conversation(services).says("这个月账单", ("query_bill", SURE))
    assert said.names == ["utter_bill_so_far"]


async def test_bill_asks_for_the_month_and_takes_the_answer(services: Services) -> None:
    conversation = Conversation(services)
    asked = await conversation.says("查账单", ("query_bill", SURE))
    assert asked.names == ["utter_ask_month"]
    assert asked.payloads() == [f'/query_bill{{"month": "2026-{month}"}}' for month in (10, 11, "09")]
    assert conversation.slots["pending"] == "month"
    answered = await conversation.says("上个月", ("unclear", 0.7))
    assert (answered.names, answered.messages[0]["month_title"]) == (["utter_bill"], "10月")
    assert conversation.slots["pending"] is None


async def test_month_button(services: Services) -> None:
    conversation = Conversation(services)
    await conversation.says("查账单", ("query_bill", SURE))
    month = {"entity": "month", "value": "2026-09"}
    pressed = await conversation.says('/query_bill{"month": "2026-09"}', ("query_bill", 1.0), entities=(month,))
    assert pressed.messages[0]["month_title"] == "9月"


async def test_another_want_leaves_the_month_question(services: Services) -> None:
    conversation = Conversation(services)
    await conversation.says("查账单", ("query_bill", SURE))
    assert (await conversation.says("查话费", ("query_balance", SURE))).names == ["utter_balance"]
    assert conversation.slots["pending"] is None


@pytest.mark.parametrize("text", ["再上个月呢", "9月的呢", "九月", "两个月前的", "上上个月"])
async def test_another_month_after_a_bill(services: Services, text: str) -> None:
    conversation = Conversation(services)
    await conversation.says("上个月账单", ("query_bill", SURE))
    said = await conversation.says(text, ("unclear", SURE))
    assert (said.names, said.messages[0]["month_title"]) == (["utter_bill"], "9月")


async def test_one_more_back_again_and_again(services: Services) -> None:
    conversation = Conversation(services)
    titles = []
    for text in ("上个月账单", "再上个月呢", "再上个月呢"):
        said = await conversation.says(text, ("query_bill", SURE))
        titles.append(said.messages[0]["month_title"])
    assert titles == ["10月", "9月", "8月"]


@pytest.mark.parametrize("text", ["第三个吧", "9", "9月", "两个月前的"])
async def test_month_question_is_answered_by_position_or_number(services: Services, text: str) -> None:
    conversation = Conversation(services)
    await conversation.says("查账单", ("query_bill", SURE))
    said = await conversation.says(text, ("unclear", SURE))
    assert (said.names, said.messages[0]["month_title"]) == (["utter_bill"], "9月")


async def test_two_months_are_both_shown(services: Services) -> None:
    conversation = Conversation(services)
    await conversation.says("查账单", ("query_bill", SURE))
    said = await conversation.says("上个月和这个月", ("unclear", SURE))
    assert said.names == ["utter_bill", "utter_bill_so_far"]
    assert [message["month_title"] for message in said.messages] == ["10月", "11月"]


async def test_month_to_come_is_asked_again(services: Services) -> None:
    conversation = Conversation(services)
    said = await conversation.says("下个月的账单", ("query_bill", SURE))
    assert (said.names, said.messages[0]["month_title"]) == (["utter_bill_future"], "12月")
    assert (await conversation.says("第一个", ("unclear", SURE))).messages[0]["month_title"] == "10月"


async def test_month_that_no_year_has(services: Services) -> None:
    assert (await Conversation(services).says("13月账单", ("query_bill", SURE))).names == ["utter_no_such_month"]


@pytest.mark.parametrize("text", ["六月流量用了多少", "昨天用了多少流量"])
async def test_usage_of_another_time_is_not_passed_off(services: Services, text: str) -> None:
    said = await Conversation(services).says(text, ("query_data_usage", SURE))
    assert said.names == ["utter_usage_this_month_only", "utter_data"]


@pytest.mark.parametrize("text", ["这个月流量用了多少", "流量还剩多少", "今天帮我查下流量"])
async def test_usage_of_this_month_needs_no_word(services: Services, text: str) -> None:
    assert (await Conversation(services).says(text, ("query_data_usage", SURE))).names == ["utter_data"]


@pytest.mark.parametrize(
    ("text", "response", "title"),
    [("查12月账单", "utter_bill_none", "2025年12月"), ("查2027年3月账单", "utter_bill_future", "2027年3月")],
)
async def test_months_without_a_bill(services: Services, text: str, response: str, title: str) -> None:
    said = await Conversation(services).says(text, ("query_bill", SURE))
    assert (said.names, said.messages[0]["month_title"]) == ([response], title)


@pytest.mark.parametrize(
    "task", ["query_balance", "query_data_usage", "query_voice_usage", "query_sms_usage", "query_bill"]
)
async def test_visitor_is_asked_to_log_in_and_may_have_a_person(
    services: Services, handoff: FakeHandoff, task: str
) -> None:
    conversation = Conversation(services, profile=None)
    said = await conversation.says("查一下", (task, SURE))
    assert said.names == ["utter_login_needed"]
    assert said.outcome == {"kind": "task", "task": task, "reason": "not_identified"}
    await conversation.says("好的", ("affirm", SURE))
    assert handoff.requests[0]["reason"] == "customer_request"


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("帮我查一下我爸的话费", ()),
        ("查13800138000的话费", ({"entity": "phone_number", "value": "13800138000", "start": 1, "end": 12},)),
    ],
)
async def test_somebody_elses_number_is_not_confused_with_the_own(
    services: Services, text: str, entities: tuple[dict[str, object], ...]
) -> None:
    said = await Conversation(services).says(text, ("query_balance", SURE), entities=entities)
    assert said.names == ["utter_own_number_only", "utter_balance"]


@pytest.mark.parametrize("task", ["query_balance", "query_data_usage"])
async def test_customer_the_operator_does_not_know(services: Services, task: str) -> None:
    said = await _ask(services, "nobody", task)
    assert (said.names, said.outcome["reason"]) == (["utter_nothing_found"], "nothing_found")


@pytest.mark.parametrize("task", ["query_balance", "query_data_usage", "query_bill"])
@pytest.mark.parametrize("faults", [{"status": 500}, {"status": 404}])
async def test_failing_operator_is_told_and_a_person_offered(
    services: Services, handoff: FakeHandoff, operator: Any, task: str, faults: dict[str, int]
) -> None:
    operator(**faults)
    conversation = Conversation(services)
    said = await conversation.says("查上个月", (task, SURE))
    assert said.names == ["utter_operator_failed"]
    assert said.outcome == {"kind": "failure", "task": task, "reason": "system_failure"}
    await conversation.says("转人工", ("transfer_human", SURE))
    assert handoff.requests[0]["reason"] == "system_failure"


async def test_slow_operator_is_given_up_in_time(services: Services, operator_url: str, operator: Any) -> None:
    operator(delay_ms=10_000)
    hasty = OperatorClient(operator_url, budget_s=0.1)
    started = time.monotonic()
    for task in ("query_balance", "query_data_usage", "query_bill"):
        conversation = Conversation(replace(services, operator=hasty))
        assert (await conversation.says("查上个月", (task, SURE))).names == ["utter_operator_failed"]
    assert time.monotonic() - started < 5
    await hasty.close()


async def test_absent_operator(services: Services, unused_tcp_port: int) -> None:
    nowhere = OperatorClient(f"http://127.0.0.1:{unused_tcp_port}")
    said = await Conversation(replace(services, operator=nowhere)).says("查话费", ("query_balance", SURE))
    assert said.names == ["utter_operator_failed"]
    await nowhere.close()


async def test_many_customers_at_once_get_their_own_balance(services: Services) -> None:
    customers = ["C1001", "C1003", "C1007"] * 5
    said = await asyncio.gather(*(_ask(services, customer, "query_balance") for customer in customers))
    assert [_values(one)["balance"] for one in said] == ["¥32.50", "¥8.90", "¥46.70"] * 5
