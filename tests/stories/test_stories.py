"""The rules: accepted by Rasa, and leading every test story and every step as written."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
STORIES = Path(__file__).with_name("dialogue.yml")


def _rasa(*arguments: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "ignore", "-m", "rasa", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def dialogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the rules alone, in a folder with all that `rasa test` wants to see."""
    folder = tmp_path_factory.mktemp("dialogue")
    shutil.copy(ROOT / "domain.yml", folder)
    shutil.copytree(ROOT / "data" / "rules", folder / "data" / "rules")
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    rules_only = {**config, "pipeline": []}
    (folder / "config.yml").write_text(yaml.safe_dump(rules_only, allow_unicode=True), encoding="utf-8")
    trained = _rasa("train", "core", "--stories", "data/rules", "--out", "models", cwd=folder)
    assert trained.returncode == 0, trained.stderr[-2000:]
    return folder


def _test(folder: Path, stories: Path) -> "subprocess.CompletedProcess[str]":
    flags = ["--fail-on-prediction-errors", "--no-plot", "--no-warnings"]
    return _rasa("test", "core", "--stories", str(stories), "--model", "models", *flags, cwd=folder)


@pytest.mark.timeout(600)
def test_stories_are_led_as_written(dialogue: Path) -> None:
    result = _test(dialogue, STORIES)
    assert result.returncode == 0, result.stdout[-1000:] + result.stderr[-3000:]


@pytest.mark.timeout(600)
def test_every_intent_and_every_step_is_led(dialogue: Path, tmp_path: Path) -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    led = {}
    for file in (ROOT / "data" / "rules").glob("*.yml"):
        for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]:
            if len(rule["steps"]) == 3:
                led[rule["steps"][1]["slot_was_set"][0]["next_step"]] = rule["steps"][2]["action"]
    steps = list(led)
    stories = []
    for position, intent in enumerate(domain["intents"]):
        step = steps[position % len(steps)]
        turn = [
            {"user": "你好", "intent": intent},
            {"action": "action_decide"},
            {"slot_was_set": [{"next_step": step}]},
            {"action": led[step]},
        ]
        stories.append({"story": f"{intent} then {step}", "steps": turn})
    assert len(stories) >= len(steps)
    file = tmp_path / "test_all.yml"
    file.write_text(yaml.safe_dump({"version": "3.1", "stories": stories}, allow_unicode=True), encoding="utf-8")
    result = _test(dialogue, file)
    assert result.returncode == 0, result.stdout[-1000:] + result.stderr[-3000:]


@pytest.mark.timeout(600)
def test_a_wrong_story_is_noticed(dialogue: Path, tmp_path: Path) -> None:
    wrong = STORIES.read_text(encoding="utf-8").replace("action: action_query_balance", "action: action_clarify")
    file = tmp_path / "wrong.yml"
    file.write_text(wrong, encoding="utf-8")
    assert _test(dialogue, file).returncode != 0
