"""How questions are compared: what counts as the same wording, and what a question is made of."""

from __future__ import annotations

import unicodedata

from bot.text import normalize

MAX_QUERY_CHARS = 500
"""Longer texts are cut before they are searched: no question needs more, and time stays bounded."""


def plain(text: str) -> str:
    """The normalised text in lower case, cut to `MAX_QUERY_CHARS`; what the lexical index sees."""
    return normalize(text[:MAX_QUERY_CHARS]).text.lower()


def question_key(text: str) -> str:
    """Two questions with equal keys are the same question: normalised, without spaces and punctuation."""
    return squeeze(plain(text))


def squeeze(text: str) -> str:
    """Letters, digits and ideographs of a text, nothing else."""
    return "".join(char for char in text if unicodedata.category(char)[0] in "LN")
