"""Messages as WeChat texts: buttons and links as lines of text, long ones cut at sentence ends, short ones joined."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from handoff.models import Button, Message
from handoff.vocabulary import Sender

# A customer-service text may have 2,048 bytes, a passive one about 600 Chinese characters. One limit for both, so that
# a text cut for one can go on as the other.
LIMIT_BYTES = 1800
JOINT = "\n\n"
# Where a long text may be cut, best first.
# With each, how far on it must be: a cut near the beginning would make many short parts.
_BREAKS = (
    (re.compile(r"\n+"), 0.25),
    (re.compile(r"[。！？!?；;…]+[”’」』）)]*|\.(?=\s)"), 0.25),
    (re.compile(r"[，,、：:]|\s"), 0.5),
)
_NUMBER = re.compile(r"(?:请?回复)?[\s「“\"']*(\d{1,2})[\s」”\"'.。、]*")


@dataclass(frozen=True)
class Composed:
    """One text to send: it carries all up to `through_seq`, or the part number `parts_done` of the first message."""

    text: str
    through_seq: int | None
    parts_done: int | None
    choices: list[Button]
    left: tuple[str, ...] = ()  # of a message with files: this piece and those after it, in words for a dead letter


def compose(messages: Sequence[Message], parts_done: int = 0) -> Composed:
    """The next text: as many whole messages as fit, or the next part of a first one that does not.
    One with attachments goes by itself (see attached).

    `messages` are outward ones in order, at least one; `parts_done` parts of the first have gone out.
    """
    first = messages[0]
    parts = split(as_text(first))
    if parts_done or len(parts) > 1:
        number = min(parts_done, len(parts) - 1)
        is_last = number == len(parts) - 1
        return Composed(
            parts[number], first.seq if is_last else None, None if is_last else number + 1, list(first.buttons)
        )
    text, choices, through = parts[0], list(first.buttons), first.seq
    for later in messages[1:]:
        # The same choice twice in one text would have two numbers.
        message = later.model_copy(update={"buttons": [one for one in later.buttons if one not in choices]})
        more = as_text(message, len(choices) + 1)
        if message.attachments or len(f"{text}{JOINT}{more}".encode()) > LIMIT_BYTES:
            break
        text = f"{text}{JOINT}{more}" if text and more else text or more
        choices += message.buttons
        through = message.seq
    return Composed(text, through, None, choices)


def as_text(message: Message, first_number: int = 1) -> str:
    """A message with its links and numbered buttons as lines."""
    said = message.text.strip()
    lines = [f"{message.sender_name}：{said}" if message.sender == Sender.AGENT and message.sender_name else said]
    lines += [f"{link.title}：{link.url.removeprefix('tel:')}" for link in message.links]
    lines += [f"回复 {number} {button.title}" for number, button in enumerate(message.buttons, first_number)]
    return "\n".join(line for line in lines if line)


def split(text: str, limit_bytes: int = LIMIT_BYTES) -> list[str]:
    """Parts of at most `limit_bytes`, cut at the last paragraph, sentence or clause end that fits; nothing is lost but
    the white space around a cut.
    """
    parts = []
    rest = text
    while len(rest.encode()) > limit_bytes:
        # Cutting the bytes may cut a character in two; what is left of it is dropped here and stays in `rest`.
        fitting = rest.encode()[:limit_bytes].decode(errors="ignore")
        at = _last_break(fitting)
        parts.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [*(part for part in parts if part), rest] if rest or not parts else parts


def _last_break(text: str) -> int:
    for pattern, least in _BREAKS:
        ends = [found.end() for found in pattern.finditer(text) if found.end() >= len(text) * least]
        if ends:
            return ends[-1]
    at = len(text)
    # Not before a combining sign: an emoji and its modifier, a letter and its accent belong together.
    while at > 1 and (unicodedata.combining(text[at - 1]) or text[at - 1] in "\u200d\ufe0f"):
        at -= 1
    return at


def chosen(text: str, choices: Sequence[Button]) -> Button | None:
    """The button a customer means by a number: "1", "１", "回复1", "1."; None when it is no number of the choices."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    number = int(found.group(1))
    return choices[number - 1] if 1 <= number <= len(choices) else None
