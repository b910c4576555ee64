"""What makes single pieces likelier or less likely before any is left out: bias, and penalties on what was just said.

Scores are float (V,), logarithms of probabilities but for a constant; −inf excludes a piece. Nothing that is given is changed
but by `weaken` and `exclude`, and a constant added to all scores changes no probability that comes out.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from zhgen.sampling.scores import Scores

Ids = NDArray[np.intp]


def add_bias(scores: Scores, ids: Ids, nats: NDArray[np.float64]) -> Scores:
    """Return scores with an amount added to each of some: + ln 2 makes a piece twice as likely beside the others."""
    result = scores.copy()
    result[ids] += nats
    return result


def penalise_repeats(scores: Scores, ids: Ids, penalty: float) -> Scores:
    """Return scores with the penalty of Keskar et al. 2019 on some, in the form that llama.cpp gave it.

    What lies above zero is divided by the penalty and what lies below is multiplied with it. Zero is where every piece would be
    as likely as any other, at a probability of 1/V, so that it does not matter from where scores count.

    Args:
        scores: float (V,).
        ids: The pieces that were said lately.
        penalty: 1 changes nothing; a greater one makes what was said rarer, the likelier it is the more.
    """
    result = scores.copy()
    highest = float(scores.max())
    zero = highest + math.log(float(np.exp(scores - highest).sum()) / len(scores))
    heights = scores[ids].astype(np.float64) - zero
    result[ids] = zero + np.where(heights > 0, heights / penalty, heights * penalty)
    return result


def penalise_presence(scores: Scores, ids: Ids, penalty: float) -> Scores:
    """Return scores with the penalty, in nats, taken from some: those that were said lately, however often."""
    result = scores.copy()
    result[ids] -= penalty
    return result


def penalise_frequency(scores: Scores, ids: Ids, counts: NDArray[np.int64], penalty: float) -> Scores:
    """Return scores with the penalty, in nats, taken from some as many times as they were said lately."""
    result = scores.copy()
    result[ids] -= penalty * counts
    return result


def weaken(scores: Scores, strengths: Mapping[int, int], penalty: float) -> Scores:
    """Return scores with the penalty, in nats, taken from some as many times as they are to be weakened; they are overwritten.

    It is what `penalise_frequency` does, but for rounding, in less time where there are a few.
    """
    for piece, strength in strengths.items():
        scores[piece] -= penalty * strength
    return scores


def exclude(scores: Scores, reasons: Iterable[Collection[int]]) -> Scores:
    """Return scores with some pieces excluded; they may be overwritten.

    Args:
        scores: float (V,), not all −inf.
        reasons: The pieces, those that matter most first: where one after the other would leave nothing, it gives way.
    """
    given = [ids for ids in reasons if ids]
    together = set(chain.from_iterable(given))
    if _leaves_some(scores, together):
        scores.put([*together], -np.inf)
        return scores
    for ids in given:
        if _leaves_some(scores, ids):
            scores.put([*ids], -np.inf)
    return scores


def _leaves_some(scores: Scores, ids: Collection[int]) -> bool:
    """Return whether another piece than these may come; mostly the first one tells."""
    return any(score > -np.inf and piece not in ids for piece, score in enumerate(scores))
