"""Labelled files, good and bad."""

from pathlib import Path

import pytest

from bot.evaluation.labelled import Gold, LabelledFileError, LabelMapping, read_examples, read_gold


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode("utf-8"))
    return path


def test_gold_with_and_without_a_second_label(tmp_path):
    file = write(tmp_path / "gold.tsv", "text\tlabel\talso\n查话费\tquery_balance\t\n“喂\tgreet\tunclear\n")
    assert read_gold(file) == [Gold("查话费", "query_balance"), Gold("“喂", "greet", "unclear")]


def test_byte_order_mark_and_windows_line_ends(tmp_path):
    file = write(tmp_path / "train.tsv", "\ufefftext\tintent\r\n查话费\tquery_balance\r\n")
    assert read_examples(file) == [Gold("查话费", "query_balance")]


def test_quotation_marks_are_text(tmp_path):
    file = write(tmp_path / "gold.tsv", 'text\tlabel\n"查\tunclear\n')
    assert read_gold(file) == [Gold('"查', "unclear")]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("text\tintent\n查话费\tx\n", "label"),
        ("text\tlabel\n查话费\n", "line 2"),
        ("text\tlabel\n", "no rows"),
        ("", "text, label"),
    ],
)
def test_bad_files_are_named_with_what_is_wrong(tmp_path, content, complaint):
    file = write(tmp_path / "gold.tsv", content)
    with pytest.raises(LabelledFileError, match=complaint) as caught:
        read_gold(file)
    assert "gold.tsv" in str(caught.value)


def test_a_missing_file_and_a_wrong_encoding_are_named(tmp_path):
    with pytest.raises(LabelledFileError, match="cannot be read"):
        read_gold(tmp_path / "nowhere.tsv")
    (tmp_path / "gbk.tsv").write_bytes("text\tlabel\n查话费\tquery_balance\n".encode("gbk"))
    with pytest.raises(LabelledFileError, match="UTF-8"):
        read_gold(tmp_path / "gbk.tsv")


def test_the_shipped_mapping_counts_the_fallback_as_unclear():
    mapping = LabelMapping.load()
    assert mapping.label("nlu_fallback") == mapping.label(None) == "unclear"
    assert mapping.label("query_bill") == "query_bill"


@pytest.mark.parametrize("content", ["", "labels: [a]", "other: {}", "labels: {a: 1}", "labels: {a: b"])
def test_a_bad_mapping_is_named(tmp_path, content):
    file = write(tmp_path / "labels.yml", content)
    with pytest.raises(LabelledFileError, match=r"labels\.yml"):
        LabelMapping.load(file)
