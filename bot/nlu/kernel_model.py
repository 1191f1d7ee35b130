"""Kernel ridge regression over several views of an utterance, its probabilities calibrated on left-out predictions.

Two utterances are alike as far as their encoder vectors, characters, words and sounds are alike; the likeness is the
weighted sum of these cosines, sharpened by a Gaussian. On the same features this understood more than logistic
regression and linear SVMs (real voice utterances 0.90 against 0.81 to 0.85, MASSIVE validation 0.862 against 0.857)
and trains in seconds. What did not help: averaging it with those, whitening, within-class covariance, noisy copies.
Its leave-one-out predictions come out of the same factorisation, so that confidences are calibrated on utterances the
model has not seen, without training it again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.linalg
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, load_npz, save_npz

from bot.nlu.features import Features, Utterance, Vocabulary
from bot.nlu.lexical import FloatArray, Tfidf


@dataclass(frozen=True)
class KernelSettings:
    """How likeness is measured and how much single examples are trusted."""

    # Share of the encoder's cosine and of the lexical views' in the likeness of two utterances; together 1.
    vector_weight: float = 0.65
    view_weights: Mapping[str, float] = field(default_factory=lambda: {"character": 0.1, "word": 0.1, "sound": 0.15})
    # The Gaussian's exponent per unit of unlikeness: how fast one example's influence fades.
    sharpness: float = 1.5
    # Noise expected in a label: the higher, the less a single example counts against its neighbours.
    regularization: float = 0.05
    # Added to a label's score (natural log of the odds) where its share among customers differs from that in the data.
    label_bias: Mapping[str, float] = field(default_factory=dict)


class KernelModel:
    """Classifies utterances; `labels` in the order of the probability columns."""

    def __init__(
        self,
        labels: list[str],
        vocabulary: Vocabulary,
        training: Features,
        center: FloatArray,
        coefficients: FloatArray,
        temperature: float,
        settings: KernelSettings,
    ) -> None:
        self.labels = labels
        self.temperature = temperature
        self.settings = settings
        self._vocabulary = vocabulary
        self._training = training
        self._center = center
        self._coefficients = coefficients
        # Every message is compared with all training rows: transposed once.
        self._lexical_transposed = training.lexical.T.tocsr()
        self._bias = np.array([settings.label_bias.get(label, 0.0) for label in labels], dtype=np.float32)

    @classmethod
    def fit(
        cls, utterances: Sequence[Utterance], vectors: FloatArray, labels: Sequence[str], settings: KernelSettings
    ) -> KernelModel:
        """Trains on utterances with their encoder vectors [n, dimension] and labels.

        Time grows with the cube of n, memory with its square: 12,000 examples take half a minute and 1.2 GB.
        """
        names = sorted(set(labels))
        index = {name: i for i, name in enumerate(names)}
        truth = np.array([index[label] for label in labels])
        targets = np.zeros((len(labels), len(names)), dtype=np.float32)
        targets[np.arange(len(labels)), truth] = 1
        center = vectors.mean(axis=0)
        vocabulary = Vocabulary.fit(utterances, settings.view_weights)
        training = vocabulary.describe(utterances, _centered(vectors, center))
        model = cls(names, vocabulary, training, center, targets, 1.0, settings)
        likeness = model._likeness(training)
        likeness[np.diag_indices_from(likeness)] += settings.regularization
        factor, _ = scipy.linalg.cho_factor(likeness, lower=True, overwrite_a=True, check_finite=False)
        model._coefficients = scipy.linalg.cho_solve((factor, True), targets, check_finite=False)
        inverse, _ = scipy.linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
        left_out = targets - model._coefficients / np.diagonal(inverse)[:, None]
        model.temperature = _fit_temperature(left_out, truth)
        return model

    def _likeness(self, features: Features) -> FloatArray:
        total = features.vectors @ self._training.vectors.T
        total *= self.settings.vector_weight
        total += (features.lexical @ self._lexical_transposed).toarray()
        total -= 1.0
        total *= self.settings.sharpness
        return np.asarray(np.exp(total, out=total), dtype=np.float32)

    def predict(self, utterances: Sequence[Utterance], vectors: FloatArray) -> FloatArray:
        """Calibrated probabilities [len(utterances), len(labels)]."""
        features = self._vocabulary.describe(utterances, _centered(vectors, self._center))
        return softmax((self._likeness(features) @ self._coefficients) / self.temperature + self._bias)

    def save(self, folder: Path) -> None:
        """Writes the model as arrays and JSON; nothing in it is code."""
        arrays = {f"idf_{name}": view.idf for name, view in self._vocabulary.views.items()}
        arrays |= {"vectors": self._training.vectors, "center": self._center, "coefficients": self._coefficients}
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        save_npz(folder / "lexical.npz", self._training.lexical)
        description = {
            "labels": self.labels,
            "temperature": self.temperature,
            "settings": asdict(self.settings),
            "terms": {name: list(view.columns) for name, view in self._vocabulary.views.items()},
        }
        (folder / "model.json").write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> KernelModel:
        """Reads what `save` wrote."""
        description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        settings = KernelSettings(**description["settings"])

        def array(name: str) -> FloatArray:
            return np.asarray(np.load(folder / f"{name}.npy", allow_pickle=False), dtype=np.float32)

        views = {
            name: Tfidf({term: column for column, term in enumerate(terms)}, array(f"idf_{name}"))
            for name, terms in description["terms"].items()
        }
        return cls(
            description["labels"],
            Vocabulary(views, settings.view_weights),
            Features(array("vectors"), csr_matrix(load_npz(folder / "lexical.npz"))),
            array("center"),
            array("coefficients"),
            description["temperature"],
            settings,
        )


def softmax(scores: FloatArray) -> FloatArray:
    """Row-wise softmax."""
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), dtype=np.float32)


def _centered(vectors: FloatArray, center: FloatArray) -> FloatArray:
    """Sentence vectors of one domain all point the same way; without their mean they tell each other apart."""
    moved = vectors - center
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def _fit_temperature(scores: FloatArray, truth: npt.NDArray[np.int64]) -> float:
    """The temperature under which softmax(scores / temperature) explains the true classes best."""
    rows = np.arange(len(truth))

    def surprise(log_temperature: float) -> float:
        probabilities = softmax(scores / np.float32(np.exp(log_temperature)))
        return float(-np.log(np.maximum(probabilities[rows, truth], 1e-12)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(np.log(0.01), np.log(10)), method="bounded").x))
