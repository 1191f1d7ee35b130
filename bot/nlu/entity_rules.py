"""Patterns of months, amounts and phone numbers, over normalised text cut into single characters.

spaCy's blank Chinese pipeline makes one token of each character, so that a pattern is a sequence of characters and
needs no word boundaries, which noisy speech does not have.
"""

import re
from typing import Any

Pattern = dict[str, Any]

_DIGIT: Pattern = {"TEXT": {"REGEX": "^[0-9]$"}}
_SEPARATOR: Pattern = {"TEXT": {"IN": [" ", "-"]}, "OP": "?"}


def _characters(text: str) -> list[Pattern]:
    return [{"TEXT": character} for character in text]


def _either(*texts: str) -> list[Pattern]:
    """One character out of each position's alternatives; all texts have one length."""
    return [{"TEXT": {"IN": sorted(set(column))}} for column in zip(*texts, strict=True)]


def month_patterns() -> list[Pattern]:
    """这个月, 上个月, 上上个月, 10月, 去年12月, 2026年9月."""
    number = [{**_DIGIT, "OP": "{1,2}"}, {"TEXT": "月"}]
    year_number = [{**_DIGIT, "OP": "{4}"}, {"TEXT": "年"}]
    return [
        {"label": "month", "pattern": pattern}
        for pattern in (
            _either("上个月", "这个月", "下个月"),
            _characters("上上个月"),
            _characters("前个月"),
            number,
            _either("今年", "去年", "前年") + number,
            year_number + number,
        )
    ]


def amount_patterns() -> list[Pattern]:
    """30元, 9.9元, 30多元."""
    return [
        {
            "label": "amount",
            "pattern": [
                # Bounded: with + and *, spaCy tries every split of a long run of digits, a second for 500 of them.
                {**_DIGIT, "OP": "{1,6}"},
                {"TEXT": ".", "OP": "?"},
                {**_DIGIT, "OP": "{0,2}"},
                {"TEXT": "多", "OP": "?"},
                {"TEXT": "元"},
            ],
        }
    ]


def phone_patterns() -> list[Pattern]:
    """Mobile numbers of mainland China, 11 digits, with or without separators as in 138-0013-8000."""
    head = [{"TEXT": "1"}, {"TEXT": {"REGEX": "^[3-9]$"}}, _DIGIT]
    return [{"label": "phone_number", "pattern": [*head, _SEPARATOR, *[_DIGIT] * 4, _SEPARATOR, *[_DIGIT] * 4]}]


def plausible(label: str, text: str, start: int, end: int) -> bool:
    """Whether text[start:end] stands free: no digit beside a number, no fee or count word made into a month."""
    if text[start].isdigit() and start and (text[start - 1].isdigit() or text[start - 1] == "."):
        return False
    if text[end - 1].isdigit() and end < len(text) and text[end].isdigit():
        return False
    if label == "month":
        if text.startswith("租", end):  # 上个月租, 30月租费
            return False
        month = re.search("([0-9]+)月$", text[start:end])
        return month is None or 1 <= int(month.group(1)) <= 12
    return True


def value_of(label: str, text: str) -> str:
    """What an entity's text stands for: an amount in yuan ("9.9"), a phone number's digits; else the text itself.

    A month stays a word of one form (上个月, 10月, 去年12月): which month it is depends on the day it is asked for,
    and the action that asks knows the day.
    """
    if label == "amount":
        return "".join(re.findall("[0-9.]+", text)[:1])
    if label == "phone_number":
        return re.sub("[^0-9]", "", text)
    return text
