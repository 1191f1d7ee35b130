"""Figures worked out by hand."""

import pytest

from bot.evaluation.labelled import Gold
from bot.evaluation.measures import (
    Prediction,
    confusions,
    expected_calibration_error,
    judge,
    per_label,
    reliability,
    risk_coverage,
    summary,
)

GOLDS = [
    Gold("查话费", "query_balance"),
    Gold("话费账单", "query_bill", "query_balance"),
    Gold("我那个", "unclear"),
    Gold("转人工", "transfer_human"),
    Gold("流量", "query_data_usage"),
]
PREDICTIONS = [
    Prediction("query_balance", 0.95),
    Prediction("query_balance", 0.85),  # right by the second label
    Prediction("query_balance", 0.75),
    Prediction("transfer_human", 1.0),
    Prediction("unclear", 0.35),
]
JUDGED = judge(GOLDS, PREDICTIONS)


def test_summary():
    figures = summary(JUDGED)
    assert figures["n"] == 5
    assert figures["accuracy"] == pytest.approx(3 / 5)
    assert figures["accuracy_clear"] == pytest.approx(3 / 4)
    assert (figures["unclear_recall"], figures["unclear_precision"]) == (0.0, 0.0)
    assert figures["transfer_human"] == {"recall": 1.0, "false_alarms": 0.0}
    # balance: P 2/3, R 1 -> 0.8; human: 1; data usage: 0; unclear: 0
    assert figures["macro_f1"] == pytest.approx((0.8 + 1 + 0 + 0) / 4)


def test_per_label_counts_a_second_label_for_the_label_predicted():
    assert per_label(JUDGED)["query_balance"] == {
        "precision": pytest.approx(2 / 3),
        "recall": 1.0,
        "f1": pytest.approx(0.8),
        "support": 2,
    }
    assert "query_bill" not in per_label(JUDGED)


def test_calibration_error_is_the_weighted_distance_from_the_diagonal():
    bins = {b["low"]: (b["n"], b["confidence"], b["accuracy"]) for b in reliability(JUDGED)}
    assert bins == {
        0.3: (1, 0.35, 0.0),
        0.7: (1, 0.75, 0.0),
        0.8: (1, 0.85, 1.0),
        0.9: (2, pytest.approx(0.975), 1.0),
    }
    assert expected_calibration_error(JUDGED) == pytest.approx((0.35 + 0.75 + 0.15 + 2 * 0.025) / 5)


def test_risk_grows_with_coverage():
    assert risk_coverage(JUDGED, points=5) == [
        {"coverage": 0.2, "threshold": 1.0, "risk": 0.0},
        {"coverage": 0.4, "threshold": 0.95, "risk": 0.0},
        {"coverage": 0.6, "threshold": 0.85, "risk": 0.0},
        {"coverage": 0.8, "threshold": 0.75, "risk": 0.25},
        {"coverage": 1.0, "threshold": 0.35, "risk": 0.4},
    ]


def test_confusions_name_truth_and_prediction():
    assert [(truth, label, len(rows)) for truth, label, rows in confusions(JUDGED)] == [
        ("unclear", "query_balance", 1),
        ("query_data_usage", "unclear", 1),
    ]


def test_nothing_to_judge_is_no_error():
    assert summary([])["n"] == 0
