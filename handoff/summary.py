"""Three short lines for the agent: what the customer wants, what was tried, what is known. By rule, and pure.

Nothing is made up: the lines quote the customer's words, the titles of articles and the names of tasks. What there is
nothing to say about is left out. Long numbers never come through whole.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from handoff import intake
from handoff.models import Customer, FoundEntity, HandoffContext, HandoffRequest, Message, Turn
from handoff.vocabulary import ConversationState, OutcomeKind, Sender
from privacy.numbers import mask_all

LINE_LENGTH = 80  # characters
QUOTE_LENGTH = 28
DETAIL_LENGTH = 16
WANTS_SHOWN = 2
MENTIONS_SHOWN = 2  # of each kind, the last ones

# From here on an intent says what a message is about; below, the words alone count.
CONFIDENT = 0.5
# Intents that say nothing about the matter itself; choose_article is a button with the title of a matter.
_NO_MATTER = frozenset(
    {
        *("transfer_human", "abuse", "greet", "thank", "goodbye", "bot_challenge", "chitchat"),
        *("affirm", "deny", "help", "repeat", "go_back", "unclear", "nlu_fallback"),
    }
)
# Of these, a longer message may still hold the matter: 话费多扣了，转人工.
_MAY_HOLD_MATTER = frozenset({"transfer_human", "unclear", "nlu_fallback"})
# Words that ask for a person or are polite; a message that is nothing else names no matter.
_WISH = re.compile(
    r"你好|您好|你们|您们|好的|喂|嗨|哈喽|hello|hi|在吗|在不在|有没有人|有人吗|请问|请|麻烦|我要|我想|我需要|需要|给我|帮我|帮忙|我"
    r"|直接|马上|赶紧|快点|快|转接|转到|转(?=人|真|活|客|坐)|接通|找|换个?(?=人|真|活|客|坐)|联系|一下|一个|个|人工|真人|活人"
    r"|客服|坐席|服务(?!密码)|人员|专员|小姐|人|谢谢|吧|啊|呀|了|的|呢|嘛|吗",
    re.IGNORECASE,
)
_SHORTEST_MATTER = 2  # letters: 断网

_MONTH = re.compile(r"(\d{4})-(\d{2})")

_DONE = {
    OutcomeKind.CLARIFICATION: "反问确认 {} 次",
    OutcomeKind.REPHRASE: "没听懂 {} 次",
    OutcomeKind.FAILURE: "处理失败 {} 次",
}


def summarize(
    customer: Customer | None,
    request: HandoffRequest | None,
    messages: Sequence[Message],
    understanding: Mapping[int, Turn],
    *,
    since_seq: int,
    task_names: Mapping[str, str],
) -> list[str]:
    """At most three Chinese lines of at most LINE_LENGTH characters for the agent who reads this conversation.

    `messages` in order; `understanding` by the seq of the customer's message; only what came after `since_seq` (where
    the present episode begins) and not after the turn that made the request counts as tried. `task_names`: id -> name.
    """
    context = request.context if request else HandoffContext()
    until_seq = request.turn_seq if request else max((message.seq for message in messages), default=0)
    known_turns = [turn for seq, turn in sorted(understanding.items()) if since_seq < seq <= until_seq]
    turns = known_turns or context.recent_turns
    lines = (
        _line("客户想要：", [f"“{want}”" for want in _wants(messages, understanding, since_seq, until_seq)]),
        _line("小桥试过：", _tried(turns, context, task_names)),
        _line("已知信息：", [*_identity(customer), *_mentions(turns, context), *_served_before(messages, until_seq)]),
    )
    return [line for line in lines if line]


def _wants(messages: Sequence[Message], understanding: Mapping[int, Turn], since_seq: int, until_seq: int) -> list[str]:
    """The customer's words about the matter: the surest ones, else what was written while waiting."""
    said = [message for message in messages if message.sender == Sender.CUSTOMER and message.seq > since_seq]
    by_weight: dict[int, list[str]] = {}
    for message in said:
        if message.seq <= until_seq:
            weight = _weight(understanding.get(message.seq))
        else:
            for_a_person = intake.plan(message.text, None)[ConversationState.QUEUED] == intake.Route.KEEP
            weight = 1 if for_a_person else 0
        if weight and names_matter(message.text):
            by_weight.setdefault(weight, []).append(_quote(message.text, QUOTE_LENGTH))
    surest = by_weight[max(by_weight)] if by_weight else []
    return _last_distinct(surest, WANTS_SHOWN)


def _weight(turn: Turn | None) -> int:
    """How likely a message is about the matter: 4 it was understood so … 2 it may mention it, 0 it is not."""
    if turn is None or turn.intent is None:
        return 3
    confidence = turn.confidence or 0.0
    if turn.intent not in _NO_MATTER:
        return 4 if confidence >= CONFIDENT else 3
    return 2 if turn.intent in _MAY_HOLD_MATTER or confidence < CONFIDENT else 0


