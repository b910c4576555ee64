"""One piece drawn of those that may come."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from zhgen.sampling.scores import Scores, apply_temperature
from zhgen.sampling.truncation import candidates, is_in_top_p

_BLOCK = 128  # pieces; their sums are searched first, then the pieces of one
_TRIES = 4
_MOSTLY = 0.5  # with a lower top_p most tries are in vain
_LEAST_TOTAL = 1e-20  # of weights: in float32 those of far less are not exact


@dataclass(frozen=True)
class Limits:
    """Which pieces may be drawn, and at which temperature one is (`zhgen.config.GenerateSettings`)."""

    top_k: int
    top_p: float
    min_p: float
    temperature: float

    @property
    def by_trial(self) -> bool:
        """Whether a piece that is drawn of all is one that may be drawn more often than not."""
        return self.top_k == 0 and self.min_p == 0 and self.temperature == 1 and self.top_p >= _MOSTLY


def draw(scores: Scores, limits: Limits, random: np.random.Generator) -> int:
    """Return the id of a piece, drawn of those that may be: each as often as its probability among them says.

    Args:
        scores: float (V,), not all −inf; they are not changed.
        limits: Which pieces these are, and the temperature.
        random: Where random numbers come from: one mostly, one more for every try in vain, none for the likeliest of all.
    """
    if limits.top_k == 1:
        return int(scores.argmax())
    if limits.by_trial:
        piece = draw_by_trial(scores, limits.top_p, random)
        if piece is not None:
            return piece
    ids, weights = candidates(scores, limits.top_k, limits.top_p, limits.min_p)
    if limits.temperature != 1:
        weights = np.exp(apply_temperature(scores[ids], limits.temperature))
    cumulative = weights.cumsum(dtype=np.float64)
    place = int(cumulative.searchsorted(random.random() * cumulative[-1], side="right"))
    return int(ids[min(place, len(ids) - 1)])


def draw_by_trial(scores: Scores, top_p: float, random: np.random.Generator) -> int | None:
    """Return the id of a piece of the fewest likeliest that have the probability `top_p`; None when it was tried in vain.

    Pieces are drawn of all until one is among these: so each of them comes as often as if they had been listed first, in less
    time than it takes to sort them (rejection sampling, von Neumann 1951).

    Args:
        scores: float (V,), not all −inf; they are not changed.
        top_p: The probability that the pieces have together.
        random: Where random numbers come from, one for each of a few tries.
    """
    with np.errstate(over="ignore"):
        weights = np.exp(scores)
        sums = np.add.accumulate(np.add.reduceat(weights, _starts(len(weights))), dtype=np.float64)
    total = float(sums[-1])
    if not _LEAST_TOTAL < total < np.inf:  # rare scores need the highest subtracted, which takes time
        return None
    for _ in range(_TRIES):
        piece = _find(weights, sums, random.random() * total)
        if piece is not None and is_in_top_p(weights, piece, top_p, total):
            return piece
    return None


@lru_cache(maxsize=8)
def _starts(count: int) -> NDArray[np.intp]:
    return np.arange(0, count, _BLOCK)


def _find(weights: Scores, sums: NDArray[np.float64], amount: float) -> int | None:
    """Return the id at which the sum of the weights passes an amount; None where rounding hides it.

    Args:
        weights: float (V,), how likely each piece is.
        sums: The sum of the weights up to the end of each block.
        amount: From 0 to the sum of all.
    """
    block = int(sums.searchsorted(amount, side="right"))
    rest = amount - float(sums[block - 1]) if block else amount
    inside = np.add.accumulate(weights[block * _BLOCK : (block + 1) * _BLOCK], dtype=np.float64)
    place = int(inside.searchsorted(rest, side="right"))
    return block * _BLOCK + place if place < len(inside) else None
