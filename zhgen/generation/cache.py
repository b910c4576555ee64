"""What a text said last is likely to be said again: a neural cache (Grave, Joulin and Usunier 2017).

Each piece of the last `memory` is remembered with the output that foretold it. With h the output now,

    p(w) ∝ Σ_i [w = piece i] · exp(sharpness · cos(h, output i) − (age of i) / decay).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.recurrent.grid import UNIT_BITS, UNIT_KERNEL_BITS, on_grid
from zhgen.vectors.table import unit_rows

MEMORY = 2000
"""How many pieces are remembered."""
DECAY = 500.0
"""After how many pieces one counts e times less."""

_CHUNK = 256  # positions whose likenesses to what they remember are held at once

Floats = NDArray[np.float64]
Ids = NDArray[np.int32]
Outputs = NDArray[np.float32]


class Cache:
    """The last pieces of a text.

    Args:
        size: V, how many pieces there are.
        vector_size: D, the length of an output.
        sharpness: What a cosine is multiplied with; 0 looks at age alone.
        decay: After how many pieces one counts e times less.
        memory: How many pieces are remembered.
        exact: Whether cosines are to be the same to the last bit however they are computed (`zhgen.recurrent.grid`).
    """

    def __init__(
        self,
        size: int,
        vector_size: int,
        sharpness: float,
        decay: float = DECAY,
        memory: int = MEMORY,
        *,
        exact: bool = False,
    ) -> None:
        self.exact = exact
        self.size, self.sharpness, self.memory = size, np.float32(sharpness), memory
        self.fading = (np.arange(-memory, 0) / decay).astype(np.float32)
        self.pieces = np.empty(2 * memory, dtype=np.int32)
        self.directions = np.empty((2 * memory, vector_size), dtype=np.float32)
        self.end = 0  # what is remembered lies before it, in one stretch

    def __len__(self) -> int:
        """How many pieces are remembered."""
        return min(self.end, self.memory)

    def add(self, pieces: Sequence[int] | Ids, outputs: Outputs) -> None:
        """Remember pieces, each with the output before it was read, float32 (n, D)."""
        directions = unit_rows(outputs)
        if self.exact:
            directions = on_grid(directions, UNIT_KERNEL_BITS)
        for piece, direction in zip(pieces, directions, strict=True):
            if self.end == len(self.pieces):  # the older half is forgotten
                self.pieces[: self.memory] = self.pieces[self.memory :]
                self.directions[: self.memory] = self.directions[self.memory :]
                self.end = self.memory
            self.pieces[self.end], self.directions[self.end] = piece, direction
            self.end += 1

    def after(self, output: Outputs) -> tuple[Floats, float]:
        """Return what is remembered of moments like this one; something must have been added.

        Args:
            output: float32 (D,), the output now.

        Returns:
            The probability of every piece, float64 (V,); and how much speaks for it,
            log Σ_i exp(sharpness · (cos(h, output i) − 1) − (age of i) / decay).
        """
        count = len(self)
        kept = slice(self.end - count, self.end)
        (direction,) = unit_rows(output[np.newaxis])
        strengths = self.directions[kept] @ (on_grid(direction, UNIT_BITS) if self.exact else direction)
        strengths *= self.sharpness
        strengths += self.fading[-count:]
        highest = strengths.max()
        weights = np.exp(strengths - highest)
        found = np.bincount(self.pieces[kept], weights.astype(np.float64), minlength=self.size)
        total = found.sum()
        return found / total, float(np.log(total)) + float(highest) - float(self.sharpness)


@dataclass(frozen=True)
class Remembered:
    """What a cache says before each piece of a text is read, as `Cache.after` would.

    Attributes:
        right: float64 (n,), the probability of the right piece; 0 for the first.
        highest: float64 (n,), that of the likeliest; 1 for the first.
        evidence: float64 (n,), how much speaks for it; 0 for the first.
    """

    right: Floats
    highest: Floats
    evidence: Floats


def remember(ids: Ids, outputs: Outputs, sharpness: float, decay: float = DECAY, memory: int = MEMORY) -> Remembered:
    """Return what a cache says before each piece of a text is read.

    Args:
        ids: int32 (n,), the text.
        outputs: float32 (n, D), the outputs before each piece.
        sharpness: What a cosine is multiplied with.
        decay: After how many pieces one counts e times less.
        memory: How many pieces are remembered.
    """
    directions = unit_rows(outputs)
    right, highest, evidence = np.zeros(len(ids)), np.ones(len(ids)), np.zeros(len(ids))
    for start in range(0, len(ids), _CHUNK):
        here = slice(start, min(start + _CHUNK, len(ids)))
        before = slice(max(0, start - memory), here.stop)
        ages = np.arange(here.start, here.stop)[:, np.newaxis] - np.arange(before.start, before.stop)
        strengths = directions[here] @ directions[before].T
        strengths -= 1
        strengths *= np.float32(sharpness)
        strengths += np.where((ages > 0) & (ages <= memory), -ages / decay, -np.inf).astype(np.float32)
        weights = np.exp(strengths.astype(np.float64))
        order = np.argsort(ids[before], kind="stable")  # the places of one piece side by side
        pieces, starts = np.unique(ids[before][order], return_index=True)
        sums = np.add.reduceat(weights[:, order], starts, axis=1)
        told = slice(here.start + (start == 0), here.stop)  # before the first piece nothing was said
        rows = np.arange(told.start, told.stop) - start
        totals = weights[rows].sum(axis=1)
        right[told] = sums[rows, np.searchsorted(pieces, ids[told])] / totals
        highest[told] = sums[rows].max(axis=1) / totals
        evidence[told] = np.log(totals)
    return Remembered(right, highest, evidence)
