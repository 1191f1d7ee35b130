"""How questions are compared: what counts as the same wording, and which pieces of it are counted."""

from __future__ import annotations

import unicodedata

from bot.knowledge.article import Article
from bot.text import normalize

# What an answer is about stands in its first lines; the rest costs encoding time and changes next to nothing.
_ANSWER_CHARS = 200


def question_key(text: str) -> str:
    """Two questions with equal keys are the same question: normalised, only letters, digits and ideographs kept."""
    return "".join(char for char in normalize(text).text if unicodedata.category(char)[0] in "LN")


def pieces(key: str) -> list[str]:
    """The distinct single characters and pairs of neighbours of a key, in order of appearance."""
    pairs = (key[i : i + 2] for i in range(len(key) - 1))
    return list(dict.fromkeys((*key, *pairs)))


def profile(article: Article) -> str:
    """What an article is about, in its own words: title, standard question and the beginning of the answer."""
    return "。".join((article.title, article.question, article.answer.text[:_ANSWER_CHARS]))
