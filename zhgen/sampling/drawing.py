"""One piece drawn of those that may come."""

from dataclasses import dataclass

import numpy as np

from zhgen.sampling.scores import Scores, apply_temperature
from zhgen.sampling.truncation import candidates


@dataclass(frozen=True)
class Limits:
    """Which pieces may be drawn, and at which temperature one is (`zhgen.config.GenerateSettings`)."""

    top_k: int
    top_p: float
    min_p: float
    temperature: float


def draw(scores: Scores, limits: Limits, uniform: float) -> int:
    """Return the id at which the cumulative probability of the pieces that may be drawn passes a random number.

    Args:
        scores: float (V,), not all −inf; they are not changed.
        limits: Which pieces these are, and the temperature.
        uniform: The random number, in [0, 1).
    """
    if limits.top_k == 1:
        return int(scores.argmax())
    ids, weights = candidates(scores, limits.top_k, limits.top_p, limits.min_p)
    if limits.temperature != 1:
        weights = np.exp(apply_temperature(scores[ids], limits.temperature))
    cumulative = weights.cumsum(dtype=np.float64)
    place = int(cumulative.searchsorted(uniform * cumulative[-1], side="right"))
    return int(ids[min(place, len(ids) - 1)])
