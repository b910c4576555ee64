"""Measures of a text that need nothing but its ids: how it repeats itself, how many words it uses, how long its sentences are.

Measures that depend on a text's length are taken in stretches of one length and averaged.
"""

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Floats = NDArray[np.float64]

ORDERS = (1, 2, 3, 4)
"""The n of distinct-n; the last is that of rep-n."""

RECENT = 32
"""How many pieces back a piece counts as just said."""


def stretches(length: int, size: int) -> NDArray[np.int64]:
    """Return where stretches of `size` begin that cover a text evenly; they overlap where its length is no multiple."""
    count = max(-(-length // size), 1)
    return np.linspace(0, max(length - size, 0), count).round().astype(np.int64)


def window_means(values: Floats | NDArray[np.bool_], size: int) -> Floats:
    """Return the mean of values (N,) in each stretch of `size`, or of all where there are fewer."""
    size = min(size, len(values))
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    starts = stretches(len(values), size)
    means: Floats = (sums[starts + size] - sums[starts]) / size
    return means


def distinct(ids: Ids, size: int) -> Floats:
    """Return distinct-n for n in `ORDERS` (Li et al. 2016): different n-grams ÷ n-grams, in each stretch, (4, K)."""
    windows = np.lib.stride_tricks.sliding_window_view(ids, size)[stretches(len(ids), size)]
    names = _ranks(windows)
    shares = [_share_of_different(names)]
    for n in ORDERS[1:]:
        names = _ranks(names[:, :-1].astype(np.int64) * (int(ids.max()) + 1) + windows[:, n - 1 :])
        shares.append(_share_of_different(names))
    return np.stack(shares)


def diversity(shares: Floats) -> Floats:
    """Return the diversity of Su et al. 2022 in each stretch, (K,): the product of distinct-n = 1 − rep-n for n from 2 on.

    Args:
        shares: What `distinct` returns.
    """
    product: Floats = shares[1:].prod(axis=0)
    return product


def recent(ids: Ids) -> NDArray[np.bool_]:
    """Return for every id from number `RECENT` on whether it is among the `RECENT` before it, (N - RECENT,)."""
    found = np.zeros(len(ids) - RECENT, dtype=bool)
    for lag in range(1, RECENT + 1):
        found |= ids[RECENT:] == ids[RECENT - lag : len(ids) - lag]
    return found


def zipf(ids: Ids, size: int) -> float:
    """Return the Zipf coefficient, minus the slope of log count on log rank by least squares; the mean of stretches."""
    parts = (ids[start : start + size] for start in stretches(len(ids), size))
    return float(np.mean([_slope(np.unique(part, return_counts=True)[1]) for part in parts]))


def longest_run(lengths: Ids, size: int) -> float:
    """Return the longest match that lies in a stretch; the median of stretches, so that one passage does not decide.

    Args:
        lengths: int32 (N,), the longest match that begins at each place.
        size: The length of a stretch.
    """
    left = np.arange(size, 0, -1)
    starts = stretches(len(lengths), size)
    return float(np.median([np.minimum(lengths[start : start + size], left).max() for start in starts]))


def sentence_ends(ids: Ids, marks: NDArray[np.bool_], paragraph_end: int) -> NDArray[np.bool_]:
    """Return which pieces end a sentence, (N,): a mark after which no other follows, and a paragraph's end.

    Args:
        ids: The text.
        marks: bool (V,), which pieces are marks that end a sentence.
        paragraph_end: The id of `</s>`.
    """
    is_mark = marks[ids]
    ends = is_mark.copy()
    ends[:-1] &= ~is_mark[1:]
    ends |= ids == paragraph_end
    return ends


def _share_of_different(names: Ids) -> Floats:
    """Return the share of different numbers in each row, (K,)."""
    ordered = np.sort(names, axis=1)
    different: Floats = (1 + (np.diff(ordered, axis=1) != 0).sum(axis=1)) / names.shape[1]
    return different


def _ranks(keys: NDArray[np.int64] | Ids) -> Ids:
    ranks: Ids = np.unique(keys, return_inverse=True)[1].reshape(keys.shape).astype(np.int32)
    return ranks


def _slope(counts: NDArray[np.int64]) -> float:
    """Return minus the slope of log count on log rank, 0 where there is one rank alone."""
    logs = np.log(np.sort(counts)[::-1])
    ranks = np.log(np.arange(1, len(logs) + 1))
    ranks -= ranks.mean()
    spread = float(ranks @ ranks)
    return max(-float(ranks @ logs) / spread, 0.0) if spread > 0 else 0.0  # rounding can leave it below
