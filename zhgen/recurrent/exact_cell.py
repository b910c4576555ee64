"""The LSTM's step on grids, in as few operations as it takes."""

from dataclasses import dataclass

import numpy as np

from zhgen.recurrent.cells import GATES, Floats, LSTMCell
from zhgen.recurrent.grid import on_grid


@dataclass(frozen=True)
class ExactCell(LSTMCell):
    """An LSTM layer whose output lies on a grid, so that the products it goes into are exact (`zhgen.recurrent.grid`).

    σ(x) = (1 + tanh(x/2)) / 2. So the weights of the three gates with a σ are halved, which is exact, and stand before those of
    the candidate: one tanh goes over all. The arithmetic is that of `LSTMCell`, to the last bit.

    Args:
        bits: What is put out is rounded to multiples of 2^-bits.
    """

    bits: int = 0

    @classmethod
    def of(cls, cell: LSTMCell, bits: int) -> "ExactCell":
        """Return the layer that does what a cell does, with the tanh of its state put out."""
        return cls(_reordered(cell.kernel), _reordered(cell.recurrent_kernel), _reordered(cell.bias), bits=bits)

    def _apply(self, gates: Floats, c: Floats) -> tuple[Floats, Floats]:
        """Return h' and c' for gates before their activations, (B, 4H), in the order of this class; they are overwritten."""
        units = self.units
        np.tanh(gates, out=gates)
        opened = gates[..., : 3 * units]
        opened += 1
        opened *= np.float32(0.5)
        c = gates[..., units : 2 * units] * c
        kept = gates[..., :units]
        kept *= gates[..., 3 * units :]
        c += kept
        h = np.tanh(c)
        h *= gates[..., 2 * units : 3 * units]
        return on_grid(h, self.bits), c


def _reordered(weights: Floats) -> Floats:
    """Return weights (…, 4H) of input, forget, candidate and output gate as input, forget, output, candidate.

    All but the last are halved.
    """
    opened_in, forget, candidate, opened_out = np.split(weights, GATES, axis=-1)
    half = np.asarray(0.5, dtype=weights.dtype)
    return np.ascontiguousarray(np.concatenate([opened_in * half, forget * half, opened_out * half, candidate], axis=-1))
