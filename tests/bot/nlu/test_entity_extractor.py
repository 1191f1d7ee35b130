"""Entities by rule: their values in one form, their offsets in the text as it was written."""

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.entity_extractor import RuleEntityExtractor

DATA = TrainingData(
    [],
    lookup_tables=[{"name": "plan_name", "elements": ["小桥畅享59元套餐", "小桥5G畅享129元套餐"]}],
    entity_synonyms={"畅享套餐": "小桥畅享59元套餐", "别的": "不是套餐"},
)


def entities_of(extractor: RuleEntityExtractor, text: str) -> list[tuple[str, str, str]]:
    """(entity, value, the part of the original its offsets point to)."""
    (message,) = extractor.process([Message({TEXT: text})])
    return [(e["entity"], e["value"], text[e["start"] : e["end"]]) for e in message.get(ENTITIES)]


@pytest.fixture
def extractor(create):
    extractor = create(RuleEntityExtractor)
    extractor.train(DATA)
    return extractor


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("查上個月的話費", [("month", "上个月", "上個月")]),
        ("本月账单", [("month", "这个月", "本月")]),
        ("呃查十月份的", [("month", "10月", "十月份")]),
        ("去年十二月花了多少", [("month", "去年12月", "去年十二月")]),
        ("2026年9月的账单", [("month", "2026年9月", "2026年9月")]),
        ("上上月扣了多少", [("month", "上上个月", "上上月")]),
        ("13月", []),
        ("用了3个月", []),
        ("这个月租多少", []),
        ("充了三十块钱没到", [("amount", "30", "三十块钱")]),
        ("多扣了¥9.90", [("amount", "9.90", "¥9.90")]),
        ("我是138-0013-8000", [("phone_number", "13800138000", "138-0013-8000")]),
        (
            "帮１３８００１３８０００充50元",
            [("phone_number", "13800138000", "１３８００１３８０００"), ("amount", "50", "50元")],
        ),
        ("订单号213800138000", []),
        ("13800138000123", []),
        ("换成小桥5g畅享129元套餐", [("plan_name", "小桥5G畅享129元套餐", "小桥5g畅享129元套餐")]),
        ("畅享套餐多少钱", [("plan_name", "小桥畅享59元套餐", "畅享套餐")]),
        ("", []),
        ("😀", []),
    ],
)
def test_entities(extractor, text, expected):
    assert entities_of(extractor, text) == expected


def test_plan_names_are_stored_with_the_model(extractor, reload):
    assert entities_of(reload(RuleEntityExtractor), "畅享套餐") == [("plan_name", "小桥畅享59元套餐", "畅享套餐")]


def test_entities_found_before_stay(extractor):
    earlier = {"entity": "article_id", "value": "x", "start": 0, "end": 1}
    (message,) = extractor.process([Message({TEXT: "上个月", ENTITIES: [earlier]})])
    assert [e["entity"] for e in message.get(ENTITIES)] == ["article_id", "month"]
