"""`python -m tools.evaluate_knowledge ARTICLES QUERIES [--out x.json]`: how well the search finds the right article.

ARTICLES is a .tsv file with the columns article_id, standard_question and optionally similar_questions (joined by "|");
QUERIES one with query and article_id, where NONE means that no article fits. Prints the measures, writes a readable
report to `results/` and, with --out, the measures as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.encoder import EncoderError
from bot.knowledge.evaluation import (
    NONE,
    EvaluationFileError,
    Outcome,
    measures,
    read_articles,
    read_queries,
    run_queries,
)

RESULTS = Path("results")
_SHOWN = 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; exit code 2 when the files cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--out", type=Path, help="file for the measures as JSON")
    options = parser.parse_args(arguments)
    try:
        articles, queries = read_articles(options.articles), read_queries(options.queries)
        print(f"{len(articles)} articles, {len(queries)} queries", flush=True)
        outcomes = run_queries(articles, queries, progress=_Progress(sum(len(a.questions) for a in articles)))
    except (EvaluationFileError, EncoderError) as error:
        print(f"evaluate-knowledge: {error}", file=sys.stderr)
        return 2
    figures = measures(outcomes)
    questions = {article.id: article.question for article in articles}
    RESULTS.mkdir(exist_ok=True)
    report = RESULTS / f"knowledge-{options.queries.stem}.md"
    report.write_text(render(figures, outcomes, questions, options.articles, options.queries), encoding="utf-8")
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    print(text)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text + "\n", encoding="utf-8")
    print(f"report: {report}")
    return 0


def render(
    figures: dict[str, Any], outcomes: Sequence[Outcome], questions: dict[str, str], articles: Path, queries: Path
) -> str:
    """The report as Markdown: the measures, risk against coverage, reliability, and the confident mistakes."""
    lines = [
        "# Knowledge search",
        "",
        f"Articles `{articles}` ({len(questions)}), queries `{queries}`.",
        "",
        "| measure | value |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in figures.items()),
        "",
        "## If only answers at or above a score were given",
        "",
        "| score at least | answered | wrong among the answered |",
        "|---|---|---|",
        *_coverage_rows(outcomes),
        "",
        "## Is a score what it says",
        "",
        "| score | queries | mean score | right |",
        "|---|---|---|---|",
        *_reliability_rows(outcomes),
        "",
        f"## The {_SHOWN} most confident mistakes",
        "",
        "| query | right | found instead | score | place of the right one |",
        "|---|---|---|---|---|",
        *_mistake_rows(outcomes, questions),
        "",
    ]
    return "\n".join(lines)


def _coverage_rows(outcomes: Sequence[Outcome]) -> list[str]:
    rows = []
    for threshold in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        answered = [outcome for outcome in outcomes if outcome.score >= threshold]
        wrong = sum(outcome.rank != 1 for outcome in answered) / max(len(answered), 1)
        rows.append(f"| {threshold:.2f} | {len(answered) / len(outcomes):.1%} | {wrong:.1%} |")
    return rows


def _reliability_rows(outcomes: Sequence[Outcome]) -> list[str]:
    rows = []
    for place in range(10):
        inside = [outcome for outcome in outcomes if min(int(outcome.score * 10), 9) == place]
        if inside:
            mean = sum(outcome.score for outcome in inside) / len(inside)
            right = sum(outcome.rank == 1 for outcome in inside) / len(inside)
            rows.append(f"| {place / 10:.1f}-{(place + 1) / 10:.1f} | {len(inside)} | {mean:.2f} | {right:.2f} |")
    return rows


def _mistake_rows(outcomes: Sequence[Outcome], questions: dict[str, str]) -> list[str]:
    wrong = sorted((outcome for outcome in outcomes if outcome.rank != 1), key=lambda outcome: -outcome.score)
    rows = []
    for outcome in wrong[:_SHOWN]:
        right = outcome.query.article_id
        found = outcome.found[0][1] if outcome.found else "nothing"
        cells = (outcome.query.text, right if right == NONE else questions.get(right, right), found)
        shown = " | ".join(cell.replace("|", "\\|") for cell in cells)
        rows.append(f"| {shown} | {outcome.score:.2f} | {outcome.rank or '-'} |")
    return rows


class _Progress:
    """One line on the terminal, rewritten; in a log file a line every tenth."""

    def __init__(self, texts: int) -> None:
        self._texts = texts
        self._last = (-1, "")

    def __call__(self, stage: str, done: int, total: int) -> None:
        total = total or self._texts
        tenth = (done * 10 // max(total, 1), stage)
        finished = done >= total
        if tenth == self._last and not finished:
            return
        self._last = tenth
        end = "\n" if finished or not sys.stderr.isatty() else "\r"
        print(f"{stage} {done}/{total}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
