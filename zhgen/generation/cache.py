"""What a text said last is likely to be said again: a neural cache (Grave, Joulin and Usunier 2017).

Each piece of the last `memory` is remembered with the output that foretold it. With h the output now,

    p(w) ∝ Σ_i [w = piece i] · exp(sharpness · cos(h, output i) − (age of i) / decay).
"""

from collections.abc import Sequence

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

    def after(self, output: Outputs) -> Floats:
        """Return the probability of every piece after an output float32 (D,), float64 (V,); something must have been added."""
        count = len(self)
        kept = slice(self.end - count, self.end)
        (direction,) = unit_rows(output[np.newaxis])
        strengths = self.directions[kept] @ (on_grid(direction, UNIT_BITS) if self.exact else direction)
        strengths *= self.sharpness
        strengths += self.fading[-count:]
        weights = np.exp(strengths - strengths.max())
        found = np.bincount(self.pieces[kept], weights.astype(np.float64), minlength=self.size)
        chances: Floats = found / found.sum()
        return chances


def remembered(ids: Ids, outputs: Outputs, sharpnesses: Sequence[float], decay: float = DECAY, memory: int = MEMORY) -> Floats:
    """Return what a cache says of each piece of a text before it is read, float64 (S, n), for several sharpnesses.

    Args:
        ids: int32 (n,), the text.
        outputs: float32 (n, D), the outputs before each piece.
        sharpnesses: S values.
        decay: After how many pieces one counts e times less.
        memory: How many pieces are remembered.
    """
    directions = unit_rows(outputs)
    result = np.zeros((len(sharpnesses), len(ids)))
    room = np.empty((_CHUNK, memory + _CHUNK), dtype=np.float32)
    for start in range(0, len(ids), _CHUNK):
        here = slice(start, min(start + _CHUNK, len(ids)))
        before = slice(max(0, start - memory), here.stop)
        ages = np.arange(here.start, here.stop)[:, np.newaxis] - np.arange(before.start, before.stop)
        known = (ages > 0) & (ages <= memory)
        fading = np.where(known, -ages / decay, -np.inf).astype(np.float32)
        cosines = directions[here] @ directions[before].T
        rows, columns = np.nonzero((ids[before] == ids[here, np.newaxis]) & known)
        for line, sharpness in zip(result, sharpnesses, strict=True):
            weights = np.multiply(cosines, np.float32(sharpness), out=room[: len(cosines), : cosines.shape[1]])
            weights += fading
            weights -= np.float32(sharpness)  # the highest cosine is 1
            np.exp(weights, out=weights)
            found = np.bincount(rows, weights[rows, columns], minlength=len(weights))
            line[here] = found / np.maximum(weights.sum(axis=1), np.finfo(np.float32).tiny)
    return result
