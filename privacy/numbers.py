"""Phone, ID-card and bank-card numbers in a text: finding and masking them. Pure; Python 3.10.

A number is a chain of groups of digits with at most three separators (blanks, hyphens, dots, invisible marks) between
two of them; full-width digits and those of other scripts count. It begins and ends with a group: 99-13800138000 holds a
number, 9913800138000 is another kind of number. Spelled-out digits (幺三八) are not looked for.

`mask` hides what is surely such a number and is for screens: order numbers, amounts and dates stay. `mask_generously`
hides any long row of digits besides and is for logs, where nobody needs them. Masked twice is masked once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NamedTuple

STARS = "****"

_SEPARATOR = r" \t\u00a0\u3000\-\u2010-\u2015\u2212\uff0d.·_/()（）\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_GROUP = re.compile(r"\d+")
_BETWEEN = re.compile(rf"[{_SEPARATOR}]{{1,3}}")
# Hidden already; its ends belong to no other number.
_HIDDEN = re.compile(r"(?<!\d)\d{3,7}(?=\*{4}\d{3}[\dXx])|(?<=\*{4})\d{3}[\dXx](?![\dXx])")
_LONGEST = 80  # characters of a number with all its separators
_TOO_LONG = 20  # digits; the longest number, a bank card, has 19

_COUNTRY = re.compile(r"^(?:00)?86")
_MOBILE = re.compile(r"(?:(?:00)?86)?(1[3-9]\d{9})")
# Area codes have three digits (010, 02x) with eight behind them, or four with seven or eight; none of those begins with
# 0 or 1.
_LAND_LINE = re.compile(r"((?:00)?86)?(0(?:10|2\d)[2-9]\d{7}|0[3-9]\d{2}[2-9]\d{6,7})")
_ABROAD = re.compile(r"(?:00)?86(?:(?:10|2\d)[2-9]\d{7}|[3-9]\d{2}[2-9]\d{6,7})")  # +86 10 …, without the 0

# The first two digits of an ID card.
_PROVINCES = frozenset(
    str(region + place)
    for region, places in {10: 5, 20: 3, 30: 7, 40: 6, 50: 4, 60: 5}.items()
    for place in range(1, places + 1)
) | {"50", "71", "81", "82", "83", "91"}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

# Any row of 11 digits and more, also in groups, up to a head that is followed by stars. Dots do not join here: an
# address 192.168.100.100 is nobody's number. The first alternative passes over what follows stars.
_LONG_ROW = re.compile(
    r"(?<=\*{4})\d{3}[\dXx](?![\dXx])"
    r"|(\d(?:[ \t\u00a0\u3000\-\u2010-\u2015\uff0d_]{0,2}\d){10,}[Xx]?)(?!\d{0,7}\*{4}\d{3}[\dXx])"
)
# Land lines without area code, for summaries; a date such as 20261101 is none.
_SHORT_ROW = re.compile(r"(?<![\d*])(?!(?:19|20)\d{6}(?!\d))\d{7,10}(?![\d*])")


class Kind(str, Enum):
    """What a number is."""

    MOBILE = "mobile"
    LAND_LINE = "land_line"  # with its area code
    ID_CARD = "id_card"
    BANK_CARD = "bank_card"


@dataclass(frozen=True)
class Found:
    """A number: where it stands, and its digits, of which `head` in front and four at the end may be seen."""

    start: int
    end: int
    digits: str
    head: int
    kind: Kind

    @property
    def masked(self) -> str:
        """As it is usually written: 138****8000."""
        return self.digits[: self.head] + STARS + self.digits[-4:]

    @property
    def phone(self) -> str | None:
        """The digits to dial within the country, when it is a phone number."""
        if self.kind is Kind.MOBILE:
            return self.digits[-11:]
        if self.kind is Kind.LAND_LINE:
            return "0" + _COUNTRY.sub("", self.digits).lstrip("0")
        return None


def find(text: str) -> Iterator[Found]:
    """The numbers in a text, from left to right."""
    for chain in _chains(text):
        yield from _numbers(text, chain)


def find_phone(text: str) -> str | None:
    """The first phone number in a text, as it is dialled within the country."""
    return next((found.phone for found in find(text) if found.phone), None)


def mask(text: str) -> str:
    """The text with every number hidden but for its head and its last four digits."""
    return _replace(text, find(text))


def mask_generously(text: str) -> str:
    """The same, and any other row of eleven digits and more hidden too: for logs."""
    return _LONG_ROW.sub(_hide_row, mask(text))


def mask_all(text: str) -> str:
    """The same, and rows of seven to ten digits that are no date: for summaries."""
    return _SHORT_ROW.sub(lambda row: STARS + row[0][-4:], mask_generously(text))


def shortened(text: str, length: int) -> str:
    """The first `length` characters, or fewer: half a number would be shown, because it is not known for one."""
    if len(text) <= length:
        return text
    # As far as a number that begins before the cut can reach behind it.
    cut = [found.start for found in find(text[: length + _LONGEST]) if found.start < length < found.end]
    return text[: cut[0] if cut else length]


def mask_phone(phone: str) -> str:
    """What a field for a phone number holds, whatever it looks like; short ones are hidden whole."""
    masked = mask(phone)
    if masked != phone:
        return masked
    if len(phone) < 7 or STARS in phone:
        return phone if STARS in phone else "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]


def restore(text: str, original: str) -> str:
    """A text that was edited in its masked form, with the numbers that `original` has: 138****8000 is whole again."""
    numbers = list(find(original))
    for number in numbers:
        text = text.replace(number.masked, original[number.start : number.end], 1)
    return text


def _chains(text: str) -> Iterator[list[tuple[int, int]]]:
    """Groups of digits (start, end) that may belong together."""
    hidden = [found.span() for found in _HIDDEN.finditer(text)] if STARS in text else []
    chain: list[tuple[int, int]] = []
    for group in _GROUP.finditer(text):
        start, end = group.span()
        while hidden and hidden[0][1] <= start:
            hidden.pop(0)
        is_hidden = bool(hidden) and hidden[0][0] <= start
        if chain and (is_hidden or not _BETWEEN.fullmatch(text, chain[-1][1], start)):
            yield chain
            chain = []
        if not is_hidden:
            chain.append((start, end))
    if chain:
        yield chain


def _numbers(text: str, groups: list[tuple[int, int]]) -> Iterator[Found]:
    at = 0
    while at < len(groups):
        found, after = _number_at(text, groups, at)
        if found is not None:
            yield found
        at = after


def _number_at(text: str, groups: list[tuple[int, int]], at: int) -> tuple[Found | None, int]:
    """The number that begins with this group, and the group after it; without one, the next group."""
    start = groups[at][0]
    digits = ""
    best: tuple[int, Found, int] | None = None
    for last in range(at, len(groups)):
        digits += _plain(text[groups[last][0] : groups[last][1]])
        if len(digits) > _TOO_LONG:
            break
        end = groups[last][1]
        check = text[end : end + 1]
        with_x = digits + "X" if check in ("X", "x", "Ｘ", "ｘ") and check else ""
        # +86 on its own stays where it is.
        if last == at and digits in ("86", "0086"):
            if not _is_abroad(text, groups, at):
                return None, at + 1
            continue
        for candidate, until in ((with_x, end + 1), (digits, end)):
            is_abroad = text[start - 1 : start] == "+" or digits.startswith("00")
            known = _kind(candidate, is_abroad=is_abroad, is_whole=last == at)
            if known is None:
                continue
            found = Found(start, until, candidate, known.head, known.kind)
            # A group that is a phone number or an ID by itself needs no others.
            if last == at and (known.weight > 1 or candidate[0] == "0"):
                return found, at + 1
            # Of several the surest, then the longest.
            if best is None or known.weight >= best[0]:
                best = (known.weight, found, last + 1)
            break
    return (best[1], best[2]) if best else (None, at + 1)


def _is_abroad(text: str, groups: list[tuple[int, int]], at: int) -> bool:
    """Whether +86 is followed by a land line without its 0, which is known by the 86 only."""
    digits = ""
    for start, end in groups[at : at + 4]:
        digits += _plain(text[start:end])
        if _ABROAD.fullmatch(digits):
            start = groups[at][0]
            return text[start - 1 : start] == "+" or digits.startswith("00")
    return False


class _Known(NamedTuple):
    """What digits are, how sure that is, and how many of the first may be seen."""

    kind: Kind
    weight: int
    head: int


def _kind(digits: str, *, is_abroad: bool, is_whole: bool) -> _Known | None:
    """What these digits are; None: no such number.

    `is_whole`: they stand in one group. Two dates in a row have as many digits as a card.
    """
    if not 10 <= len(digits) <= _TOO_LONG:
        return None
    if len(digits) == 18 and digits[:17].isdecimal():
        # One mistyped digit leaves it personal: a province and a birthday will do.
        if digits[:2] in _PROVINCES and digits[6:8] in ("19", "20") and _is_date(digits[6:14]):
            return _Known(Kind.ID_CARD, 3, 3)
        if is_whole and _has_check_digit(digits):
            return _Known(Kind.ID_CARD, 1, 3)
    if mobile := _MOBILE.fullmatch(digits):
        return _Known(Kind.MOBILE, 2, mobile.start(1) + 3)
    if land_line := _LAND_LINE.fullmatch(digits):
        code = 3 if land_line[2][1] in "12" else 4
        return _Known(Kind.LAND_LINE, 1, land_line.start(2) + code)
    if is_abroad and _ABROAD.fullmatch(digits):
        return _Known(Kind.LAND_LINE, 1, len(digits) - 8)
    if not digits.isdecimal():
        return None
    if is_whole and len(digits) == 15 and digits[:2] in _PROVINCES and _is_date("19" + digits[6:12]):
        return _Known(Kind.ID_CARD, 1, 3)
    if 16 <= len(digits) <= 19 and digits[0] != "0" and digits[:2] not in ("19", "20") and _luhn(digits):
        return _Known(Kind.BANK_CARD, 1, 6)
    return None


def _has_check_digit(digits: str) -> bool:
    """GB 11643: 17 digits and one that checks them."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return _CHECKS[total % 11] == digits[17]


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _hide_row(row: re.Match[str]) -> str:
    if row[1] is None:
        return row[0]
    digits = re.sub(r"[^\dXx]", "", row[0])
    return digits[:3] + STARS + digits[-4:]


def _plain(digits: str) -> str:
    """ASCII digits."""
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)


def _replace(text: str, numbers: Iterator[Found]) -> str:
    pieces: list[str] = []
    at = 0
    for number in numbers:
        pieces += (text[at : number.start], number.masked)
        at = number.end
    return text if not pieces else "".join(pieces) + text[at:]
