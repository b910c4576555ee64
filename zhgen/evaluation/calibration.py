"""Whether a model is as sure as it should be: reliability of its first guess, and the temperature that would have been best."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 10
_INVERSES = (0.25, 0.375, 0.5, 0.75, 1.0, 1.5, 2.0)  # of the temperatures that are tried; those between are interpolated
LOWEST, HIGHEST = 1 / _INVERSES[-1], 1 / _INVERSES[0]
_SEARCH_STEPS = 4001


@dataclass
class Reliability:
    """How often first guesses of each probability are right (Guo et al. 2017), in bins of equal width.

    Attributes:
        pieces: float64 (10,), how many first guesses fell in each bin.
        sure: float64 (10,), the sum of their probabilities.
        right: float64 (10,), how many were right.
    """

    pieces: NDArray[np.float64] = field(default_factory=lambda: np.zeros(BINS))
    sure: NDArray[np.float64] = field(default_factory=lambda: np.zeros(BINS))
    right: NDArray[np.float64] = field(default_factory=lambda: np.zeros(BINS))

    def add(self, probabilities: NDArray[np.float64], hits: NDArray[np.bool_]) -> None:
        """Add first guesses: their probabilities, float64 (n,), and whether each was right."""
        numbers = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
        self.pieces += np.bincount(numbers, minlength=BINS)
        self.sure += np.bincount(numbers, weights=probabilities, minlength=BINS)
        self.right += np.bincount(numbers, weights=hits, minlength=BINS)

    @property
    def error(self) -> float:
        """The expected calibration error: the mean of |share right − mean probability| over bins, weighted by their pieces."""
        return float(np.abs(self.right - self.sure).sum() / self.pieces.sum())

    def bins(self) -> list[dict[str, Any]]:
        """Return for every bin its bounds, its pieces, the mean probability and the share that was right."""
        rows = []
        for number, (pieces, sure, right) in enumerate(zip(self.pieces, self.sure, self.right, strict=True)):
            means = {"probability": sure / pieces, "right": right / pieces} if pieces else {"probability": None, "right": None}
            rows.append({"from": number / BINS, "to": (number + 1) / BINS, "pieces": int(pieces), **means})
        return rows


@dataclass
class TemperatureSearch:
    """Finds the temperature τ at which softmax(scores/τ) would have predicted a text best, in one pass over it.

    The loss is summed up at seven values of 1/τ from 1/4 to 2, of which products of a few powers of exp(score/8) give the
    softmax's sums, and is interpolated between them by a polynomial in log τ.

    Attributes:
        pieces: How many were predicted.
        nats: float64 (7,), the loss at each value.
    """

    pieces: int = 0
    nats: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(_INVERSES)))

    def add(self, below: NDArray[np.float32], right: NDArray[np.float32]) -> None:
        """Add positions.

        Args:
            below: float32 (n, V), scores less the highest of their row.
            right: float32 (n,), those of the right pieces.
        """
        first = np.exp(below * np.float32(_INVERSES[0] / 2))  # exp(score/8); the highest is 1, so that no power overflows
        second = first * first
        fourth = second * second
        eighth = fourth * fourth
        factors = (first, first, second, second, fourth, fourth, eighth, eighth)
        for number, inverse in enumerate(_INVERSES):
            sums = np.einsum("ij,ij->i", factors[number], factors[number + 1])
            self.nats[number] += (np.log(sums.astype(np.float64)) - inverse * right.astype(np.float64)).sum()
        self.pieces += len(right)

    def best(self) -> tuple[float, float]:
        """Return the best temperature between `LOWEST` and `HIGHEST` and the perplexity there."""
        places = np.log(_INVERSES)
        polynomial = np.polynomial.Polynomial.fit(places, self.nats / self.pieces, len(_INVERSES) - 1)
        tried = np.linspace(places[0], places[-1], _SEARCH_STEPS)
        losses = polynomial(tried)
        best = int(losses.argmin())
        return min(max(float(np.exp(-tried[best])), LOWEST), HIGHEST), float(np.exp(losses[best]))
