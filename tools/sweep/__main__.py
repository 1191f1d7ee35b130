"""`make sweep TEST=gold.tsv`: draw wrong answers against handoffs and coverage, and find the cheapest thresholds."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from actions.months import find_month, today
from bot.decision import Entity, IntentScore, Understanding, load_intents, load_thresholds
from bot.encoder import Encoder, EncoderError
from bot.evaluation.labelled import Gold, LabelledFileError, read_gold
from bot.knowledge import KnowledgeError, KnowledgeIndex, load_articles
from tools.run.services import RASA_PYTHON
from tools.run.settings import ROOT
from tools.sweep.curves import SWEPT, Measure, Message, Point, with_value
from tools.sweep.page import render
from tools.sweep.verdict import Costs, Verdict

RESULTS = Path("results")
PAGE = RESULTS / "sweep.html"
TRADE_OFF = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the sweep; returns the exit code (2: the input cannot be used)."""
    options = _parser().parse_args(arguments)
    costs = Costs(options.wrong, options.needless_handoff, options.missed_handoff, options.question)
    try:
        messages = _messages(read_gold(Path(options.test)))
    except (LabelledFileError, KnowledgeError, EncoderError) as e:
        print(f"sweep: {e}", file=sys.stderr)
        return 2
    measure, thresholds = Measure(messages, load_intents(), costs), load_thresholds()

    now = measure.point(thresholds)
    cheapest = measure.point(measure.cheapest(thresholds, lambda line: print(f"sweep: {line}", flush=True)))
    sweeps = [measure.sweep(name, thresholds) for name in SWEPT]
    trade_off = _trade_off(measure, cheapest)
    RESULTS.mkdir(exist_ok=True)
    PAGE.write_text(render(Path(options.test).name, measure, now, cheapest, trade_off, sweeps), encoding="utf-8")
    if options.out:
        figures = {"n": len(messages), "costs": costs.__dict__, "now": _figures(now), "cheapest": _figures(cheapest)}
        Path(options.out).write_text(json.dumps(figures, ensure_ascii=False, indent=2), encoding="utf-8")
    _print(now, cheapest)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make sweep", description=__doc__)
    parser.add_argument("--test", required=True, help="labelled file: columns text, label, also")
    parser.add_argument("--out", help="also write the figures as JSON")
    default = Costs()
    parser.add_argument("--wrong", type=float, default=default.wrong, help="cost of a wrong answer")
    parser.add_argument("--needless-handoff", type=float, default=default.needless_handoff)
    parser.add_argument("--missed-handoff", type=float, default=default.missed_handoff)
    parser.add_argument("--question", type=float, default=default.question, help="cost of asking back")
    return parser


def _messages(golds: Sequence[Gold]) -> list[Message]:
    print(f"sweep: understanding {len(golds)} messages …", flush=True)
    understood = _understood([gold.text for gold in golds])
    print("sweep: searching the knowledge base …", flush=True)
    index = KnowledgeIndex.build(load_articles("data/knowledge"), Encoder.load())
    return [
        Message(gold, _understanding(gold.text, parsed), index.search(gold.text))
        for gold, parsed in zip(golds, understood, strict=True)
    ]


def _understood(texts: Sequence[str]) -> list[dict[str, Any]]:
    """What the trained model makes of the texts; it runs in the Rasa environment."""
    command = [str(RASA_PYTHON), "-W", "ignore", "-m", "tools.sweep.understand"]
    result = subprocess.run(
        command, cwd=ROOT, input=json.dumps(texts), capture_output=True, encoding="utf-8", check=False
    )
    if result.returncode != 0:
        reason = result.stderr.strip().splitlines()[-1:] or ["the model could not be run"]
        raise LabelledFileError(reason[0])
    parsed: list[dict[str, Any]] = json.loads(result.stdout)
    return parsed


def _understanding(text: str, parsed: dict[str, Any]) -> Understanding:
    ranking = tuple(IntentScore(name, confidence) for name, confidence in parsed["ranking"])
    entities = tuple(Entity(e["entity"], str(e["value"]), e["start"] or 0, e["end"] or 0) for e in parsed["entities"])
    month = find_month(text, today())
    return Understanding(text, ranking, entities, str(month.month) if month else None)


def _trade_off(measure: Measure, start: Point) -> list[Point]:
    points = []
    for task in TRADE_OFF:
        for answer in TRADE_OFF:
            moved = with_value(with_value(start.thresholds, "task", task), "answer", answer)
            moved = with_value(moved, "exact", max(answer, moved.exact))
            moved = with_value(moved, "clarify_article", min(answer, moved.clarify_article))
            points.append(measure.point(with_value(moved, "clarify_intent", min(task, moved.clarify_intent))))
    return points


def _figures(point: Point) -> dict[str, Any]:
    return {
        "wrong_rate": point.wrong_rate,
        "handoff_rate": point.handoff_rate,
        "coverage": point.coverage,
        "cost": point.cost,
        "verdicts": {verdict.value: point.verdicts[verdict] for verdict in Verdict},
        "thresholds": point.thresholds.__dict__,
    }


def _print(now: Point, cheapest: Point) -> None:
    for title, point in (("now", now), ("cheapest", cheapest)):
        print(
            f"sweep: {title}: wrong {point.wrong_rate:.1%}, handoff {point.handoff_rate:.1%}, "
            f"coverage {point.coverage:.1%}, cost {point.cost:.3f} a message"
        )
    for name, value in now.thresholds.__dict__.items():
        if value != (better := getattr(cheapest.thresholds, name)):
            print(f"sweep: {name}: {value:g} -> {better:g}")
    print(f"sweep: curves and tables: {PAGE}")


if __name__ == "__main__":
    sys.exit(main())
