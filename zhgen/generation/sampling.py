"""Which piece comes next: small pure functions over scores, applied in the order temperature, top_k, top_p.

Scores are float (V,); −inf excludes a piece. None of the functions changes what it is given.
"""

import numpy as np
from numpy.typing import NDArray

from zhgen.config import GenerateSettings

Scores = NDArray[np.floating]


def apply_temperature(scores: Scores, temperature: float) -> Scores:
    """Return scores less the highest, divided by the temperature, float64 (V,); the highest is 0 at every temperature."""
    with np.errstate(over="ignore"):  # near a temperature of 0 the others go to −inf
        divided: Scores = (scores - scores.max()) / np.float64(temperature)
    return divided


def keep_top_k(scores: Scores, top_k: int) -> Scores:
    """Return scores with all but the K highest excluded; of equal ones the lower ids stay. 0 keeps all."""
    if top_k <= 0 or top_k >= len(scores):
        return scores
    kept = np.argsort(-scores, kind="stable")[:top_k]
    result = np.full_like(scores, -np.inf)
    result[kept] = scores[kept]
    return result


def keep_top_p(scores: Scores, top_p: float) -> Scores:
    """Return scores with all excluded but the fewest likeliest that together have at least the probability `top_p`."""
    if top_p >= 1:
        return scores
    chances = probabilities(scores)
    # Those below (1 − top_p) / V cannot be needed: all of them together have less than 1 − top_p.
    candidates = np.flatnonzero(chances >= (1 - top_p) / len(chances))
    order = candidates[np.argsort(-chances[candidates], kind="stable")]
    before = np.cumsum(chances[order]) - chances[order]  # what the likelier ones have
    kept = order[before < top_p]
    result = np.full_like(scores, -np.inf)
    result[kept] = scores[kept]
    return result


def probabilities(scores: Scores) -> NDArray[np.float64]:
    """Return the softmax of scores, float64 (V,)."""
    shifted = np.exp(scores.astype(np.float64) - scores.max())
    result: NDArray[np.float64] = shifted / shifted.sum()
    return result


def draw(scores: Scores, uniform: float) -> int:
    """Return the id at which the cumulative probability passes `uniform`, a number in [0, 1)."""
    cumulative = np.cumsum(probabilities(scores))
    identity = int(np.searchsorted(cumulative, uniform * cumulative[-1], side="right"))
    return min(identity, len(scores) - 1)


def choose(scores: Scores, settings: GenerateSettings, uniform: float) -> int:
    """Return the next piece's id: the likeliest when greedy (the lower id of equals), otherwise one drawn by chance."""
    if settings.greedy:
        return int(np.argmax(scores))
    scores = apply_temperature(scores, settings.temperature)
    return draw(keep_top_p(keep_top_k(scores, settings.top_k), settings.top_p), uniform)
