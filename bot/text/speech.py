"""Traces of speaking that carry no meaning: fillers and stutter."""

import re

from bot.text.span import SpannedText

# Interjections and softening particles. 吗, 呢 and 吧 stay: they make a question or a request.
# 咯, 嘞, 哟 and 唔 go only where a phrase ends: inside it they are words (咯血) or a negation (唔要 in Cantonese).
_FILLERS = re.compile("[呃嗯噢喔哦欸诶唉哎啊呀]+|[咯嘞哟唔]+(?=[ ,.]|$)")
# 额 is a filler only where no 余额, 金额, 额度 … can be meant; 那个 only where speech starts over after it.
_FILLER_WORDS = re.compile(
    "^额+(?=[我你您那这请查帮想要就])|^那个(?=[我你您请帮给能])|就是说(?=.)|(?<=我)那个(?=[我你您])"
)

# One character said twice by a stutterer or a recogniser. Real doublets (谢谢, 刚刚, 天天, 看看) are not here.
_STUTTER_TWICE = re.compile("([我你您他它这那就要想查给把有没是帮话费流套])\\1+")
_STUTTER_THRICE = re.compile("([^0-9a-z])\\1{2,}")
_DOUBLETS = frozenset("谢拜哈呵嘻天刚看常慢爸妈喂好多")
# Two characters and more, said again at once; never digits or Latin letters, which repeat in numbers and codes.
_STUTTER_WORDS = re.compile("([^0-9a-z ]{2,8}?)(?: ?\\1)+")


def _once(match: "re.Match[str]") -> str:
    unit = match.group(1)
    if len(set(unit)) == 1:  # 谢谢谢谢: the doublet, not the word
        return unit if unit[0] in _DOUBLETS else unit[0]
    return unit


def drop_fillers(spanned: SpannedText) -> None:
    """Removes fillers in place; a message that is nothing but fillers stays (嗯 alone is an answer)."""
    if not _FILLERS.sub("", spanned.text).strip():
        return
    spanned.substitute(_FILLERS, "")
    spanned.substitute(_FILLER_WORDS, "")


def drop_stutter(spanned: SpannedText) -> None:
    """我我我要查查 -> 我要查, 流量流量 -> 流量, in place."""
    spanned.substitute(_STUTTER_THRICE, lambda match: match.group(1) * (2 if match.group(1) in _DOUBLETS else 1))
    spanned.substitute(_STUTTER_TWICE, lambda match: match.group(1))
    spanned.substitute(_STUTTER_WORDS, _once)
