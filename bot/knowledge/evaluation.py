"""Measures the search on a knowledge base of two files: articles and questions with their right article."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.knowledge.article import Answer, Article
from bot.knowledge.fitting import calibration_error
from bot.knowledge.index import KnowledgeIndex
from bot.knowledge.store import TextEncoder

NONE = "NONE"
"""In the queries' `article_id`: no article fits."""

# How deep the list of a query is looked at; a right article further down counts as not found.
_DEPTH = 10


class EvaluationFileError(Exception):
    """A file of articles or queries cannot be used; the message names file, line and what is missing."""


@dataclass(frozen=True)
class Query:
    """One line of the queries file."""

    text: str
    article_id: str


@dataclass(frozen=True)
class Outcome:
    """What the search made of one query."""

    query: Query
    found: tuple[tuple[str, str, float], ...]
    """(article id, nearest question, score), best first."""
    milliseconds: float

    @property
    def rank(self) -> int | None:
        """1 for the first place; None when the right article was not found."""
        ids = [article_id for article_id, _, _ in self.found]
        return ids.index(self.query.article_id) + 1 if self.query.article_id in ids else None

    @property
    def score(self) -> float:
        """Score of the first article, 0 when nothing was found."""
        return self.found[0][2] if self.found else 0.0


def evaluate_knowledge(
    articles_tsv: str | Path,
    queries_tsv: str | Path,
    *,
    encoder: TextEncoder | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, Any]:
    """Index the articles, search every query, and return the measures (see `measures`).

    Articles: columns article_id, standard_question, and optionally similar_questions joined by "|". Queries: columns
    query, article_id. Raises EvaluationFileError for files that lack these.
    """
    articles, queries = read_articles(articles_tsv), read_queries(queries_tsv)
    return measures(run_queries(articles, queries, encoder, progress))


def read_articles(path: str | Path) -> list[Article]:
    """The articles of a .tsv file; they have questions only, no answers."""
    articles: dict[str, Article] = {}
    for line, row in _rows(Path(path), ("article_id", "standard_question")):
        article_id, question = row["article_id"], row["standard_question"]
        if not article_id or not question:
            raise EvaluationFileError(f"{path}:{line}: article_id or standard_question is empty")
        if article_id in articles:
            raise EvaluationFileError(f"{path}:{line}: the article_id {article_id} appears twice")
        similar = tuple(text.strip() for text in (row.get("similar_questions") or "").split("|") if text.strip())
        articles[article_id] = Article(article_id, question, question, Answer(""), "general", similar)
    if not articles:
        raise EvaluationFileError(f"{path}: no articles in it")
    return list(articles.values())


def read_queries(path: str | Path) -> list[Query]:
    """The queries of a .tsv file."""
    queries = [Query(row["query"], row["article_id"]) for _, row in _rows(Path(path), ("query", "article_id"))]
    if not queries:
        raise EvaluationFileError(f"{path}: no queries in it")
    return queries


def run_queries(
    articles: Sequence[Article],
    queries: Sequence[Query],
    encoder: TextEncoder | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Outcome]:
    """Search every query once, one after the other, as customers' questions come in."""
    if encoder is None:
        from bot.encoder import Encoder

        encoder = Encoder.load()
    say = progress or (lambda stage, done, total: None)
    index = KnowledgeIndex.build(articles, _Reporting(encoder, lambda done: say("encoding", done, 0)))
    outcomes = []
    for done, query in enumerate(queries, start=1):
        started = time.perf_counter()
        hits = index.search(query.text, limit=_DEPTH)
        milliseconds = (time.perf_counter() - started) * 1000
        found = tuple((hit.article.id, hit.matched_question, hit.score) for hit in hits)
        outcomes.append(Outcome(query, found, milliseconds))
        say("searching", done, len(queries))
    return outcomes


def measures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """n, top1, top5, mrr over queries that have an article; refusal_auroc when some have none; search times.

    refusal_auroc: probability that a query with an article scores higher than one without. expected_calibration_error:
    over all queries, the first article's score against whether it was right. mrr counts the first ten places.
    """
    answerable = [outcome for outcome in outcomes if outcome.query.article_id != NONE]
    ranks = [outcome.rank for outcome in answerable]
    times = [outcome.milliseconds for outcome in outcomes]
    figures: dict[str, Any] = {
        "n": len(outcomes),
        "top1": _share([rank == 1 for rank in ranks]),
        "top5": _share([rank is not None and rank <= 5 for rank in ranks]),
        "mrr": _share([1 / rank if rank is not None else 0.0 for rank in ranks]),
        "search_ms_p50": round(float(np.percentile(times, 50)), 2),
        "search_ms_p95": round(float(np.percentile(times, 95)), 2),
        "expected_calibration_error": round(
            calibration_error([outcome.score for outcome in outcomes], [outcome.rank == 1 for outcome in outcomes]), 4
        ),
    }
    if len(answerable) < len(outcomes):
        figures["n_none"] = len(outcomes) - len(answerable)
        figures["refusal_auroc"] = round(_auroc(outcomes), 4)
    return figures


class _Reporting:
    """Hands texts to the encoder in portions and tells how many are done."""

    def __init__(self, encoder: TextEncoder, say: Callable[[int], None]) -> None:
        self._encoder = encoder
        self._say = say
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint

    def encode(self, texts: Sequence[str], kind: Any = "query") -> Any:
        if len(texts) == 1:
            return self._encoder.encode(texts, kind)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), 512):
            vectors[start : start + 512] = self._encoder.encode(texts[start : start + 512], kind)
            self._say(min(start + 512, len(texts)))
        return vectors


def _share(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _auroc(outcomes: Sequence[Outcome]) -> float:
    from scipy.stats import rankdata

    has_article = np.asarray([outcome.query.article_id != NONE for outcome in outcomes])
    if has_article.all() or not has_article.any():
        return 0.5
    ranks = rankdata([outcome.score for outcome in outcomes])
    positives, negatives = int(has_article.sum()), int((~has_article).sum())
    return float((ranks[has_article].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Line number and values of every line that is not blank."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvaluationFileError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise EvaluationFileError(f"{path}: not UTF-8") from error
    reader = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE, restkey="more")
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise EvaluationFileError(f"{path}:1: the first line must name the column(s) {', '.join(missing)}")
    rows = []
    for line in reader:
        values = {name: (line[name] or "").strip() for name in (reader.fieldnames or ()) if name in line}
        if any(values.values()):
            rows.append((reader.line_num, values))
    return rows
