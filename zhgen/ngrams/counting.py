"""N-grams of a text as numbered, sorted arrays.

An n-gram is told by its context's number and its last piece. N-grams of one order are numbered in the order of these two, so
that those of one context lie side by side; the number of a single piece is its id. The number of an n-gram that was never
counted is −1.
"""

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.integer]
Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

FALLBACK = (0.5, 1.0, 1.5)
"""What is taken off counts of 1, 2, and 3 or more where a text is too small to tell; KenLM's `--discount_fallback`."""


@dataclass(frozen=True)
class Level:
    """The n-grams of one order, n of them, in c contexts.

    Args:
        pieces: uint (n,), the last piece of each, in a type that holds every piece.
        followers: uint (c,), how many n-grams there are in each context.
        counts: uint (n,), the adjusted count of each.
    """

    pieces: Counts
    followers: Counts
    counts: Counts

    def __post_init__(self) -> None:
        if not len(self.pieces) == len(self.counts) == int(self.followers.sum()):
            raise ValueError(f"{len(self.pieces)} pieces, {len(self.counts)} counts, {self.followers.sum()} followers")

    @classmethod
    def of_pieces(cls, counts: Counts) -> "Level":
        """Return the pieces alone, in one context, from their adjusted counts (V,), as a level."""
        size = len(counts)
        return cls(np.arange(size), np.array([size]), counts)

    def arrays(self) -> dict[str, Counts]:
        """Return what makes the level, by name."""
        return {"pieces": self.pieces, "followers": self.followers, "counts": self.counts}

    @cached_property
    def starts(self) -> Counts:
        """Where the n-grams of each context begin, int (c + 1,)."""
        starts: Counts = np.zeros(len(self.followers) + 1, dtype=_signed(len(self.pieces)))
        np.cumsum(self.followers, out=starts[1:])
        return starts

    @cached_property
    def discounts(self) -> Floats:
        """What is taken off a count of 0, 1, 2, and 3 or more, float64 (4,): Chen and Goodman 1999, equation 26."""
        times = np.bincount(self.counts[self.counts <= 4], minlength=5).astype(np.float64)  # how many have each count
        if not times[1:4].all():
            return np.array([0.0, *FALLBACK])
        share = times[1] / (times[1] + 2 * times[2])
        found = [count - (count + 1) * share * times[count + 1] / times[count] for count in (1, 2, 3)]
        return np.array([0.0, *(found if min(found) > 0 else FALLBACK)])

    def follow(self, context: int) -> tuple[Counts, Floats, float]:
        """Return what follows a context.

        Args:
            context: The context's number.

        Returns:
            The pieces, uint (f,), with (count − discount) / total of each, float64 (f,), and what is left for the order below:
            all of it where nothing was counted.
        """
        slots = slice(int(self.starts[context]), int(self.starts[context + 1]))
        counts = self.counts[slots]
        taken = self.discounts.take(counts, mode="clip")  # 3 stands for 3 and more
        total = int(counts.sum())
        if total == 0:
            return self.pieces[slots], np.zeros(len(counts)), 1.0
        return self.pieces[slots], (counts - taken) / total, float(taken.sum()) / total

    def weigh(self, contexts: Numbers, numbers: Numbers) -> tuple[Floats, Floats]:
        """Return for m n-grams (count − discount) / total, and what their contexts leave, each float64 (m,).

        Args:
            contexts: int64 (m,), the numbers of their contexts, which all have n-grams.
            numbers: int64 (m,), their own; the share of −1 is 0.
        """
        different, which = np.unique(contexts, return_inverse=True)
        lengths = self.followers[different].astype(np.int64)
        firsts = np.cumsum(lengths) - lengths
        counts = self.counts[np.repeat(self.starts[different] - firsts, lengths) + np.arange(lengths.sum())]
        if len(counts) == 0:
            return np.zeros(0), np.zeros(0)
        totals = np.add.reduceat(counts, firsts, dtype=np.int64)[which]
        taken = np.add.reduceat(self.discounts[np.minimum(counts, 3)], firsts)[which]
        own = np.where(numbers >= 0, self.counts[numbers], 0)
        return (own - self.discounts[np.minimum(own, 3)]) / totals, taken / totals

    def find(self, contexts: Numbers, pieces: Numbers) -> Numbers:
        """Return the numbers, int64 (m,), of the n-grams with these contexts, none of them −1, and last pieces."""
        low, high = self.starts[contexts].astype(np.int64), self.starts[contexts + 1].astype(np.int64)
        ends = high
        while (low < high).any():  # a binary search in every context at once
            middle = (low + high) // 2
            below = self.pieces[np.minimum(middle, len(self.pieces) - 1)] < pieces
            low, high = np.where((low < high) & below, middle + 1, low), np.where((low < high) & ~below, middle, high)
        found = (low < ends) & (np.append(self.pieces, 0)[low] == pieces)
        return np.where(found, low, -1)

    def find_one(self, context: int, piece: int) -> int:
        """Return the number of the n-gram with this context and this last piece."""
        start, stop = int(self.starts[context]), int(self.starts[context + 1])
        number = start + int(np.searchsorted(self.pieces[start:stop], self.pieces.dtype.type(piece)))
        return number if number < stop and self.pieces[number] == piece else -1


