"""Edits go live; broken ones change nothing; vectors survive restarts."""

import os

import numpy as np
import pytest
from toys import ToyEncoder

from bot.knowledge import KnowledgeBase, KnowledgeError, Refresh
from bot.knowledge.store import VectorStore


def edit(file, text, later=[1]):  # noqa: B006  the list counts edits, so that each has its own time
    file.write_text(text, encoding="utf-8")
    later[0] += 1
    os.utime(file, (1_800_000_000 + later[0],) * 2)


def test_edit_goes_live(folder, encoder):
    knowledge = KnowledgeBase(encoder, folder, cache=None)
    assert knowledge.refresh() is Refresh.UNCHANGED
    file = folder / "articles.yml"
    edit(file, file.read_text("utf-8").replace("我要转网", "想换个运营商"))
    assert knowledge.search("想换个运营商")[0].score < 0.99
    assert knowledge.refresh() is Refresh.UPDATED
    assert knowledge.search("想换个运营商")[0].score == pytest.approx(0.99)
    assert knowledge.refresh() is Refresh.UNCHANGED


def test_new_and_deleted_files_count(folder, encoder):
    knowledge = KnowledgeBase(encoder, folder, cache=None)
    more = folder / "more.yml"
    edit(
        more,
        "articles:\n  - {id: new, title: 新, question: 新条目, answer: {text: 好}, skill_group: bills}\n",
    )
    assert knowledge.refresh() is Refresh.UPDATED
    assert knowledge.search("新条目")[0].article.id == "new"
    more.unlink()
    assert knowledge.refresh() is Refresh.UPDATED
    assert "new" not in {article.id for article in knowledge.index.articles}


def test_broken_edit_keeps_what_was(folder, encoder):
    knowledge = KnowledgeBase(encoder, folder, cache=None)
    before = knowledge.index
    good = (folder / "articles.yml").read_text("utf-8")
    edit(folder / "articles.yml", good.replace("skill_group: bills", "skill_group: moon"))
    assert knowledge.refresh() is Refresh.REFUSED
    assert knowledge.index is before
    assert [problem.line for problem in knowledge.problems] == [12]
    assert knowledge.refresh() is Refresh.UNCHANGED
    assert knowledge.problems
    edit(folder / "articles.yml", good)
    assert knowledge.refresh() is Refresh.UPDATED
    assert knowledge.problems == ()


def test_a_broken_folder_does_not_open(folder, encoder):
    edit(folder / "articles.yml", "articles:\n  - {}\n")
    with pytest.raises(KnowledgeError):
        KnowledgeBase(encoder, folder, cache=None)


def test_restart_encodes_nothing_and_an_edit_only_what_is_new(folder, tmp_path):
    cache = tmp_path / "cache"
    first = ToyEncoder()
    KnowledgeBase(first, folder, cache=cache)
    assert len(first.encoded) == 7
    second = ToyEncoder()
    knowledge = KnowledgeBase(second, folder, cache=cache)
    assert second.encoded == []
    edit(folder / "articles.yml", (folder / "articles.yml").read_text("utf-8").replace("我要转网", "想换个运营商"))
    assert knowledge.refresh() is Refresh.UPDATED
    assert second.encoded == ["想换个运营商"]
    other = ToyEncoder(fingerprint="toy-2")
    KnowledgeBase(other, folder, cache=cache)
    assert len(other.encoded) == 7


def test_stored_vectors_are_those_of_the_encoder(tmp_path):
    encoder = ToyEncoder()
    store = VectorStore(tmp_path, encoder)
    questions, profiles = store.vectors(["甲", "乙", "甲"], ["丙"])
    again = VectorStore(tmp_path, ToyEncoder()).vectors(["乙"], ["丙", "甲"])
    assert np.allclose(questions, encoder.encode(["甲", "乙", "甲"]), atol=1e-3)
    assert np.array_equal(again[0], questions[1:2])
    assert np.array_equal(again[1][:1], profiles)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\x00" * 200])
def test_unreadable_cache_is_made_anew(tmp_path, content):
    VectorStore(tmp_path, ToyEncoder()).vectors(["甲"], [])
    (file,) = tmp_path.glob("vectors-*.npz")
    file.write_bytes(content)
    encoder = ToyEncoder()
    VectorStore(tmp_path, encoder).vectors(["甲"], [])
    assert encoder.encoded == ["甲"]
    VectorStore(tmp_path, encoder).vectors(["甲"], [])
    assert encoder.encoded == ["甲"]


def test_progress_is_told(tmp_path):
    told = []
    VectorStore(tmp_path, ToyEncoder()).vectors(
        [f"问{n}" for n in range(600)], ["答"], lambda done, total: told.append((done, total))
    )
    assert told == [(512, 601), (600, 601), (601, 601)]