def names_matter(text: str) -> bool:
    """Whether a message is about anything but the wish for a person, and more than politeness."""
    letters = "".join(character for character in _clean(text) if character.isalnum())
    return len(_WISH.sub("", letters)) >= _SHORTEST_MATTER and not letters.isdigit()


def _tried(turns: Sequence[Turn], context: HandoffContext, task_names: Mapping[str, str]) -> list[str]:
    """Tasks run and articles given, in order, then what did not work out."""
    outcomes = [turn.outcome for turn in turns if turn.outcome]
    done: list[str] = []
    for outcome in outcomes:
        if outcome.kind == OutcomeKind.TASK and outcome.task:
            done.append(task_names.get(outcome.task, ""))
        elif outcome.kind == OutcomeKind.ANSWER and (title := _quote(outcome.article_title or "", QUOTE_LENGTH)):
            done.append(f"已答《{title}》")
    counts = Counter(outcome.kind for outcome in outcomes)
    missed = [text.format(counts[kind]) for kind, text in _DONE.items() if counts[kind]]
    failed_turns = int(context.failed_turns or 0)
    if failed_turns > 0:
        missed.append(f"连续 {failed_turns} 轮没解决")
    # What failed is short and must not fall off the end of a line of titles.
    return [*_last_distinct(done, 2), *missed]


def _identity(customer: Customer | None) -> list[str]:
    if customer is None:
        return ["未登录"]
    # Of a number shorter than usual mask_phone hides next to nothing.
    phone = customer.phone_masked if "***" in customer.phone_masked else ""
    phone = _quote(phone, DETAIL_LENGTH)
    pieces = [f"已登录（{phone}）" if phone else "已登录"]
    if customer.vip:
        pieces.append("VIP")
    if customer.elderly:
        pieces.append("长辈")
    if plan := _quote(customer.plan or "", DETAIL_LENGTH):
        pieces.append(f"套餐 {plan}")
    return pieces


def _mentions(turns: Sequence[Turn], context: HandoffContext) -> list[str]:
    """Months, amounts, numbers and plans the customer named, the last ones of each."""
    found = [*(entity for turn in turns for entity in turn.entities), *context.entities]
    months = [_in_words(context.slots["month"])] if context.slots.get("month") else _values(found, "month")
    kinds = (
        ("月份", months),
        ("金额", _values(found, "amount")),
        ("号码", _values(found, "phone_number")),
        ("问到套餐", _values(found, "plan_name")),
    )
    shown = ((name, _last_distinct(values, MENTIONS_SHOWN)) for name, values in kinds)
    return [f"{name} {'、'.join(values)}" for name, values in shown if values]


def _served_before(messages: Sequence[Message], until_seq: int) -> list[str]:
    """Who served in this conversation before the present request."""
    agents = [
        _quote(message.sender_name, DETAIL_LENGTH)
        for message in messages
        if message.sender == Sender.AGENT and message.seq <= until_seq
    ]
    names = _last_distinct(agents, 2)
    return [f"之前由{'、'.join(names)}接待过"] if names else []


def _values(entities: Iterable[FoundEntity], name: str) -> list[str]:
    return [_in_words(entity.value) for entity in entities if entity.entity == name]


def _in_words(value: Any) -> str:
    """A value in words; 2026-10 as a month."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    text = _quote(str(value), DETAIL_LENGTH)
    month = _MONTH.fullmatch(text)
    return f"{month[1]}年{int(month[2])}月" if month else text


def _last_distinct(texts: Iterable[str], count: int) -> list[str]:
    """The last `count` different texts in the order in which they were last said; empty ones are none."""
    latest_first = dict.fromkeys(text for text in reversed(list(texts)) if text)
    return list(latest_first)[:count][::-1]


def _line(title: str, pieces: Iterable[str]) -> str:
    """The pieces that fit, behind the title; "" without any."""
    line = ""
    for piece in pieces:
        longer = f"{line}；{piece}" if line else title + piece
        if len(longer) <= LINE_LENGTH:
            line = longer
    return line


def _quote(text: str, length: int) -> str:
    """A text on one line, numbers masked, cut to `length`."""
    whole = mask_all(_clean(text))
    return whole if len(whole) <= length else whole[: length - 1].rstrip() + "…"


def _clean(text: str) -> str:
    """Plain digits, control characters as blanks, invisible ones gone, no blanks in a row, no end mark."""
    return " ".join("".join(map(_plain, text)).split()).rstrip("。.!！~,，;； ")


def _plain(character: str) -> str:
    match unicodedata.category(character):
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Cc":
            return " "
        case "Cf" | "Cs":
            return ""
        case _:
            return character
