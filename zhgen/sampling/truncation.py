"""Which pieces may be drawn at all: top_k, then top_p, then min_p.

Scores are float (V,); −inf excludes a piece. Nothing that is given is changed. Of equal pieces those with lower ids stay.
"""

import numpy as np
from numpy.typing import NDArray

from zhgen.sampling.scores import Scores

Places = NDArray[np.intp]

_LIKELY = 1e-4
"""Pieces that are likelier are looked at first."""


def candidates(scores: Scores, top_k: int, top_p: float, min_p: float) -> tuple[Places, Scores]:
    """Return the ids of the pieces that may be drawn, int (C,), in order, and how likely each is, float (C,).

    There is one at least. The likeliest of all has the weight 1.

    Args:
        scores: float (V,), not all −inf.
        top_k: How many of the likeliest stay; 0 is all.
        top_p: Of these, the fewest likeliest stay that have this share of their probability.
        min_p: Of these, those stay that are at least this many times as likely as the likeliest.
    """
    if 0 < top_k < len(scores):
        ids = keep_top_k(scores, top_k)
        places, weights = candidates(scores[ids], 0, top_p, min_p)
        return ids[places], weights
    weights = scores - scores.max()
    np.exp(weights, out=weights)
    if top_p >= 1 and min_p <= 0:
        return np.arange(len(scores)), weights
    total = float(weights.sum())
    # Mostly a few hundred pieces have enough. Those below (1 − top_p) / V can never be needed for top_p: all of them together
    # have less than 1 − top_p.
    for least in (_LIKELY, (1 - top_p) / len(weights)):
        (ids,) = (weights >= max(min_p, min(least * total, 1))).nonzero()  # the likeliest stays, however little it has
        kept = weights.take(ids)
        places = keep_top_p(kept / total, top_p)
        if len(places) < len(ids):
            break
    return ids.take(places), kept.take(places)


def keep_top_k(scores: Scores, top_k: int) -> Places:
    """Return the places of the K highest scores, int (K,), in order."""
    return _highest(scores, np.partition(scores, len(scores) - top_k)[len(scores) - top_k], top_k)


def keep_top_p(chances: Scores, top_p: float) -> Places:
    """Return the places of the fewest likeliest that together have at least the probability `top_p`, int (K,), in order.

    Args:
        chances: float (C,), probabilities of pieces; others may have the rest.
        top_p: What they have together.
    """
    if top_p >= 1:
        return np.arange(len(chances))
    ordered = chances.copy()
    ordered.sort()
    ordered = ordered[::-1]
    count = 1 + int(ordered.cumsum(dtype=np.float64)[:-1].searchsorted(top_p))
    return _highest(chances, ordered[count - 1], count)


def is_in_top_p(weights: Scores, piece: int, top_p: float, total: float) -> bool:
    """Return whether a piece is one of the fewest likeliest that together have at least the probability `top_p`.

    Args:
        weights: float (V,), how likely each piece is.
        piece: The id of the one, whose weight is not 0.
        top_p: What the others have together, less than that.
        total: The sum of the weights.
    """
    weight, needed = float(weights[piece]), top_p * total
    if top_p >= 1 or weight > total - needed:  # those that are likelier cannot have so much beside it
        return True
    not_less = float(np.einsum("i,i->", weights, weights >= weight))
    if not_less - weight < needed:
        return True
    before = weights > weight
    before[:piece] |= weights[:piece] == weight
    return float(np.einsum("i,i->", weights, before)) < needed


def _highest(values: Scores, lowest: np.floating, count: int) -> Places:
    """Return the places of the highest values, of which the lowest is given; of equal ones the first."""
    (places,) = (values >= lowest).nonzero()
    if len(places) > count:
        kept = values.take(places)
        spare = np.flatnonzero(kept == lowest)[count - len(places) :]
        places = np.delete(places, spare)
    return places
