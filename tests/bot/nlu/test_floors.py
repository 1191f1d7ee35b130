"""The figures of the real pipeline on real data stay above the committed floors."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.evaluate.__main__ import assistant, intents

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data"
FLOORS = yaml.safe_load((ROOT / "tests" / "floors.yml").read_text(encoding="utf-8"))
CURRENT_MODEL = ROOT / "models" / "current"

pytestmark = [
    pytest.mark.skipif(not DATA.is_dir(), reason="the measuring data is not on this machine"),
    pytest.mark.timeout(900),
    # As in the command itself, whose output is for people: Rasa warns of its own history when it opens a domain.
    pytest.mark.filterwarnings("ignore::UserWarning:rasa.*", "ignore::FutureWarning:rasa.*"),
]


def flat(figures: dict[str, Any]) -> dict[str, float]:
    """Figures with `transfer_human: {recall}` as transfer_human_recall."""
    human = {f"transfer_human_{name}": value for name, value in figures.get("transfer_human", {}).items()}
    return {**{name: value for name, value in figures.items() if isinstance(value, int | float)}, **human}


def below(figures: dict[str, Any], floors: dict[str, Any]) -> list[str]:
    """What is worse than the floors allow."""
    measured = flat(figures)
    minima = {name: least for name, least in floors.items() if name not in ("date", "reason", "at_most")}
    worse = [f"{name} {measured[name]:.4f} < {least}" for name, least in minima.items() if measured[name] < least]
    return worse + [
        f"{name} {measured[name]:.4f} > {most}" for name, most in floors["at_most"].items() if measured[name] > most
    ]


@pytest.mark.skipif(not CURRENT_MODEL.is_file(), reason="no trained model: make train")
def test_the_shipped_model_on_real_voice_utterances(monkeypatch):
    monkeypatch.chdir(ROOT)
    figures, _ = assistant(DATA / "telecom_voice_dev.tsv")
    assert below(figures, FLOORS["telecom_voice_dev"]) == []


def test_the_pipeline_on_other_data(monkeypatch):
    monkeypatch.chdir(ROOT)
    figures, _ = intents(DATA / "massive_zh_train.tsv", DATA / "massive_zh_validation.tsv")
    assert below(figures, FLOORS["massive_zh"]) == []


def test_a_figure_below_its_floor_is_named():
    floors = {"accuracy": 0.9, "at_most": {"transfer_human_false_alarms": 0.01}, "date": "", "reason": ""}
    figures = {"accuracy": 0.89, "transfer_human": {"false_alarms": 0.02}, "per_label": {}}
    assert below(figures, floors) == ["accuracy 0.8900 < 0.9", "transfer_human_false_alarms 0.0200 > 0.01"]
