from tools.replay.results import UNANSWERED, Result, describe, summarise


def test_summary_counts_outcomes_reasons_and_latency():
    results = [Result("a", "answer", "bill-1 0.91", "", 10), Result("b", "answer", "bill-2 0.80", "", 30)]
    results += [Result("c", "handoff", "complaint", "", 20), Result("d", UNANSWERED, "timed out", "", 9999)]
    assert summarise(results, 2.0) == {
        "lines": 4,
        "errors": 1,
        "outcomes": {"answer": 2, "handoff": 1, UNANSWERED: 1},
        "handoff_reasons": {"complaint": 1},
        "latency_ms": {"p50": 20.0, "p95": 29.0, "p99": 29.8},
        "seconds": 2.0,
        "lines_per_second": 2.0,
    }


def test_a_failure_counts_as_an_error():
    assert summarise([Result("a", "failure", "", "", 1)], 1)["errors"] == 1


def test_an_outcome_in_a_few_words():
    assert describe({"kind": "answer", "article_id": "bill-1", "score": 0.914}) == "bill-1 0.91"
    assert describe({"kind": "task", "task": "query_balance"}) == "query_balance"
    assert describe({"kind": "handoff", "reason": "complaint"}) == "complaint"
    assert describe({"kind": "smalltalk"}) == ""
