"""Calendar months as customers name them: 上个月, 9月份, 去年十二月, 2026年9月."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from bot.decision.wording import chosen_position

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
    "两": 2,
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
_BARE_NUMBER = re.compile(r"^\W*" + _NUMBER + r"(?!\d)(号|的|吧|呢)*\W*$")
_NO_MONTH = re.compile(r"(?<!\d)(0+|1[3-9]|[2-9]\d)\s*月|(?<!二)十[三四五六七八九]月|[二三四五六七八九]十.?月")
_ISO = re.compile(r"(?P<year>20\d\d)[-/.年](?P<number>0?[1-9]|1[0-2])(?!\d)")
_NAMED = re.compile(r"(?P<year>今年|去年|前年|20\d\d年)?的?\s*" + _NUMBER + r"\s*(月份?(?!底?[天前后])|(?<=\d)月)")
# 三个月前, 两个月之前; 前三个月 is a span and no month.
_AGO = re.compile(
    r"(?<![\d一二三四五六七八九十])(?P<number>1[0-2]|[1-9]|十[一二]?|[一二两三四五六七八九])个月(之|以)?前"
)
# Counted from the month that was shown last; 再上个月 with nothing shown before is the one before last month.
_ONE_MORE_BACK = re.compile(
    r"再(往)?(上|前)(面|边)?(一|1)?个?月|(再往前|再之前|再前面)(一|1)?个?月?|它?的?(前|上)面?那个月"
)
# Longest first: 上上个月 holds 上个月.
_RELATIVE = (
    (re.compile(r"下下个?月"), -2),
    (re.compile(r"下个?月|下一个月"), -1),
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


def find_month(text: str, today: date, shown: Month | None = None) -> FoundMonth | None:
    """The first month that `text` names, or None. A month without a year is its latest one that has begun.

    `shown` is the month shown last, from which 再上个月 counts; without it, from last month.
    """
    if match := _ISO.search(text):
        return FoundMonth(Month(int(match["year"]), int(match["number"])), *match.span())
    running = Month(today.year, today.month)
    if match := _ONE_MORE_BACK.search(text):
        return FoundMonth((shown or running.back(1)).back(1), *match.span())
    if match := _AGO.search(text):
        return FoundMonth(running.back(_number(match["number"])), *match.span())
    for pattern, back in _RELATIVE:
        if match := pattern.search(text):
            return FoundMonth(running.back(back), *match.span())
    if match := _NAMED.search(text):
        return FoundMonth(_with_year(match["year"], _number(match["number"]), today), *match.span())
    return None


def find_months(text: str, today: date, shown: Month | None = None) -> list[FoundMonth]:
    """Every month that `text` names, in the order of the text."""
    found = []
    # Each turn blanks one name out, so there are at most as many turns as names.
    while month := find_month(text, today, shown):
        found.append(month)
        text = text[: month.start] + "。" * (month.end - month.start) + text[month.end :]
    return sorted(found, key=lambda month: month.start)


def offered_months(today: date) -> list[Month]:
    """The months that are offered when a bill is asked for without one, in the order of their buttons."""
    running = Month(today.year, today.month)
    return [running.back(1), running, running.back(2)]


def month_reply(text: str, today: date) -> Month | None:
    """The month meant by a reply to "which month" that does not name one: 第二个 of those offered, or a bare 10."""
    if match := _BARE_NUMBER.match(text):
        return _with_year(None, _number(match["number"]), today)
    position = chosen_position(text)
    return None if position is None else offered_months(today)[position]


def names_no_month(text: str) -> bool:
    """True when the text names a month that no year has, e.g. 13月."""
    return bool(_NO_MONTH.search(text))


def _number(written: str) -> int:
    return int(written) if written.isdigit() else _NUMBERS[written]


def _with_year(named: str | None, month: int, today: date) -> Month:
    if named is None:
        return Month(today.year if month <= today.month else today.year - 1, month)
    back = {"今年": 0, "去年": 1, "前年": 2}.get(named)
    return Month(today.year - back if back is not None else int(named[:4]), month)
