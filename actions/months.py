"""Calendar months as customers name them: 上个月, 9月份, 去年十二月, 2026年9月."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month of the operator's time zone."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def start(self) -> str:
        """Its first moment, RFC 3339 with offset."""
        return datetime(self.year, self.month, 1, tzinfo=CHINA).isoformat()

    def back(self, months: int) -> Month:
        """The month that lies `months` months before."""
        index = self.year * 12 + self.month - 1 - months
        return Month(index // 12, index % 12 + 1)

    def next(self) -> Month:
        """The month after."""
        return self.back(-1)

    def title(self, today: date) -> str:
        """What a person calls it: 10月, or 2025年12月 when it lies in another year."""
        return f"{self.month}月" if self.year == today.year else f"{self.year}年{self.month}月"


def today() -> date:
    """Today in the operator's time zone."""
    return datetime.now(CHINA).date()


_NUMBERS = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
    "十二": 12,
}
_NUMBER = r"(?<![\d一二三四五六七八九十])(?P<number>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_ISO = re.compile(r"(?P<year>20\d\d)[-/.年](?P<number>0?[1-9]|1[0-2])(?!\d)")
_NAMED = re.compile(r"(?P<year>今年|去年|前年|20\d\d年)?的?\s*" + _NUMBER + r"\s*(月份?(?!底?[天前后])|(?<=\d)月)")
# Longest first: 上上个月 holds 上个月.
_RELATIVE = (
    (re.compile(r"上上个?月|大上个?月|前个月|上个月的?前(一|1)个月|前[两二]个月"), 2),
    (re.compile(r"上个?月|上一个?月|前一个?月|上月份|上期|上1个月"), 1),
    (re.compile(r"这个?月|本月|当月|这1个月|这一个月|本期|这月份|今月"), 0),
)


@dataclass(frozen=True)
class FoundMonth:
    """A month named in a text, with the character offsets of its name."""

    month: Month
    start: int
    end: int


def find_month(text: str, today: date) -> FoundMonth | None:
    """The first month that `text` names, or None. A month without a year is its latest one that has begun."""
    if match := _ISO.search(text):
        return FoundMonth(Month(int(match["year"]), int(match["number"])), *match.span())
    for pattern, back in _RELATIVE:
        if match := pattern.search(text):
            return FoundMonth(Month(today.year, today.month).back(back), *match.span())
    if match := _NAMED.search(text):
        number = int(match["number"]) if match["number"].isdigit() else _NUMBERS[match["number"]]
        return FoundMonth(_with_year(match["year"], number, today), *match.span())
    return None


def _with_year(named: str | None, month: int, today: date) -> Month:
    if named is None:
        return Month(today.year if month <= today.month else today.year - 1, month)
    back = {"今年": 0, "去年": 1, "前年": 2}.get(named)
    return Month(today.year - back if back is not None else int(named[:4]), month)
