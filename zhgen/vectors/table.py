"""A table of words and their vectors, and what can be asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
