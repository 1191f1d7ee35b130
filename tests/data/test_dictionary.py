"""The telecom dictionary: every entry really is one word to the tokenizer."""

from collections import Counter
from pathlib import Path

import jieba
import pytest

from bot.text import normalize

DICTIONARY = Path(__file__).parents[2] / "data/jieba/telecom.txt"


def read_entries() -> list[tuple[str, int]]:
    """(word, frequency) of every entry."""
    entries = []
    for line in DICTIONARY.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, frequency = line.split()
            entries.append((word, int(frequency)))
    return entries


ENTRIES = read_entries()


@pytest.fixture(scope="module")
def tokenizer() -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    for word, frequency in ENTRIES:
        tokenizer.add_word(word, frequency)
    return tokenizer


def test_it_knows_a_few_hundred_words_each_once() -> None:
    counts = Counter(word for word, _ in ENTRIES)
    assert [word for word, count in counts.items() if count > 1] == []
    assert len(counts) >= 400


def test_every_entry_is_written_as_the_tokenizer_meets_it() -> None:
    """The tokenizer sees normalised text only: another spelling would never match."""
    assert [word for word, _ in ENTRIES if normalize(word).text != word] == []


def test_every_entry_is_one_token(tokenizer: jieba.Tokenizer) -> None:
    assert [word for word, _ in ENTRIES if tokenizer.lcut(word) != [word]] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我想携号转网怎么办", {"携号转网"}),
        ("给我把副卡取消了", {"副卡"}),
        ("别说了转人工", {"转人工"}),
        ("我这个流量包还剩多少", {"流量包"}),
        ("出差想开呼叫转移", {"呼叫转移"}),
        ("来电显示怎么没了", {"来电显示"}),
        ("4g网上不了网", {"4g网", "上不了网"}),
        ("把亲情号换成我妈的", {"亲情号"}),
    ],
)
def test_entries_stay_whole_in_a_sentence(tokenizer: jieba.Tokenizer, text: str, words: set[str]) -> None:
    assert words <= set(tokenizer.lcut(text))
