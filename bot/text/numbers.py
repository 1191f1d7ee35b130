"""Spoken numbers, months and units to one written form: 三百分钟 -> 300分钟, 十月份 -> 10月, 三十块钱 -> 30元."""

import re

from bot.text.span import SpannedText

_DIGITS = dict(zip("零〇一二两三四五六七八九幺", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 1), strict=True))
_WEIGHTS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}

_NUMERAL = re.compile("[零〇一二两三四五六七八九幺十百千万亿]+")
_PERCENT = re.compile("百分之([零〇一二两三四五六七八九十百]+|[0-9]+)")

# A lone numeral is a number only before one of these; elsewhere it belongs to a word (一下, 一样, 统一, 十分, 两边).
_UNIT = re.compile(
    r"(?:块(?!儿)|元|毛|角|分钱|分钟|小时|月|个月|个[gm]|个小时|号|日|天|年|兆|[gmk]b?(?![a-z])|点[零半钟一二三四五0-9])"
)
_HOUR = re.compile("点")  # 两点, 九点; 一点 alone is "a little"
# These read as words although a unit seems to follow: 一天到晚, 一日三餐 …
_IDIOM = re.compile("一天到晚|一年到头|一时半会|一块儿")
_SPOKEN_POINT = re.compile(
    r"([零一二两三四五六七八九十百]+|[0-9]+)点([零一二三四五六七八九]+|[0-9]+)(?=块|元|[gmk]|兆|折|万|倍)"
)


def _positional(word: str) -> "int | None":
    """The value of 一百零五, 三百五 (350), 两万三; None when the characters do not form one number (二三十, 万一)."""
    total = section = 0
    digit: int | None = None
    last_weight = 0  # weight just spoken: 三百五 means 350, 三百零五 means 305
    zero = False
    for character in word:
        if character in _DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = _DIGITS[character]
            zero = zero or digit == 0
        elif character in _WEIGHTS:
            weight = _WEIGHTS[character]
            if last_weight and last_weight < 10_000 and weight >= last_weight:
                return None
            if digit is None and not (weight == 10 and section == 0):
                return None
            section += (1 if digit is None else digit) * weight
            digit, last_weight, zero = None, weight, False
        else:
            section += digit or 0
            if section == 0:
                return None
            total = (total + section) * _LARGE[character] if _LARGE[character] > total else total + section * 10_000
            section, digit, last_weight, zero = 0, None, _LARGE[character], False
    if digit:
        section += digit * (last_weight // 10 if last_weight >= 100 and not zero else 1)
    return total + section


def _has_unit(word: str, text: str, position: int) -> bool:
    return bool(_UNIT.match(text, position) or (word != "一" and _HOUR.match(text, position)))


def _written(match: "re.Match[str]") -> str:
    word = match.group()
    text = match.string
    before = text[match.start() - 1] if match.start() else ""
    if before in ("几", "数", "第", "周", "期", "拜", "好"):  # 几十, 第一, 星期一 … stay words
        return word
    if all(character in _DIGITS for character in word):
        if len(word) >= 3 or (len(word) == 2 and "幺" in word):
            return "".join(str(_DIGITS[character]) for character in word)
        if len(word) == 2 or not _has_unit(word, text, match.end()) or _IDIOM.match(text, match.start()):
            return word
        return str(_DIGITS[word])
    if len(word) == 1 and not (word == "十" and _has_unit(word, text, match.end())):
        return word
    value = _positional(word)
    return word if value is None else str(value)


def _decimal(match: "re.Match[str]") -> str:
    whole, fraction = match.groups()
    if not whole.isdigit():
        value = _positional(whole)
        if value is None:
            return match.group()
        whole = str(value)
    return whole + "." + "".join(c if c.isdigit() and c.isascii() else str(_DIGITS[c]) for c in fraction)


def _percent(match: "re.Match[str]") -> str:
    value = match.group(1)
    number = int(value) if value.isdigit() else _positional(value)
    return match.group() if number is None else f"{number}%"


_MONTHS: "list[tuple[re.Pattern[str], str]]" = [
    (re.compile("(?<=[0-9])月份"), "月"),
    (re.compile("(?<=[上下这本当])个?月份"), "个月"),
    (re.compile("上月(?!租)"), "上个月"),
    (re.compile("下月(?!租)"), "下个月"),
    (re.compile("[这本当]月(?!租)|本个月|当个月"), "这个月"),
]
_UNITS: "list[tuple[re.Pattern[str], str]]" = [
    (re.compile(r"(?<=[0-9]) ?(?:块钱|元钱|块(?!儿)|圆|rmb)"), "元"),
    (re.compile(r"(?<=[0-9])(?: ?个? ?gb?| ?个? ?吉)(?![0-9a-z])"), "g"),
    (re.compile(r"(?<=[0-9])(?: ?个? ?mb?)(?![0-9a-z])"), "兆"),
]
_CURRENCY = re.compile(r"¥ ?([0-9]+(?:\.[0-9]+)?)(?:元)?")
_THOUSANDS = re.compile("(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_ANY_NUMERAL = re.compile("[0-9零〇一二两三四五六七八九幺十百千万亿¥]")
_MONTH_WORD = re.compile("[上下这本当]个?月")


def write_numbers(spanned: SpannedText) -> None:
    """Brings numbers, months and units in `spanned` to their written form, in place."""
    if _ANY_NUMERAL.search(spanned.text):
        spanned.substitute(_THOUSANDS, "")
        spanned.substitute(_PERCENT, _percent)
        spanned.substitute(_SPOKEN_POINT, _decimal)
        spanned.substitute(_NUMERAL, _written)
        for pattern, replacement in _UNITS:
            spanned.substitute(pattern, replacement)
        spanned.substitute(_CURRENCY, lambda match: match.group(1) + "元")
        spanned.substitute(_MONTHS[0][0], _MONTHS[0][1])
    if _MONTH_WORD.search(spanned.text):
        for pattern, replacement in _MONTHS[1:]:
            spanned.substitute(pattern, replacement)
