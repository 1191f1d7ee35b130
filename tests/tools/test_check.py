"""`make check`: every mistake of every file, named once, and an exit code."""

import pytest

from bot.decision.intents import load_intents
from tools import check


def test_the_projects_files_are_good(capsys):
    assert check.main([]) == 0
    assert "检查通过" in capsys.readouterr().out


def test_all_mistakes_of_all_files(tmp_path, capsys):
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / "a.yml").write_text(
        "articles:\n  - id: a\n    title: 甲\n    question: 甲\n"
        "    answer: {text: ''}\n    skill_group: bills\n    colour: 1\n",
        encoding="utf-8",
    )
    (tmp_path / "nlu.yml").write_text(
        "nlu:\n  - intent: x\n    examples: |\n      - 好\n      没有横线\n", encoding="utf-8"
    )
    (tmp_path / "rules.yml").write_text("rules:\n  - rule: a\n  rule: b\n", encoding="utf-8")
    (tmp_path / "twice.yml").write_text("a: 1\na: 2\n", encoding="utf-8")
    assert check.main([str(tmp_path), str(tmp_path / "nowhere.yml")]) == 1
    lines = capsys.readouterr().out.splitlines()
    places = [line.split(": ")[0].removeprefix(f"{tmp_path}/") for line in lines[:-1]]
    assert places == [
        "knowledge/a.yml:5",
        "knowledge/a.yml:7",
        "nlu.yml:5",
        "nowhere.yml:0",
        "rules.yml:3",
        "twice.yml:2",
    ]
    assert lines[-1].startswith("共 6 处要改")
    assert all(" / " in line for line in lines)


def test_button_must_start_an_intent_of_the_domain(tmp_path, capsys):
    file = tmp_path / "any.yml"
    file.write_text(
        "articles:\n  - id: a\n    title: 甲\n    question: 甲\n    skill_group: bills\n"
        "    answer: {text: 好, buttons: [{title: 查, payload: /query_bill}, {title: 飞, payload: /fly_away}]}\n",
        encoding="utf-8",
    )
    assert check.main([str(file)]) == 1
    out = capsys.readouterr().out
    assert f"{file}:6: 按钮的 payload“/fly_away”" in out
    assert "query_bill" not in out


@pytest.mark.parametrize("name", ["domain.yml", "config.yml", "data/skill_groups.yml", "data/nlu", "data/rules"])
def test_syntax_of_these_is_checked(name, capsys):
    assert name in check.OTHERS
    assert check.main([str(check.ROOT / name)]) == 0


def test_an_article_that_the_decision_names_must_exist():
    everything = load_intents().article_ids()
    gone = sorted(everything)[0]
    [problem] = check._check_named_articles(everything - {gone})
    assert problem.file.endswith("intents.yml")
    assert problem.line > 0
    assert gone in problem.chinese
    assert check._check_named_articles(everything) == []
