"""A table of words and their vectors, and what can be asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.config import StartingTable

_NARROW = 1e-9  # share of the widest direction's variance below which there is none but by rounding


@dataclass(frozen=True)
class Table:
    """Words and their vectors.

    Attributes:
        words: The words, in the order of the rows.
        vectors: float32 (V, D), a row a word, as trained.
    """

    words: tuple[str, ...]
    vectors: NDArray[np.float32]

    @property
    def vector_size(self) -> int:
        """D, the dimensions of a vector."""
        return int(self.vectors.shape[1])


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows scaled to length 1, float32 (V, D); a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: NDArray[np.float32] = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return units


def centred_unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows less their mean, scaled to length 1, float32 (V, D)."""
    return unit_rows(vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32))


def whitened_unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows centred and made as wide in every direction, scaled to length 1, float32 (V, D).

    The rows are multiplied with the inverse square root of their covariance, which turns them as little as whitening can
    (Kessy, Lewin & Strimmer 2018, ZCA). Directions in which they do not differ stay at zero.
    """
    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    variances, directions = np.linalg.eigh(centred.T @ centred / len(centred))
    wide = variances > _NARROW * variances[-1]
    inverse_root = (directions[:, wide] / np.sqrt(variances[wide])) @ directions[:, wide].T
    return unit_rows((centred @ inverse_root).astype(np.float32))


def starting_table(vectors: NDArray[np.float32], kind: StartingTable) -> NDArray[np.float32]:
    """Return what a network's table starts as, float32 (V, D): as the setting `table` says."""
    if kind == "raw":
        return vectors
    return whitened_unit_rows(vectors) if kind == "whitened" else centred_unit_rows(vectors)


def nearest(
    unit_vectors: NDArray[np.float32], query: NDArray[np.float32], count: int, banned: Sequence[int] = ()
) -> list[tuple[int, float]]:
    """Return the rows nearest to a vector by cosine, nearest first; of equal ones the lower row first.

    Args:
        unit_vectors: float32 (V, D), rows of length 1.
        query: float32 (D,), of any length; with a vector of zeros every cosine is 0.
        count: How many rows to return at most.
        banned: Rows that are not to be returned.

    Returns:
        Pairs of a row and its cosine.
    """
    length = float(np.linalg.norm(query))
    cosines = unit_vectors @ (query / length if length > 0 else query)
    cosines[list(banned)] = -np.inf
    order = np.argsort(-cosines, kind="stable")[: min(count, len(cosines) - len(set(banned)))]
    return [(int(row), float(cosines[row])) for row in order]
