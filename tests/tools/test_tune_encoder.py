"""Tuning: what is held back is never trained on, batches hold no two pairs of one group, bad pairs are named."""

import random

import pytest

from bot.knowledge import Answer, Article
from tools.tune_encoder import Group, PairsFileError, _batches, _pace, hold_back, main, read_pairs

ARTICLES = [
    Article(f"a{n}", f"标题{n}", f"标准{n}", Answer("答"), "general", tuple(f"相似{n}-{k}" for k in range(10)))
    for n in range(30)
]


def test_a_fifth_is_held_back():
    kept, held_back = hold_back(ARTICLES, random.Random(1))
    assert len(held_back) == 60
    trained = {question for article in kept for question in article.questions}
    assert not trained & {question for _, question in held_back}
    assert len(trained) + len(held_back) == 30 * 11
    assert all(question.startswith(f"相似{article_id[1:]}-") for article_id, question in held_back)


def test_every_question_is_an_anchor_once_and_groups_stay_apart():
    groups = [Group(article.questions, (f"答案{article.id}",)) for article in ARTICLES]
    owner = {text: place for place, group in enumerate(groups) for text in (*group.questions, *group.passages)}
    anchors = []
    for batch in _batches(groups, random.Random(2)):
        owners = [owner[anchor] for (anchor, _), _ in batch]
        assert len(set(owners)) == len(owners) >= 2
        for (anchor, kind), (other, other_kind) in batch:
            assert kind == "query"
            assert other_kind == ("passage" if other.startswith("答案") else "query")
            assert owner[other] == owner[anchor]
            assert other != anchor
            anchors.append(anchor)
    assert len(anchors) == len(set(anchors)) == 30 * 11


def test_one_group_alone_teaches_nothing():
    assert list(_batches([Group(("甲", "乙"))], random.Random(0))) == []


def test_pace_rises_and_falls():
    paces = [_pace(step, 100) for step in range(101)]
    assert paces[0] == pytest.approx(0.1)
    assert max(paces) == 1.0
    assert paces[100] == 0.0
    assert paces[10:] == sorted(paces[10:], reverse=True)


def test_pairs_file(tmp_path):
    file = tmp_path / "pairs.tsv"
    file.write_text("查话费\t话费多少\n\n断网了 \t 上不了网\n", encoding="utf-8")
    assert read_pairs(file) == [Group(("查话费", "话费多少")), Group(("断网了", "上不了网"))]


@pytest.mark.parametrize(("content", "message"), [("甲\t乙\n丙\n", ":2: two texts"), ("甲\t乙\t丙\n", ":1: two texts")])
def test_bad_pairs_file_is_named(tmp_path, content, message, capsys):
    file = tmp_path / "pairs.tsv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(PairsFileError, match=message):
        read_pairs(file)
    assert main(["--pairs", str(file)]) == 2
    assert message in capsys.readouterr().err
