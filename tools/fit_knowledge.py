"""`python -m tools.fit_knowledge`: fit the scores of the knowledge search to probabilities.

Run it after large changes to the articles or with another encoder, and commit `bot/knowledge/score_model.json`. What
it fits on is described in `bot/knowledge/fitting.py`; the lines without an answer are in
`data/knowledge_calibration.yml`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.encoder import Encoder
from bot.knowledge import Answer, Article, KnowledgeError, load_articles
from bot.knowledge.fitting import VIEW_SHARES, Sample, calibration_error, collect_samples, cross_fit, fit
from bot.knowledge.scoring import ANSWER_FEATURES, MODEL_FILE, QUESTION_FEATURES
from bot.knowledge.store import RememberingEncoder

CALIBRATION_FILE = Path("data/knowledge_calibration.yml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, print what the scores reach on articles the fit never saw, write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--knowledge", default="data/knowledge", help="folder of articles")
    parser.add_argument("--out", type=Path, default=MODEL_FILE, help="where the model is written")
    options = parser.parse_args(arguments)
    try:
        articles = load_articles(options.knowledge)
    except KnowledgeError as error:
        print(f"fit-knowledge: {error}", file=sys.stderr)
        return 2
    foreign = [str(text) for text in yaml.safe_load(CALIBRATION_FILE.read_text(encoding="utf-8"))["out_of_scope"]]
    encoder = RememberingEncoder(Encoder.load())
    bare = [replace(article, answer=Answer("")) for article in articles]
    content: dict[str, Any] = {"encoder": encoder.name, "fitted_on": f"{date.today()}, {len(articles)} articles"}
    for name, kind, features in (("answers", articles, ANSWER_FEATURES), ("questions", bare, QUESTION_FEATURES)):
        print(f"{name}: searching …", flush=True)
        content[name] = _fitted(kind, foreign, encoder, features)
    options.out.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"written: {options.out}")
    return 0


def _fitted(
    articles: Sequence[Article], foreign: Sequence[str], encoder: RememberingEncoder, features: tuple[str, ...]
) -> dict[str, Any]:
    samples = collect_samples(articles, foreign, encoder)
    model = fit(samples)
    return {
        "weights": dict(zip(features, (round(weight, 3) for weight in model.weights), strict=True)),
        "bias": round(model.bias, 3),
        "reached": _reached(samples),
    }


def _reached(samples: Sequence[Sample]) -> dict[str, Any]:
    """By view: share of questions whose right article came first, and mean score of what came first."""
    outcomes = cross_fit(samples)
    reached: dict[str, Any] = {}
    for view in VIEW_SHARES:
        mine = [(score, right) for of_view, score, right in outcomes if of_view == view]
        top1 = sum(right for _, right in mine) / len(mine)
        score = sum(score for score, _ in mine) / len(mine)
        reached[view] = {"n": len(mine), "top1": round(top1, 3), "mean_score": round(score, 3)}
        print(f"  {view:8} n {len(mine):5}   top-1 {top1:.3f}   mean score {score:.3f}")
    shares = [VIEW_SHARES[view] / reached[view]["n"] for view, _, _ in outcomes]
    error = calibration_error([score for _, score, _ in outcomes], [right for _, _, right in outcomes], shares)
    print(f"  expected calibration error over all views, by their shares: {error:.3f}")
    reached["expected_calibration_error"] = round(error, 3)
    return reached


if __name__ == "__main__":
    sys.exit(main())
