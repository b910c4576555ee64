"""How a table of vectors fills its space: figures that tell a narrow cone from a wide room."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.config import DEFAULT_SEED
from zhgen.vectors.table import unit_rows

FEW_DIRECTIONS = 10
MOST_PAIRS = 20_000**2
"""Nearest words are sought for all rows up to the root of this; of a larger table for as many as make so many pairs."""

_FEWEST_QUERIES = 500
_BLOCK = 4096  # rows
_CELLS = 2**23  # cosines held at once
_ROUNDING = 1e-13  # share of the widest direction's variance, or of the mean's square, that is rounding
_CONE_COSINE = 0.3  # from here on a table is called narrow

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Health:
    """Figures of a table.

    Attributes:
        participation_ratio: (Σλ)² / Σλ² of the covariance's eigenvalues λ: how many directions carry the variance, as if
            each carried as much (Gao & Ganguli 2015). At most D; 0 where no row differs from another.
        variance_in_ten_directions: The share of the variance in the ten widest directions.
        median_nearest_cosine: The median over the rows of the cosine to the row nearest to each.
        mean_pair_cosine: The mean cosine of all pairs of rows: 0 for directions all around, 1 for one direction.
        rows_asked: For how many rows the nearest was sought.
        equal_rows: How many rows are copies of one before them.
        zero_rows: How many rows are zeros alone; they count in none of the figures above but the first two.
    """

    participation_ratio: float
    variance_in_ten_directions: float
    median_nearest_cosine: float
    mean_pair_cosine: float
    rows_asked: int
    equal_rows: int
    zero_rows: int

    @property
    def is_narrow(self) -> bool:
        """Whether the words lie in a narrow cone."""
        return self.mean_pair_cosine >= _CONE_COSINE

    def describe(self) -> str:
        """Return what the figures mean, in words."""
        share = f"Ten directions hold {self.variance_in_ten_directions:.1%} of the variance"
        pairs = f"two words drawn at random have a cosine of {round(self.mean_pair_cosine, 2) + 0.0:.2f}"
        narrow, wide = "in a narrow cone, and cosines tell them apart badly", "all around, and cosines tell them apart"
        return f"{share} and {pairs}: the words lie {narrow if self.is_narrow else wide}."


def measure_health(vectors: Floats, seed: int = DEFAULT_SEED) -> Health:
    """Return the figures of a table, float32 (V, D); of 20,000 rows it takes seconds, of more hardly longer.

    Args:
        vectors: The rows, of any length.
        seed: Decides for which rows of a large table the nearest is sought.
    """
    variances = _variances(vectors)
    total = float(variances.sum())
    units = unit_rows(vectors)
    units = units[units.any(axis=1)]
    asked = _sample(len(units), seed)
    return Health(
        participation_ratio=total**2 / float((variances**2).sum()) if total else 0.0,
        variance_in_ten_directions=float(variances[-FEW_DIRECTIONS:].sum()) / total if total else 0.0,
        median_nearest_cosine=float(np.median(_nearest_cosines(units, asked))) if len(units) > 1 else 0.0,
        mean_pair_cosine=_mean_pair_cosine(units),
        rows_asked=len(asked),
        equal_rows=len(vectors) - len({hashlib.sha256(row + np.float32(0)).digest() for row in vectors}),  # −0 becomes 0
        zero_rows=len(vectors) - len(units),
    )


def _variances(vectors: Floats) -> NDArray[np.float64]:
    """Return the eigenvalues of the covariance, ascending, those that are below zero by rounding as 0."""
    mean = vectors.mean(axis=0, dtype=np.float64)
    covariance: NDArray[np.float64] = np.zeros((vectors.shape[1],) * 2)
    for block in _blocks(vectors):
        centred = block - mean
        covariance += np.asarray(centred.T @ centred, dtype=np.float64) / len(vectors)
    values = np.linalg.eigvalsh(covariance)
    values[values <= _ROUNDING * max(float(values[-1]), float(mean @ mean))] = 0.0
    return np.asarray(values, dtype=np.float64)


def _blocks(rows: Floats) -> Iterator[Floats]:
    for start in range(0, len(rows), _BLOCK):
        yield rows[start : start + _BLOCK]


def _sample(rows: int, seed: int) -> NDArray[np.int64]:
    """Return the rows whose nearest is sought."""
    count = min(rows, max(MOST_PAIRS // max(rows, 1), _FEWEST_QUERIES))
    return np.sort(np.random.default_rng(seed).choice(rows, count, replace=False))


def _nearest_cosines(units: Floats, asked: NDArray[np.int64]) -> Floats:
    """Return for each row asked for the cosine to the row nearest to it, which is another one."""
    found = []
    step = max(1, _CELLS // len(units))
    for start in range(0, len(asked), step):
        rows = asked[start : start + step]
        cosines = units[rows] @ units.T
        cosines[np.arange(len(rows)), rows] = -np.inf
        found.append(cosines.max(axis=1))
    return np.concatenate(found)


def _mean_pair_cosine(units: Floats) -> float:
    """Return the mean over all pairs of different rows: the square of their sum holds each pair twice and each row once."""
    count = len(units)
    if count < 2:
        return 0.0
    total = units.sum(axis=0, dtype=np.float64)
    return float((total @ total - count) / (count * (count - 1)))
