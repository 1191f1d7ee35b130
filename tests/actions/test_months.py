from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.months import Month, find_month, find_months, month_reply, names_no_month

TODAY = date(2026, 2, 10)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("上个月", "2026-01"),
        ("上月的账单", "2026-01"),
        ("上上个月", "2025-12"),
        ("前个月", "2025-12"),
        ("这个月", "2026-02"),
        ("本月话费", "2026-02"),
        ("1月", "2026-01"),
        ("一月份的", "2026-01"),
        ("十二月", "2025-12"),
        ("11月份", "2025-11"),
        ("去年12月", "2025-12"),
        ("去年的三月", "2025-03"),
        ("今年一月", "2026-01"),
        ("2025年9月", "2025-09"),
        ("2025年09月账单", "2025-09"),
        ("2026-01", "2026-01"),
        ("2月", "2026-02"),
        ("3月", "2025-03"),
        ("2027年3月", "2027-03"),
        ("帮我查一下八月份扣了多少", "2025-08"),
        ("再上个月呢", "2025-12"),
        ("三个月前的", "2025-11"),
        ("两个月之前", "2025-12"),
        ("下个月的账单", "2026-03"),
    ],
)
def test_named_month(text: str, month: str) -> None:
    found = find_month(text, TODAY)
    assert found is not None
    assert str(found.month) == month


@pytest.mark.parametrize("text", ["", "查账单", "一个月", "13月", "三个月", "包月", "月租", "每月", "2025", "十五个月"])
def test_no_month(text: str) -> None:
    assert find_month(text, TODAY) is None


def test_offsets_cover_the_name() -> None:
    text = "查一下上个月的账单"
    found = find_month(text, TODAY)
    assert found is not None
    assert text[found.start : found.end] == "上个月"


def test_titles_and_bounds() -> None:
    assert (Month(2026, 1).title(TODAY), Month(2025, 12).title(TODAY)) == ("1月", "2025年12月")
    assert Month(2025, 12).start == "2025-12-01T00:00:00+08:00"
    assert Month(2025, 12).next() == Month(2026, 1)


@given(st.text(max_size=30))
def test_any_text(text: str) -> None:
    found = find_month(text, TODAY)
    assert found is None or (0 <= found.start < found.end <= len(text) and 1 <= found.month.month <= 12)


@given(st.integers(2000, 2099), st.integers(1, 12), st.integers(0, 60))
def test_back_and_forth(year: int, month: int, back: int) -> None:
    assert Month(year, month).back(back).back(-back) == Month(year, month)


def test_one_more_back_counts_from_the_month_shown() -> None:
    found = find_month("再上个月", TODAY, Month(2025, 9))
    assert found is not None
    assert found.month == Month(2025, 8)


def test_several_months_in_the_order_of_the_text() -> None:
    found = find_months("这个月和上个月，还有9月的", TODAY)
    assert [str(one.month) for one in found] == ["2026-02", "2026-01", "2025-09"]


@pytest.mark.parametrize(
    ("text", "month"),
    [("第一个", "2026-01"), ("第二个", "2026-02"), ("第三个吧", "2025-12"), ("10", "2025-10"), ("1", "2026-01")],
)
def test_reply_to_which_month(text: str, month: str) -> None:
    assert str(month_reply(text, TODAY)) == month


@pytest.mark.parametrize("text", ["13", "查话费", "", "100", "转人工"])
def test_no_reply_to_which_month(text: str) -> None:
    assert month_reply(text, TODAY) is None


def test_names_no_month() -> None:
    assert all(map(names_no_month, ["13月账单", "查20月的", "十三月", "0月"]))
    assert not any(map(names_no_month, ["1月", "10月", "十二月", "查账单", "2026年12月", "三个月"]))


@given(st.text("上个月再前这下年去12十三和的 ", max_size=30))
def test_any_months(text: str) -> None:
    for found in find_months(text, TODAY):
        assert 0 <= found.start < found.end <= len(text)
