"""Words and their offsets, in Chinese, Latin and mixtures of both."""

from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.jieba_tokenizer import TelecomTokenizer

DICTIONARY = "携号转网 1000 n\n副卡\n# 注释\n\n转人工 1000\n"


@pytest.fixture
def dictionary(tmp_path: Path) -> str:
    path = tmp_path / "telecom.txt"
    path.write_text(DICTIONARY, encoding="utf-8")
    return str(path)


def tokens_of(tokenizer: TelecomTokenizer, text: str) -> list[tuple[str, str]]:
    """(token text, the part of the original its offsets point to)."""
    (message,) = tokenizer.process([Message({TEXT: text})])
    return [(token.text, text[token.start : token.end]) for token in message.get(TOKENS_NAMES[TEXT])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我要携号转网", [("我要", "我要"), ("携号转网", "携号转网")]),
        ("办副卡", [("办", "办"), ("副卡", "副卡")]),
        ("查ＷＩＦＩ密码", [("查", "查"), ("wifi", "ＷＩＦＩ"), ("密码", "密码")]),
        ("iPhone 15 上网", [("iphone", "iPhone"), ("15", "15"), ("上网", "上网")]),
        ("轉人工", [("转人工", "轉人工")]),
        ("呃，三百分钟", [("300", "三百"), ("分钟", "分钟")]),
        ("话话话费", [("话费", "话话话费")]),
        ("   ", []),
        ("", []),
        ("😀！", []),
    ],
)
def test_tokens_and_offsets(create, dictionary, text, expected):
    assert tokens_of(create(TelecomTokenizer, dictionary=dictionary), text) == expected


def test_the_dictionary_is_not_shared_with_the_process(create, dictionary):
    create(TelecomTokenizer, dictionary=dictionary)
    assert "转人工" not in jieba.lcut("转人工")


def test_a_loaded_tokenizer_knows_the_dictionary_without_its_file(create, reload, dictionary):
    create(TelecomTokenizer, dictionary=dictionary).train(TrainingData([]))
    Path(dictionary).unlink()
    assert tokens_of(reload(TelecomTokenizer, dictionary=dictionary), "携号转网") == [("携号转网", "携号转网")]


def test_a_missing_dictionary_is_named(create):
    with pytest.raises(InvalidConfigException, match="nowhere.txt"):
        create(TelecomTokenizer, dictionary="nowhere.txt")


def test_another_dictionary_means_training_anew(dictionary):
    before = TelecomTokenizer.fingerprint_addon({"dictionary": dictionary})
    Path(dictionary).write_text("宽带 10\n", encoding="utf-8")
    assert TelecomTokenizer.fingerprint_addon({"dictionary": dictionary}) != before


@pytest.fixture(scope="module")
def plain_tokenizer() -> TelecomTokenizer:
    return TelecomTokenizer({}, None, None, "")


@given(text=st.text(max_size=50))
def test_any_text_has_ordered_tokens_within_it(plain_tokenizer, text):
    (message,) = plain_tokenizer.process([Message({TEXT: text})])
    tokens = message.get(TOKENS_NAMES[TEXT])
    assert all(token.text.strip() and 0 <= token.start < token.end <= len(text) for token in tokens)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)
