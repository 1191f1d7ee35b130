"""Normalisation: one form, true offsets, whatever comes in."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text import LENGTH_LIMIT, normalize

# Arbitrary Unicode, and arbitrary mixtures of what the steps look for.
ANY_TEXT = st.text(max_size=60)
SPOKEN = st.text(
    alphabet="我我查话費费 一二两三十百千万零点幺块元个月上本份0159.,¥%gm嗯呃啊那个谢喂，。😀\u200d\u0301ＡGİ",
    max_size=40,
)


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("呃，我想查下話費", "我想查下话费"),
        ("我我我要查查", "我要查"),
        ("话话话话话费", "话费"),
        ("流量流量", "流量"),
        ("谢谢谢谢", "谢谢"),
        ("天天扣费", "天天扣费"),
        ("嗯嗯嗯", "嗯"),
        ("余额", "余额"),
        ("额我想查余额", "我想查余额"),
        ("那个我想问一下", "我想问一下"),
        ("唔，好咯", "好"),
        ("大咯血", "大咯血"),
        ("唔要呢个业务", "唔要呢个业务"),
        ("那个套餐是什么", "那个套餐是什么"),
        ("３.５Ｇ流量", "3.5g流量"),
        ("轉人工", "转人工"),
        ("三百分钟", "300分钟"),
        ("一百二十九块钱", "129元"),
        ("一百零五", "105"),
        ("三百五", "350"),
        ("两万三", "23000"),
        ("一万零三百", "10300"),
        ("二三十块", "二三十块"),
        ("百分之五十", "50%"),
        ("三点五块", "3.5元"),
        ("一五二幺三八", "152138"),
        ("十月份的账单", "10月的账单"),
        ("上月话费", "上个月话费"),
        ("本月月租", "这个月月租"),
        ("以上月租", "以上月租"),
        ("早上九点", "早上9点"),
        ("便宜一点", "便宜一点"),
        ("查一下", "查一下"),
        ("万一停机", "万一停机"),
        ("千万别扣", "千万别扣"),
        ("星期一", "星期一"),
        ("十分满意", "十分满意"),
        ("¥50.00", "50.00元"),
        ("1,000元", "1000元"),
        ("3个G", "3g"),
        ("👍", "好的"),
        ("断了 第三次了", "断了第三次了"),
        ("wifi 连不上", "wifi连不上"),
        ("5 g", "5g"),
        ("iPhone 15 Pro", "iphone 15 pro"),
    ],
)
def test_one_form(original: str, expected: str) -> None:
    assert normalize(original).text == expected


@pytest.mark.parametrize("nothing", ["", " ", "\n\t", "😡😡😡", "？！。。。", "\x00\x07", "\ud800", "\u200b\ufe0f"])
def test_text_without_words_comes_out_empty(nothing: str) -> None:
    normalized = normalize(nothing)
    assert (normalized.text, normalized.offsets, normalized.ends) == ("", (), ())


def test_span_of_a_rewritten_number_is_the_whole_spoken_number() -> None:
    original = "呃我充了三百五十块钱，没到账"
    normalized = normalize(original)
    start = normalized.text.index("350元")
    first, last = normalized.original_span(start, start + len("350元"))
    assert original[first:last] == "三百五十块钱"


def test_span_over_a_stutter_covers_every_repetition() -> None:
    original = "查查话话话费"
    assert normalize(original).text == "查话费"
    assert normalize(original).original_span(1, 3) == (2, 6)


def test_long_text_is_cut_and_says_so() -> None:
    normalized = normalize("怎么回事" + "甲乙丙丁" * 2500)
    assert normalized.truncated
    assert 0 < len(normalized.text) <= LENGTH_LIMIT
    assert not normalize("怎么回事").truncated


@given(st.one_of(ANY_TEXT, SPOKEN))
@example("一 幺 幺" * 3)
@example("1,000,¥")
@example("ﷺ" * 40)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalize(text).text
    assert normalize(once).text == once


@given(st.one_of(ANY_TEXT, SPOKEN))
@example("ﷺ" * 40)
def test_offsets_are_valid(text: str) -> None:
    normalized = normalize(text)
    assert len(normalized.offsets) == len(normalized.ends) == len(normalized.text) <= LENGTH_LIMIT
    assert all(0 <= start < end <= len(text) for start, end in zip(normalized.offsets, normalized.ends, strict=True))
    assert list(normalized.offsets) == sorted(normalized.offsets)
    assert list(normalized.ends) == sorted(normalized.ends)


@given(ANY_TEXT)
def test_no_control_or_layout_character_is_left(text: str) -> None:
    normalized = normalize(text).text
    assert normalized == normalized.strip()
    assert all(character.isprintable() for character in normalized)
