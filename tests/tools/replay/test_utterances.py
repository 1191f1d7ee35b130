import pytest

from tools.replay.utterances import UtterancesError, read_utterances


def test_one_a_line(tmp_path):
    file = tmp_path / "lines.txt"
    file.write_text("\ufeff查话费\n\n  转人工 \n", encoding="utf-8")
    assert read_utterances(file) == ["查话费", "转人工"]


def test_the_first_column_below_the_header(tmp_path):
    file = tmp_path / "table.tsv"
    file.write_text("text\tlabel\n查话费\tquery_balance\n\tempty\n转人工\ttransfer_human\n", encoding="utf-8")
    assert read_utterances(file) == ["查话费", "转人工"]


@pytest.mark.parametrize(("content", "says"), [(b"", "holds no utterance"), ("查话费".encode("gbk"), "not UTF-8")])
def test_a_useless_file_says_why(tmp_path, content, says):
    file = tmp_path / "file.txt"
    file.write_bytes(content)
    with pytest.raises(UtterancesError, match=says):
        read_utterances(file)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UtterancesError, match="nowhere.txt"):
        read_utterances(tmp_path / "nowhere.txt")
