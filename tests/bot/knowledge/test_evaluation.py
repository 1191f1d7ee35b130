"""The measures of the search, on small files whose right figures are known, and the floors on real ones."""

import json
from pathlib import Path

import pytest
import yaml
from toys import ToyEncoder

from bot.encoder import Encoder
from bot.knowledge.evaluation import EvaluationFileError, evaluate_knowledge
from tools import evaluate_knowledge as command

HEALTH = Path(__file__).resolve().parents[4] / "shared" / "data" / "health_faq_dev"
FLOORS = Path(__file__).resolve().parents[2] / "floors.yml"

ARTICLES = (
    "article_id\tstandard_question\tsimilar_questions\n"
    "A\t怎么查话费\t话费查询|我的话费\nB\t宽带断网了\t\nC\t怎么转网\t\n"
)


def write(tmp_path, articles, queries):
    (tmp_path / "a.tsv").write_text(articles, encoding="utf-8")
    (tmp_path / "q.tsv").write_text(queries, encoding="utf-8")
    return tmp_path / "a.tsv", tmp_path / "q.tsv"


def test_measures(tmp_path):
    queries = "query\tarticle_id\n查话费\tA\n我的话费呢\tA\n断网了\tB\n转网\tB\n天气\tNONE\n"
    figures = evaluate_knowledge(*write(tmp_path, ARTICLES, queries), encoder=ToyEncoder())
    assert figures["n"] == 5
    assert figures["n_none"] == 1
    assert figures["top1"] == 0.75
    assert figures["top5"] == 1.0
    assert 0.83 <= figures["mrr"] <= 0.875
    assert figures["refusal_auroc"] == 1.0
    assert 0 < figures["search_ms_p50"] <= figures["search_ms_p95"]


def test_without_none_rows_there_is_no_refusal(tmp_path):
    figures = evaluate_knowledge(*write(tmp_path, ARTICLES, "query\tarticle_id\n查话费\tA\n"), encoder=ToyEncoder())
    assert "refusal_auroc" not in figures
    assert figures["mrr"] == 1.0


def test_only_none_rows(tmp_path):
    figures = evaluate_knowledge(*write(tmp_path, ARTICLES, "query\tarticle_id\n天气\tNONE\n"), encoder=ToyEncoder())
    assert figures["top1"] is None
    assert figures["refusal_auroc"] == 0.5


@pytest.mark.parametrize(
    ("articles", "queries", "message"),
    [
        ("id\tquestion\n", "query\tarticle_id\nx\tA\n", "a.tsv:1: the first line must name"),
        (ARTICLES, "query\nx\n", "q.tsv:1: the first line must name the column(s) article_id"),
        (ARTICLES + "A\t又一个\t\n", "query\tarticle_id\nx\tA\n", "a.tsv:5: the article_id A appears twice"),
        (ARTICLES + "D\t\t\n", "query\tarticle_id\nx\tA\n", "a.tsv:5: article_id or standard_question is empty"),
        (ARTICLES, "query\tarticle_id\n", "q.tsv: no queries"),
        ("article_id\tstandard_question\n", "query\tarticle_id\nx\tA\n", "a.tsv: no articles"),
    ],
)
def test_files_that_cannot_be_used(tmp_path, articles, queries, message, capsys):
    paths = write(tmp_path, articles, queries)
    with pytest.raises(EvaluationFileError) as caught:
        evaluate_knowledge(*paths, encoder=ToyEncoder())
    assert message in str(caught.value)
    assert command.main([str(path) for path in paths]) == 2
    assert message in capsys.readouterr().err


def test_command_writes_figures_and_report(tmp_path, monkeypatch, capsys):
    paths = write(tmp_path, ARTICLES, "query\tarticle_id\n查查话费\tA\n宽带没网\tC\n天气\tNONE\n")
    monkeypatch.chdir(tmp_path)
    assert command.main([*(str(path) for path in paths), "--out", "deep/x.json"]) == 0
    figures = json.loads((tmp_path / "deep" / "x.json").read_text("utf-8"))
    assert figures["n"] == 3
    assert figures["top1"] == 0.5
    report = (tmp_path / "results" / "knowledge-q.md").read_text("utf-8")
    assert "| top1 | 0.5 |" in report
    assert "| 宽带没网 | 怎么转网 | 宽带断网了 |" in report


@pytest.mark.skipif(not HEALTH.exists(), reason="the measuring data is not on this machine")
def test_floor_on_articles_it_was_not_made_for(tmp_path):
    """Every fourth article, as many as the figures of the field are given for; the whole set takes too long here."""
    lines = (HEALTH / "articles.tsv").read_text("utf-8").splitlines()
    articles = [lines[0], *lines[1::4]]
    ids = {line.split("\t")[0] for line in articles}
    queries = (HEALTH / "queries.tsv").read_text("utf-8").splitlines()
    kept = [queries[0], *(line for line in queries[1:] if line.split("\t")[1] in ids)][:401]
    figures = evaluate_knowledge(*write(tmp_path, "\n".join(articles), "\n".join(kept)), encoder=Encoder.load())
    assert figures["n"] == 400
    floors = yaml.safe_load(FLOORS.read_text("utf-8"))["health_faq_quarter"]
    assert figures["top1"] >= floors["top1"]
    assert figures["top5"] >= floors["top5"]
    assert figures["expected_calibration_error"] <= floors["at_most"]["expected_calibration_error"]
