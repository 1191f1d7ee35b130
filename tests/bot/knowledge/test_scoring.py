"""Scores are probabilities: fitted, bounded, and honest where nothing fits."""

import numpy as np
import pytest

from bot.knowledge.fitting import Sample, calibration_error, fit
from bot.knowledge.lexical import LexicalIndex
from bot.knowledge.scoring import ANSWER_FEATURES, QUESTION_FEATURES, ScoreModel


def test_probabilities_leave_room_for_nothing():
    model = ScoreModel((4.0, 2.0), -3.0)
    chances = model.probabilities(np.array([[1.0, 0.5], [0.2, 0.1], [-1.0, 0.0]]))
    assert chances.sum() < 1
    assert list(chances.argsort()) == [2, 1, 0]
    assert model.probabilities(np.zeros((0, 2))).shape == (0,)
    assert model.probabilities(np.array([[1000.0, 0.0]])) == pytest.approx([1.0])


def test_a_rival_takes_from_the_score():
    model = ScoreModel((4.0,), -2.0)
    alone, beside = (model.probabilities(np.array(rows))[0] for rows in ([[1.0]], [[1.0], [0.98]]))
    assert beside < 0.6 * alone


@pytest.mark.parametrize("features", [QUESTION_FEATURES, ANSWER_FEATURES])
def test_shipped_models_reward_likeness(features):
    model = ScoreModel.shipped(features)
    assert all(weight >= 0 for weight in model.weights)
    perfect, poor = (model.probabilities(np.full((1, len(features)), value))[0] for value in (1.0, 0.1))
    assert perfect > 0.95
    assert poor < 0.05


def test_fit_finds_what_decides():
    chance = np.random.default_rng(3)
    samples = []
    for n in range(400):
        features = chance.uniform(0, 1, (5, 2))
        view = ("rich", "near", "bare", "absent", "foreign")[n % 5]
        answerable = view in ("rich", "near", "bare")
        if answerable:
            features[2, 0] = 1.5
        samples.append(Sample(view, str(n), features, 2 if answerable else -1))
    model = fit(samples)
    assert model.weights[0] > 5
    assert model.weights[1] < 1
    assert model.probabilities(np.array([[1.5, 0.5], [0.5, 0.5]]))[0] > 0.9


def test_calibration_error():
    assert calibration_error([0.25] * 4, [True, False, False, False]) == pytest.approx(0.0)
    assert calibration_error([0.9, 0.9], [False, False]) == pytest.approx(0.9)
    assert calibration_error([0.9, 0.1], [False, False], weights=[1, 3]) == pytest.approx(0.3)


def test_shared_wording_counts_by_rarity():
    index = LexicalIndex(["查话费", "查流量", "办宽带", ""])
    overlap = index.overlap("查宽带")
    assert overlap.shared[2] > overlap.shared[0] == overlap.shared[1] > 0
    assert overlap.shared[3] == 0
    assert overlap.query_weight > overlap.known_weight > overlap.shared[2]
    assert index.overlap("xyz").shared.tolist() == [0, 0, 0, 0]
    assert LexicalIndex([]).overlap("查").shared.shape == (0,)
