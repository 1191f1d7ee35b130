"""Conversations over several turns: answers, choices, failures, repetition."""

import pytest

from actions.action_answer import ActionAnswer
from actions.services import Services
from actions.turn import Turn
from bot.text import LENGTH_LIMIT
from tests.actions.conversation import Conversation
from tests.actions.fake_handoff import FakeHandoff

WHY = "为什么这个月话费比平时多"


async def test_answer_is_one_rich_message(services: Services) -> None:
    said = await Conversation(services).says(WHY, ("query_bill", 0.9), ("query_balance", 0.05))
    assert said.messages == [
        {
            "text": "先看当月账单。",
            "buttons": [{"title": "查账单", "payload": "/query_bill"}],
            "links": [{"title": "网上营业厅", "url": "https://example.org/"}],
        }
    ]
    score = said.turn["articles"][0]["score"]
    assert said.outcome == {
        "kind": "answer",
        "reason": "word for word",
        "article_id": "bill-why-higher",
        "article_title": "话费为什么变多了",
        "score": score,
    }


async def test_turn_tells_what_was_understood(services: Services) -> None:
    ranking = [(f"query_{name}", 0.2) for name in ("bill", "plan", "points", "number", "services", "recharge")]
    month = {"entity": "month", "value": "上个月", "start": 0, "end": 3, "extractor": "x"}
    said = await Conversation(services).says("上个月那个", *ranking, entities=(month,))
    assert [entry["name"] for entry in said.turn["intent_ranking"]] == [name for name, _ in ranking[:5]]
    assert said.turn["entities"] == [{"entity": "month", "value": "上个月", "start": 0, "end": 3}]
    assert len(said.turn["articles"]) <= 3
    assert (said.turn["intent"], said.turn["confidence"]) == ("query_bill", 0.2)


async def test_turn_shows_the_intents_behind_a_fallback(services: Services) -> None:
    said = await Conversation(services).says("那个", ("nlu_fallback", 0.3), ("query_plan", 0.15))
    assert said.turn["intent_ranking"] == [{"name": "query_plan", "confidence": 0.15}]
    assert (said.turn["intent"], said.outcome["kind"]) == ("query_plan", "rephrase")


async def test_answer_with_unchecked_conditions_says_so(services: Services) -> None:
    known = await Conversation(services).says("有没有粤语服务", ("other_telecom", 0.9))
    assert known.names == ["有。"]
    unknown = await Conversation(services, profile=None).says("有没有粤语服务", ("other_telecom", 0.9))
    assert unknown.names == ["有。", "utter_answer_depends"]


async def test_choice_by_button_and_by_position(services: Services) -> None:
    conversation = Conversation(services)
    offered = await conversation.says("话费", ("query_balance", 0.4), ("query_bill", 0.35))
    assert offered.names == ["utter_clarify"]
    assert offered.payloads() == ["/query_balance", "/query_bill", "/deny"]
    assert (await conversation.says("第一个", ("unclear", 0.9))).names == ["utter_balance"]

    chosen = {"entity": "article_id", "value": "vas-points"}
    payload = '/choose_article{"article_id": "vas-points"}'
    pressed = await conversation.says(payload, ("choose_article", 1.0), entities=(chosen,))
    assert (pressed.names, pressed.outcome["article_id"]) == (["在 App 里看积分。"], "vas-points")


async def test_rejected_answer_is_followed_by_another_attempt(services: Services) -> None:
    conversation = Conversation(services)
    await conversation.says(WHY, ("query_bill", 0.9))
    assert (await conversation.says("不是这个", ("deny", 1.0))).names == ["utter_rephrase"]


async def test_button_of_an_article_that_was_removed(services: Services) -> None:
    gone = {"entity": "article_id", "value": "no-such"}
    said = await Conversation(services).says("/choose_article", ("choose_article", 1.0), entities=(gone,))
    assert said.names == ["utter_rephrase"]


async def test_standard_article_has_its_title(services: Services) -> None:
    said = await Conversation(services).says("那个", ("query_points", 0.9))
    assert (said.outcome["article_id"], said.outcome["article_title"]) == ("vas-points", "积分")


async def test_two_failed_turns_reach_a_person_and_do_not_loop(services: Services, handoff: FakeHandoff) -> None:
    conversation = Conversation(services)
    assert (await conversation.says("呃", ("unclear", 0.9))).turn["failed_turns"] == 1
    second = await conversation.says("啊", ("unclear", 0.9))
    assert second.outcome["reason"] == "repeated_failure"
    assert handoff.requests[0]["reason"] == "repeated_failure"
    assert handoff.requests[0]["context"]["failed_turns"] == 2
    # The customer leaves the queue: the next misunderstanding is a first one again.
    assert (await conversation.says("呃", ("unclear", 0.9))).names == ["utter_rephrase"]


@pytest.mark.parametrize(
    "text", ["", "   ", "？！。", "😀😀", "\x00\x07", "-- '; DROP TABLE x", "<script>", "啊" * 10_000]
)
async def test_odd_texts_have_an_outcome(services: Services, text: str) -> None:
    said = await Conversation(services).says(text, ("unclear", 0.5))
    assert said.outcome["kind"] == "rephrase"


async def test_words_are_asked_for_when_there_are_none(services: Services) -> None:
    assert (await Conversation(services).says("😀", ("unclear", 0.5))).names == ["utter_no_words"]
    assert (await Conversation(services).says("呃", ("unclear", 0.5))).names == ["utter_rephrase"]


async def test_repeat_says_the_last_answer_again(services: Services) -> None:
    conversation = Conversation(services)
    answered = await conversation.says(WHY, ("query_bill", 0.9))
    repeated = await conversation.says("再说一遍", ("repeat", 0.9))
    assert repeated.messages == answered.messages


