"""Interpolated modified Kneser-Ney (Chen and Goodman 1999, section 3) over pieces, as KenLM's lmplz estimates it.

An n-gram's *context* is what stands before its last piece. Contexts never cross a paragraph's end, which stands at their
beginning as KenLM's `<s>` does. The highest order counts occurrences, and so does an n-gram that begins with a paragraph's
end; every other order counts how many different pieces stand before the n-gram. With a the count so adjusted,

    p(w | h) = (a(hw) − D(a(hw))) / a(h) + γ(h) · p(w | h less its first piece),    γ(h) = Σ D(a(hw)) / a(h),

where a(h) sums over all w, D is one of three discounts of the order (for 1, 2, and 3 or more), and below the pieces alone
stands 1/V. A context that was never counted is left out.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from zhgen.ngrams.counting import Counts, Level, base_of, count_levels, narrow

ORDER = 5

Floats = NDArray[np.float64]
Ids = NDArray[np.int32]


class KneserNey:
    """Probabilities of the next piece from counts.

    Args:
        counts: int (V,), how often each piece occurs.
        adjusted: int (V,), how many different pieces stand before each; `counts` again when the order is 1.
        levels: The n-grams of two pieces and more, an order each.
        end: The id of `</s>`; None when there is none: then the text counts as one paragraph.

    Attributes:
        order: How many pieces the longest n-grams have.
        counts: int64 (V,), how often each piece occurs in the text that was counted.
    """

    def __init__(self, counts: Counts, adjusted: Counts, levels: Sequence[Level], end: int | None) -> None:
        self.counts = counts.astype(np.int64)
        self.adjusted, self.levels, self.end = adjusted, levels, end
        self.order = 1 + len(levels)
        _, shares, left = Level.of_pieces(adjusted).follow(0)
        self.alone: Floats = shares + left / len(counts)

    @classmethod
    def fit(cls, ids: Ids, size: int, end: int | None, order: int = ORDER) -> "KneserNey":
        """Return the model of a text.

        Args:
            ids: int32 (N,), the pieces of the text; its first paragraph begins with it.
            size: V, how many pieces there are, also such as the text lacks.
            end: The id of `</s>`, or None.
            order: How many pieces the longest n-grams have.
        """
        adjusted, levels = count_levels(ids, size, size if end is None else end, order)
        return cls(np.bincount(ids, minlength=size), adjusted, levels, end)

    def log_probabilities(self, ids: Ids) -> Floats:
        """Return the natural logarithm of the probability of each piece given those before it, float64 (N,).

        Args:
            ids: int32 (N,), a text that begins as after `</s>`.
        """
        text = np.concatenate([[len(self.counts) if self.end is None else self.end], ids]).astype(np.int64)
        result = self.alone[text[1:]]
        contexts, places = text[:-1], np.arange(len(ids))  # where the context of an order was counted, and its number
        for level in self.levels:
            counted = level.followers[contexts] > 0
            contexts, places = contexts[counted], places[counted]
            found = level.find(contexts, text[1:][places])
            shares, left = level.weigh(contexts, found)
            result[places] = result[places] * left + shares
            nodes = np.full(len(ids), -1)
            nodes[places] = found
            # An n-gram is the context of the piece after it.
            places = 1 + np.flatnonzero(nodes[:-1] >= 0)
            contexts = nodes[places - 1]
        return np.log(result)

    def after(self, context: Sequence[int] | Ids) -> Floats:
        """Return the probability of every piece after a context, float64 (V,); they sum to 1.

        Args:
            context: The pieces before, as many as there are: those that matter are its last `order` − 1.
        """
        result = self.alone.copy()
        for level, number in zip(self.levels, self._numbers(context), strict=False):
            if level.followers[number] == 0:
                break  # neither was any longer one
            pieces, shares, left = level.follow(number)
            result *= left
            result[pieces] += shares
        return result

    def probabilities(self, contexts: Sequence[Sequence[int] | Ids]) -> Floats:
        """Return the probability of every piece after each of n contexts, float64 (n, V)."""
        result = np.empty((len(contexts), len(self.counts)))
        for row, context in zip(result, contexts, strict=True):
            row[:] = self.after(context)
        return result

    def _numbers(self, context: Sequence[int] | Ids) -> list[int]:
        """Return the numbers of the last piece, the last two pieces, … of a context, as far as they were counted."""
        pieces = [int(piece) for piece in context[max(0, len(context) - self.order + 1) :]]
        numbers: list[int] = []
        for first in range(len(pieces) - 1, -1, -1):
            number = pieces[first]
            for level, piece in zip(self.levels, pieces[first + 1 :], strict=False):
                number = level.find_one(number, piece)
                if number < 0:
                    return numbers  # a longer one that ends so was not counted either
            numbers.append(number)
        return numbers

    def arrays(self) -> dict[str, NDArray[np.integer]]:
        """Return all that was counted, by name, in the smallest whole numbers that hold it."""
        begin = len(self.counts) if self.end is None else self.end
        arrays = {"counts": self.counts, "adjusted": self.adjusted, "begin": np.array(begin)}
        arrays = {name: narrow(array) for name, array in arrays.items()}
        for order, level in enumerate(self.levels, start=2):
            arrays |= {f"{order}/{name}": array for name, array in level.arrays().items()}
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Counts]) -> "KneserNey":
        """Return the model whose `arrays` they are, the same to the last bit.

        Raises:
            ValueError: They do not belong together; the message says which.
            KeyError: One is missing; the error names it.
        """
        counts, begin = arrays["counts"], int(arrays["begin"])
        contexts = base_of(len(counts), begin)
        levels: list[Level] = []
        while f"{len(levels) + 2}/counts" in arrays:
            order = len(levels) + 2
            parts = {name: arrays[f"{order}/{name}"] for name in ("pieces", "followers", "counts")}
            if len(parts["followers"]) != contexts:
                raise ValueError(f"{order}/followers has {len(parts['followers'])} entries in place of {contexts}")
            levels.append(Level(**parts))
            contexts = len(parts["pieces"])
        return cls(counts, arrays["adjusted"], levels, None if begin == len(counts) else begin)
