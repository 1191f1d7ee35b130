"""The whole pipeline of config.yml, trained and parsed as in service: every input has a defined outcome."""

import asyncio

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rasa.core.agent import Agent

from bot.evaluation.labelled import Gold
from tools.evaluate.pipeline import trained

EXAMPLES = {
    "query_balance": ["查话费", "话费还剩多少", "我还有多少钱", "余额多少", "帮我看看余额", "我欠费了吗"],
    "query_bill": ["上个月账单", "查账单", "这个月花了多少", "账单明细", "为什么扣了这么多", "九月消费多少"],
    "transfer_human": ["转人工", "我要人工客服", "找个人跟我说", "人工服务", "接人工台", "叫你们客服来"],
    "unclear": ["我那个", "就是", "什么", "那你", "我想问一下", "然后呢这个"],
}


@pytest.fixture(scope="module")
def parse():
    examples = [Gold(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    with trained(examples) as (model, _):
        agent = Agent.load(str(model))
    loop = asyncio.new_event_loop()
    yield lambda text: loop.run_until_complete(agent.parse_message(text))
    loop.close()


def check(text: str, parsed: dict) -> None:
    """What everything behind the pipeline relies on."""
    assert parsed["text"] == text.strip()
    assert isinstance(parsed["intent"]["name"], str)
    assert 0 <= parsed["intent"]["confidence"] <= 1
    confidences = [entry["confidence"] for entry in parsed["intent_ranking"]]
    assert all(0 <= confidence <= 1 for confidence in confidences)
    for entity in parsed["entities"]:
        assert 0 <= entity["start"] < entity["end"] <= len(parsed["text"])
        assert entity["value"]


def test_a_message_is_understood_with_its_entities(parse):
    parsed = parse("呃，查上個月的賬單")
    assert parsed["intent"]["name"] == "query_bill"
    assert [(e["entity"], e["value"], e["start"], e["end"]) for e in parsed["entities"]] == [("month", "上个月", 3, 6)]


NOTHING = {"emoji": "😀😀😀", "punctuation": "？！。。。", "control": "\x00\x01", "blank": "   ", "empty": ""}


@pytest.mark.parametrize("nothing", NOTHING.values(), ids=NOTHING)
def test_a_message_without_words_is_a_fallback(parse, nothing):
    parsed = parse(nothing)
    assert parsed["intent"]["name"] == "nlu_fallback"
    assert parsed["entities"] == []


HOSTILE = {
    "repeated": "查话费" * 4000,
    "long": "甲" * 10_000,
    "sql": "' OR 1=1; DROP TABLE users; --",
    "html": "<img src=x onerror=alert(1)>查话费",
    "expanding": "ﷺ" * 500,
    "scripts": "مرحبا 查话费 hello नमस्ते",
    "right to left": "\u202e费话查",
    "digits": "13800138000" * 50,
    "numerals": "一" * 600,
    "lone surrogate": "\ud800查话费",
    "annotation": "[查话费](month)",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_an_ordinary_message(parse, text):
    check(text, parse(text))


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=80).filter(lambda text: not text.startswith("/")))
@example(text="{}")
@example(text="一\ud83d")
def test_any_unicode_has_an_outcome(parse, text):
    check(text, parse(text))
