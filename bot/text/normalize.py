"""One form for everything that customers type or say.

The original is always kept for people to read; machines compare the normalised text. Steps, repeated until nothing
changes any more (so that normalising twice is normalising once): one spelling a character (full-width, case, control
characters, emoji), traditional to simplified, written numbers, fillers, stutter, spacing.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import opencc

from bot.text.characters import CharacterTable
from bot.text.numbers import write_numbers
from bot.text.span import SpannedText
from bot.text.speech import drop_fillers, drop_stutter

# Characters looked at. Real messages have 12 on average and 150 at the most; what a customer pastes beyond 500 (a
# contract, a log) does not make the wish clearer, and the encoder reads no more either.
LENGTH_LIMIT = 500

# Each step can give the others new work, but only by shortening or by writing a number; texts need two rounds, the
# worst seen in property tests six.
_MAXIMUM_ROUNDS = 12

_CHARACTERS = CharacterTable()
_SIMPLIFIER = opencc.OpenCC("t2s")

_LOOSE_PUNCTUATION = re.compile(r"(?<![0-9a-z])[.,+\-/:@_&]|[.,+\-/:@_&](?![0-9a-z])|(?<![0-9])%|¥(?! ?[0-9])")
# Between Chinese characters a space or a pause means nothing: recognisers write none, customers write them anywhere.
_LOOSE_SPACE = re.compile(r"^ +| +$| +(?=[^0-9a-z])|(?<=[^0-9a-z]) +|(?<= ) +")


@dataclass(frozen=True)
class Normalized:
    """A text in its one form, and where it came from.

    `offsets[i]` is the index in the original of `text[i]`; `ends[i]` the index just after what `text[i]` stands for.
    `truncated` tells that the original was longer than the limit, so that the customer can be told.
    """

    text: str
    offsets: tuple[int, ...]
    ends: tuple[int, ...]
    truncated: bool = False

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The slice of the original that text[start:end] came from (0 <= start < end <= len(text))."""
        return self.offsets[start], self.ends[end - 1]


def _simplify(spanned: SpannedText) -> None:
    simplified = str(_SIMPLIFIER.convert(spanned.text))
    if len(simplified) == len(spanned.text):
        spanned.text = simplified
        return
    # A phrase changed length: go character by character, which keeps offsets true.
    spanned.substitute(re.compile("[^\x00-\x7f]"), lambda match: str(_SIMPLIFIER.convert(match.group())))


def _spell(spanned: SpannedText) -> None:
    pieces = [_CHARACTERS[character] for character in spanned.text]
    text = "".join(pieces)
    if text == spanned.text:
        return
    if len(text) != len(spanned.text) or any(len(piece) != 1 for piece in pieces):
        spanned.starts = [start for start, piece in zip(spanned.starts, pieces, strict=True) for _ in piece]
        spanned.ends = [end for end, piece in zip(spanned.ends, pieces, strict=True) for _ in piece]
    spanned.text = text


def _tidy(spanned: SpannedText) -> None:
    spanned.substitute(_LOOSE_PUNCTUATION, " ")
    if " " in spanned.text:
        spanned.substitute(_LOOSE_SPACE, "")


def _round(spanned: SpannedText) -> None:
    _spell(spanned)
    if not spanned.text.isascii():
        _simplify(spanned)
        write_numbers(spanned)
        drop_fillers(spanned)
        drop_stutter(spanned)
    else:
        write_numbers(spanned)
    _tidy(spanned)


@lru_cache(maxsize=2048)
def normalize(text: str, limit: int = LENGTH_LIMIT) -> Normalized:
    """The one form of `text`; never fails, whatever Unicode comes in; at most `limit` characters long.

    Text without any letter, digit or Chinese character (only emoji, only punctuation) comes out empty.
    """
    truncated = len(text) > limit
    head = text[:limit]
    spanned = SpannedText(head, list(range(len(head))), list(range(1, len(head) + 1)))
    for _ in range(_MAXIMUM_ROUNDS):
        before = spanned.text
        _round(spanned)
        if len(spanned.text) > limit:
            spanned.cut(limit)
            truncated = True
        if spanned.text == before:
            break
    return Normalized(spanned.text, tuple(spanned.starts), tuple(spanned.ends), truncated)
