"""Scores and probabilities.

Scores are float (V,); −inf excludes a piece. None of the functions changes what it is given.
"""

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.floating]


def apply_temperature(scores: Scores, temperature: float) -> Scores:
    """Return scores less the highest, divided by the temperature, float (V,); the highest is 0 at every temperature."""
    less: Scores = scores - scores.max()
    if temperature == 1:
        return less
    with np.errstate(over="ignore"):  # near a temperature of 0 the others go to −inf
        divided: Scores = less / np.float64(temperature)
    return divided


def probabilities(scores: Scores) -> NDArray[np.float64]:
    """Return the softmax of scores, float64 (V,)."""
    shifted = np.exp(scores.astype(np.float64) - scores.max())
    result: NDArray[np.float64] = shifted / shifted.sum()
    return result