async def test_repeat_keeps_what_was_asked(services: Services) -> None:
    conversation = Conversation(services)
    await conversation.says("查账单", ("query_bill", 0.9))
    await conversation.says("你说什么", ("repeat", 0.9))
    assert (await conversation.says("上个月", ("unclear", 0.7))).names == ["utter_bill"]


async def test_nothing_to_repeat(services: Services) -> None:
    assert (await Conversation(services).says("再说一遍", ("repeat", 0.9))).names == ["utter_nothing_to_repeat"]


async def test_second_insult_reaches_a_person(services: Services, handoff: FakeHandoff) -> None:
    conversation = Conversation(services)
    assert (await conversation.says("你是猪吗", ("abuse", 0.9))).names == ["utter_calm"]
    await conversation.says("笨蛋", ("abuse", 0.9))
    assert handoff.requests[0]["reason"] == "abuse"


async def test_nothing_understood_at_all(services: Services) -> None:
    said = await Conversation(services).says("嗯")
    assert (said.names, said.turn["intent"]) == (["utter_rephrase"], None)


async def test_a_bug_becomes_an_apology(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(self: ActionAnswer, dispatcher: object, turn: Turn) -> list[dict[str, object]]:
        raise RuntimeError("bug")

    monkeypatch.setattr(ActionAnswer, "act", broken)
    said = await Conversation(services).says(WHY, ("query_bill", 0.9))
    assert (said.names, said.outcome) == (["utter_internal_error"], {"kind": "failure", "reason": "internal_error"})


async def test_message_sent_again_by_another_worker_is_decided_as_the_first_time(services: Services) -> None:
    """A failed turn counts once, and a choice is read against what was offered before it, not after."""
    conversation = Conversation(services)
    first = await conversation.says("呜噜呜噜", ("nlu_fallback", 0.9))
    repeated = await conversation.says("呜噜呜噜", ("nlu_fallback", 0.9), again=True)
    assert repeated.turn == first.turn
    assert conversation.slots["failed_turns"] == 1
    assert (await conversation.says("咿呀咿呀", ("nlu_fallback", 0.9))).turn["failed_turns"] == 2

    await conversation.says("话费", ("query_balance", 0.4), ("query_bill", 0.35))
    chosen = await conversation.says("第二个", ("nlu_fallback", 0.9))
    repeated = await conversation.says("第二个", ("nlu_fallback", 0.9), again=True)
    assert (chosen.outcome["task"], repeated.outcome["task"]) == ("query_bill", "query_bill")
    assert repeated.messages == chosen.messages


async def test_handoff_context_of_a_message_sent_again_holds_each_turn_once(
    services: Services, handoff: FakeHandoff
) -> None:
    conversation = Conversation(services)
    await conversation.says("呜噜呜噜", ("nlu_fallback", 0.9))
    await conversation.says("转人工", ("transfer_human", 0.99))
    await conversation.says("转人工", ("transfer_human", 0.99), again=True)
    first, second = handoff.requests
    assert second == first
    assert len(first["context"]["recent_turns"]) == 2


LONG = "我的手机" + "用了很久想说说情况" * 60


async def test_customer_is_told_that_a_long_message_was_read_in_part(services: Services) -> None:
    conversation = Conversation(services)
    said = await conversation.says(LONG, ("query_balance", 0.95))
    assert said.names == ["utter_read_in_part", "utter_balance"]
    assert said.messages[0]["characters"] == LENGTH_LIMIT
    assert said.outcome["kind"] == "task"
    assert (await conversation.says("查余额", ("query_balance", 0.95))).names == ["utter_balance"]


async def test_nothing_is_said_to_be_unread_when_a_person_takes_over(services: Services, handoff: FakeHandoff) -> None:
    said = await Conversation(services).says(LONG, ("transfer_human", 0.99))
    assert (said.names, said.outcome["kind"]) == ([], "handoff")
    assert len(handoff.requests) == 1


BAD_INPUT = {
    "emoji": ("😀😀😀", ["utter_no_words"]),
    "punctuation": ("？！。。。", ["utter_no_words"]),
    "control": ("\x00\x01\x1b", ["utter_no_words"]),
    "blank": ("   ", ["utter_no_words"]),
    "empty": ("", ["utter_no_words"]),
    "sql": ("' OR 1=1; DROP TABLE users; --", ["utter_rephrase"]),
    "html": ("<img src=x onerror=alert(1)>", ["utter_rephrase"]),
    "long": ("甲乙丙丁戊" * 2000, ["utter_read_in_part", "utter_rephrase"]),
}


@pytest.mark.parametrize(("text", "names"), BAD_INPUT.values(), ids=BAD_INPUT)
async def test_bad_input_is_answered(services: Services, text: str, names: list[str]) -> None:
    said = await Conversation(services).says(text, ("nlu_fallback", 0.3))
    assert (said.names, said.outcome["kind"]) == (names, "rephrase")


async def test_unhelpful_answer_counts_as_a_failure_before_this_message(
    services: Services, handoff: FakeHandoff
) -> None:
    conversation = Conversation(services)
    await conversation.says("怎么多扣了钱", ("query_bill_detail", 0.2))
    assert conversation.slots["failed_turns"] == 0
    said = await conversation.says("嘟嘟嘟", ("nlu_fallback", 0.3), failed_turns=1)
    assert said.outcome["kind"] == "handoff"
    assert handoff.requests[0]["reason"] == "repeated_failure"
    assert handoff.requests[0]["context"]["failed_turns"] == 2
