"""All runs of one length in a text, to look up whether and where another run of ids is among them."""

import operator
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]

_MASK = 2**64 - 1
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64
_INVERSE = pow(_BASE, -1, 2**64)


class Runs:
    """The runs of `length` ids in a text, in the order of their hashes.

    A run is hashed as the sum of its ids' random numbers times powers of a base, modulo 2^64 (Karp and Rabin 1987): from the
    sums up to each place every run's hash is one subtraction and one product. What a hash finds is compared id by id, so that
    nothing is taken for equal that is not. 12 bytes a piece are kept, and building takes O(N log N).

    Args:
        ids: int32 (N,), not negative.
        length: How many ids a run has, at least 1.
    """

    def __init__(self, ids: Ids, length: int) -> None:
        self.ids, self.length = ids, length
        self._numbers = np.random.default_rng(0).integers(0, _MASK, int(ids.max(initial=0)) + 1, dtype=np.uint64, endpoint=True)
        self._listed = self._numbers.tolist()
        self._powers = [pow(_BASE, power, 2**64) for power in range(length)]
        hashes = self._hashes(ids)
        self._order = np.argsort(hashes, kind="stable").astype(np.int32)
        self._sorted = hashes[self._order]

    def places(self, run: Sequence[int]) -> Ids:
        """Return where a run begins in the text, int32 (K,), in order.

        Args:
            run: `length` ids, not negative.
        """
        value = self._hash(run)
        first = int(self._sorted.searchsorted(value))
        if first == len(self._sorted) or self._sorted[first] != value:
            return self._order[:0]
        found = self._order[first : self._sorted.searchsorted(value, side="right")]
        for offset, identity in enumerate(run):
            found = found[self.ids[found + offset] == identity]
        return found

    def first_shared(self, text: Ids) -> tuple[int, int] | None:
        """Return where the first run of a text that is among them begins, there and here; None when there is none.

        Args:
            text: int32 (M,), not negative.
        """
        if len(text) < self.length or not len(self._sorted):
            return None
        known = np.append(self._numbers, np.zeros(max(int(text.max()) + 1 - len(self._numbers), 0), dtype=np.uint64))
        hashes = self._hashes(text, known)
        nearest = np.minimum(self._sorted.searchsorted(hashes), len(self._sorted) - 1)
        for start in np.flatnonzero(self._sorted[nearest] == hashes).tolist():
            places = self.places(text[start : start + self.length].tolist())
            if len(places):
                return start, int(places[0])
        return None

    def _hash(self, run: Sequence[int]) -> np.uint64:
        """Return the hash of a run, as `_hashes` does of many. In plain numbers, which is faster for one."""
        known = (self._listed[identity] if identity < len(self._listed) else 0 for identity in run)
        return np.uint64(sum(map(operator.mul, known, self._powers)) & _MASK)

    def _hashes(self, ids: Ids, numbers: NDArray[np.uint64] | None = None) -> NDArray[np.uint64]:
        """Return the hash of the run that begins at each place, uint64 (N - length + 1,)."""
        numbers = self._numbers if numbers is None else numbers
        count = max(len(ids) - self.length + 1, 0)
        sums = np.zeros(len(ids) + 1, dtype=np.uint64)
        np.cumsum(numbers[ids] * _powers(_BASE, len(ids)), out=sums[1:])
        hashes: NDArray[np.uint64] = (sums[self.length :] - sums[: -self.length])[:count] * _powers(_INVERSE, count)
        return hashes


def _powers(base: int, count: int) -> NDArray[np.uint64]:
    """Return base^0, base^1, … modulo 2^64, uint64 (count,)."""
    factors = np.full(count, base, dtype=np.uint64)
    factors[:1] = 1
    return np.cumprod(factors, dtype=np.uint64)