@dataclass(frozen=True)
class Occurrences:
    """Where the n-grams of one order, n of them, stand in a text of N pieces that has the boundary before it.

    Attributes:
        numbers: int (N + 1,), the number of the n-gram that ends at each place; anything where none does.
        samples: int (n,), one place where each n-gram ends.
        counts: int (n,), how often each occurs.
        begins: bool (n,), whether it begins with the boundary, so that nothing stands before it.
    """

    numbers: Counts
    samples: Counts
    counts: Counts
    begins: NDArray[np.bool_]


def count_levels(ids: NDArray[np.integer], size: int, begin: int, order: int) -> tuple[Counts, list[Level]]:
    """Return the adjusted counts of the pieces, int (V,), and the n-grams of two pieces and more, a level an order.

    Args:
        ids: int (N,), the pieces of a text.
        size: V, how many pieces there are.
        begin: What stands before the text, and what no context goes back beyond: the id of `</s>`, or V.
        order: How many pieces the longest n-grams have.
    """
    base = base_of(size, begin)
    text: Counts = np.concatenate([[begin], ids]).astype(_signed(max(base, len(ids) + 1)))
    shorter = Occurrences(text, text[:0], np.bincount(ids, minlength=base), np.zeros(base, dtype=bool))
    places: Counts = np.arange(1, len(text)).astype(text.dtype)
    adjusted, levels = shorter.counts[:size], list[Level]()
    for length in range(2, order + 1):
        if length > 2:
            places = places[text[places - length + 2] != begin]
        longer, level = _extend(shorter, text, places, base)
        longer = dataclasses.replace(longer, begins=text[longer.samples - length + 1] == begin)
        ways = np.bincount(shorter.numbers[longer.samples], minlength=len(shorter.counts))
        counts = np.where(shorter.begins, shorter.counts, ways)  # nothing can stand before what begins a paragraph
        if length == 2:
            adjusted = counts[:size]
        else:
            levels[-1] = dataclasses.replace(levels[-1], counts=narrow(counts))
        levels.append(level)
        shorter = longer
    return narrow(adjusted), levels


def _extend(shorter: Occurrences, text: Counts, places: Counts, base: int) -> tuple[Occurrences, Level]:
    """Return the n-grams that end at `places`, each one piece longer than that which ends at the place before."""
    keys = shorter.numbers[places - 1].astype(np.int64) * base + text[places]
    order = np.argsort(keys)
    keys, ranked = keys[order], places[order]
    new = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    firsts = np.flatnonzero(new)
    numbers = np.zeros_like(text)
    numbers[ranked] = np.cumsum(new, dtype=text.dtype) - 1
    samples, counts, keys = ranked[firsts], np.diff(firsts, append=len(keys)), keys[firsts]
    followers = np.bincount(keys // base, minlength=len(shorter.counts))
    level = Level((keys % base).astype(np.min_scalar_type(base - 1)), narrow(followers), narrow(counts))
    return Occurrences(numbers, samples, counts, np.zeros(len(samples), dtype=bool)), level


def base_of(size: int, begin: int) -> int:
    """Return the least number above the ids of all V pieces and of the boundary."""
    return max(size, begin + 1)


def _signed(most: int) -> np.dtype[Any]:
    """Return the smaller type of signed whole numbers that holds `most`."""
    return np.dtype(np.int32 if most < 2**31 else np.int64)


def narrow(counts: NDArray[np.integer]) -> Counts:
    """Return whole numbers of 0 or more in the smallest type that holds them."""
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))
