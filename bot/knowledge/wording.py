"""How questions are compared: what counts as the same wording, and which pieces of it are counted."""

from __future__ import annotations

import unicodedata

from bot.text import normalize


def question_key(text: str) -> str:
    """Two questions with equal keys are the same question: normalised, only letters, digits and ideographs kept."""
    return "".join(char for char in normalize(text).text if unicodedata.category(char)[0] in "LN")


def pieces(key: str) -> list[str]:
    """The distinct single characters and pairs of neighbours of a key, in order of appearance."""
    pairs = (key[i : i + 2] for i in range(len(key) - 1))
    return list(dict.fromkeys((*key, *pairs)))
