"""Thresholds and intents files: what ships is sound, what is broken is named."""

from pathlib import Path

import pytest
import yaml

from bot.decision import IntentError, ThresholdError, load_intents, load_thresholds
from bot.decision.thresholds import DEFAULT_FILE

ROOT = Path(__file__).parents[3]
GOOD = yaml.safe_load(DEFAULT_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer": 1.2}, "answer must be a number from 0 to 1, not 1.2"),
        ({"answer": "high"}, "answer must be a number from 0 to 1, not 'high'"),
        ({"task": True}, "task must be a number from 0 to 1, not True"),
        ({"failed_turns": 0}, "failed_turns must be a whole number from 1 to 10, not 0"),
        ({"max_candidates": 2.5}, "max_candidates must be a whole number from 1 to 3, not 2.5"),
        ({"answre": 0.5}, "unknown answre"),
        ({"clarify_article": 0.9}, "clarify_article must not be above answer"),
        ({"clarify_intent": 0.9}, "clarify_intent must not be above task"),
        ({"exact": 0.1}, "answer must not be above exact"),
    ],
)
def test_bad_threshold_is_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    file = tmp_path / "thresholds.yml"
    file.write_text(yaml.safe_dump(GOOD | change), encoding="utf-8")
    with pytest.raises(ThresholdError) as caught:
        load_thresholds(file)
    assert str(caught.value) == f"{file}: {message}"


def test_missing_threshold_is_named(tmp_path: Path) -> None:
    file = tmp_path / "thresholds.yml"
    file.write_text(yaml.safe_dump({name: value for name, value in GOOD.items() if name != "task"}), encoding="utf-8")
    with pytest.raises(ThresholdError, match="missing task"):
        load_thresholds(file)


@pytest.mark.parametrize("content", ["{", "- 1\n", ""])
def test_no_mapping(tmp_path: Path, content: str) -> None:
    file = tmp_path / "broken.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ThresholdError):
        load_thresholds(file)
    with pytest.raises(IntentError):
        load_intents(file)


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(ThresholdError, match="cannot be read"):
        load_thresholds(tmp_path / "none.yml")
    with pytest.raises(IntentError, match="cannot be read"):
        load_intents(tmp_path / "none.yml")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"kind": "chore"}, "kind must be one of"),
        ({"kind": "task"}, "a task needs a title"),
        ({"kind": "information", "article": "x"}, "unknown article"),
        ({"kind": "information", "articles": ["a"], "default": "b"}, "default must be one of its articles"),
        ("task", "must be a mapping"),
    ],
)
def test_bad_intent_is_named(tmp_path: Path, spec: object, message: str) -> None:
    file = tmp_path / "intents.yml"
    file.write_text(yaml.safe_dump({"intents": {"query_x": spec}}), encoding="utf-8")
    with pytest.raises(IntentError, match=f"query_x: .*{message}"):
        load_intents(file)


def test_unknown_article_is_named() -> None:
    book = load_intents()
    book.check_articles(book.article_ids())
    with pytest.raises(IntentError, match="no such knowledge article: vas-points"):
        book.check_articles(book.article_ids() - {"vas-points"})


def _yaml(name: str) -> dict[str, object]:
    loaded: dict[str, object] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return loaded


def test_every_intent_of_the_domain_is_described_and_decided() -> None:
    intents = set(_yaml("domain.yml")["intents"])  # type: ignore[call-overload]
    rule = _yaml("data/rules/decide.yml")["rules"][0]  # type: ignore[index]
    assert {step["intent"] for step in rule["steps"][0]["or"]} == intents
    assert set(load_intents().intents) == intents


def test_every_step_has_a_rule_and_a_slot_value() -> None:
    from bot.decision import Step

    rules = [rule for file in (ROOT / "data/rules").glob("*.yml") for rule in _yaml(f"data/rules/{file.name}")["rules"]]  # type: ignore[attr-defined]
    led = [s["slot_was_set"][0]["next_step"] for rule in rules for s in rule["steps"] if "slot_was_set" in s]
    steps = [step.value for step in Step]
    assert sorted(led) == sorted(steps)
    assert sorted(_yaml("domain.yml")["slots"]["next_step"]["values"]) == sorted(steps)  # type: ignore[index]


def test_articles_taken_away_are_no_longer_named() -> None:
    book = load_intents()
    rest = book.naming_only(book.article_ids() - {"vas-points"})
    assert (rest["query_points"].articles, rest["query_points"].default) == (("vas-vip-gift",), None)
    assert rest["query_plan"] == book["query_plan"]
