"""Where words belong that a model has never seen: a linear map, fitted on the words it has, to the rows that it learnt.

What is known of a word is its vector in a table, its characters, or both. The map is fitted by ridge regression; the penalty is
the one that places a held-out tenth of the words nearest to where they stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.corpus.vocabulary import Vocabulary
from zhgen.corpus.whitespace import characters
from zhgen.vectors.table import unit_rows

_PENALTIES = (0.001, 0.01, 0.1, 1.0)  # times the mean variance of a feature
_PENALTY = 0.01  # where there are too few words to choose one
_EVERY = 10  # one word in so many is held out
FEWEST = 50
"""Words without which nothing is held out."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Fit:
    """How well held-out words were placed.

    Attributes:
        words: How many were held out; 0 where there were too few words.
        cosine: The mean cosine of a placed row to the one learnt.
        nearest: The share of words whose placed row is nearest to their own of all rows learnt.
    """

    words: int = 0
    cosine: float = float("nan")
    nearest: float = float("nan")


@dataclass(frozen=True)
class Placement:
    """A linear map from features to targets.

    Attributes:
        kernel: float64 (F, K).
        feature_means: float64 (F,).
        target_means: float64 (K,).
    """

    kernel: NDArray[np.float64]
    feature_means: NDArray[np.float64]
    target_means: NDArray[np.float64]

    def place(self, features: Floats) -> Floats:
        """Return the targets, float32 (n, K), of features (n, F)."""
        placed: Floats = ((features - self.feature_means) @ self.kernel + self.target_means).astype(np.float32)
        return placed


class _Equations:
    """The normal equations of a ridge regression of targets (N, K) on features (N, F), for any penalty."""

    def __init__(self, features: Floats, targets: Floats) -> None:
        self.means = features.mean(axis=0, dtype=np.float64), targets.mean(axis=0, dtype=np.float64)
        x, y = features - self.means[0], targets - self.means[1]
        self.square, self.product = x.T @ x, x.T @ y

    def solve(self, penalty: float) -> Placement:
        """Return the map with the least squared error and penalty."""
        variance = max(float(self.square.trace()) / len(self.square), float(np.finfo(np.float32).tiny))
        kernel = np.linalg.solve(self.square + penalty * variance * np.eye(len(self.square)), self.product)
        return Placement(kernel, *self.means)


def fit_placement(features: Floats, targets: Floats, size: int) -> tuple[Placement, Fit]:
    """Return the map from features to targets, fitted on known words, and how well it places words held out from it.

    Args:
        features: float32 (N, F).
        targets: float32 (N, K).
        size: How many of the first targets are a row of the table, whose direction counts.
    """
    if len(features) < FEWEST:
        return _Equations(features, targets).solve(_PENALTY), Fit()
    held = np.arange(len(features)) % _EVERY == 0
    learnt = unit_rows(targets[:, :size])
    best, penalty = Fit(cosine=-np.inf), _PENALTY
    equations = _Equations(features[~held], targets[~held])
    for candidate in _PENALTIES:
        placed = equations.solve(candidate).place(features[held])[:, :size]
        cosines = unit_rows(placed) @ learnt.T
        own = cosines[np.arange(len(cosines)), np.flatnonzero(held)]
        if own.mean() > best.cosine:
            nearest = float((cosines <= own[:, np.newaxis]).all(axis=1).mean())
            best, penalty = Fit(len(own), float(own.mean()), nearest), candidate
    return _Equations(features, targets).solve(penalty), best


def spelling(words: Sequence[str], vocabulary: Vocabulary, table: Floats) -> Floats:
    """Return of each word the mean row of its characters, and the rows of the first and of the last one, float32 (n, 3D).

    A character that is no piece counts as zeros, and so does a word of one character: it would stand for itself.

    Args:
        words: The words.
        vocabulary: The pieces.
        table: float32 (V, D), their rows.
    """
    size = table.shape[1]
    result = np.zeros((len(words), 3 * size), dtype=np.float32)
    for row, word in zip(result, words, strict=True):
        spelled = [vocabulary.index.get(character) for character in characters(word)]
        known = [identity for identity in spelled if identity is not None]
        if len(spelled) < 2 or not known:
            continue
        row[:size] = table[known].mean(axis=0)
        for place, identity in ((1, spelled[0]), (2, spelled[-1])):
            if identity is not None:
                row[place * size : (place + 1) * size] = table[identity]
    return result
