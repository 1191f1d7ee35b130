import numpy as np
import pytest

from bot.encoder import Encoder, EncoderMissing


@pytest.fixture(scope="module")
def encoder():
    return Encoder.load()


def test_vectors_are_unit_length_and_in_the_order_of_the_texts(encoder):
    texts = ["查话费", "我想问一下这个月的流量还剩多少啊", "a", ""]
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert together.shape == (4, encoder.dimension)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    assert ((together * alone).sum(axis=1) > 0.98).all()


def test_like_means_near(encoder):
    question, same, other = encoder.encode(["话费还剩多少", "查一下余额", "宽带连不上网了"])
    assert question @ same > question @ other


def test_nothing_to_encode(encoder):
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_overlong_text_is_cut_to_the_window(encoder):
    assert np.isfinite(encoder.encode(["流量" * 5000])).all()


def test_a_batch_larger_than_one_run(encoder):
    vectors = encoder.encode([f"第{n}个问题" for n in range(70)])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_missing_export_says_which_command_makes_it():
    with pytest.raises(EncoderMissing, match="make encoder|make setup"):
        Encoder.load("a model that nobody exported")
