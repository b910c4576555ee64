"""The LSTM's step on grids, in as few operations as it takes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from zhgen.recurrent.cells import GATES, Floats, LSTMCell

_ONE, _HALF = np.array(1, dtype=np.float32), np.array(0.5, dtype=np.float32)  # with plain numbers NumPy takes longer


@dataclass(frozen=True)
class ExactCell(LSTMCell):
    """An LSTM layer whose output lies on a grid, so that the products it goes into are exact (`zhgen.recurrent.grid`).

    σ(x) = (1 + tanh(x/2)) / 2. So the weights of the three gates with a σ are halved, which is exact, and stand before those of
    the candidate: one tanh goes over all. Gates, as `project` returns them, are (4, …, B, H): what is done to one gate of all
    layers side by side goes over one stretch of memory. The arithmetic is that of `LSTMCell`, to the last bit.

    Args:
        bits: What is put out is rounded to multiples of 2^-bits.
    """

    bits: int = 0

    @classmethod
    def of(cls, cell: LSTMCell, bits: int) -> "ExactCell":
        """Return the layer that does what a cell does, with the tanh of its state put out."""
        return cls(_reordered(cell.kernel), _reordered(cell.recurrent_kernel), _reordered(cell.bias), bits=bits)

    def project(self, x: Floats) -> Floats:
        """Return what inputs (…, B, D) add to the gates, (4, …, B, H), the bias included."""
        return self._by_gate(super().project(x))

    def advance(self, projected: Floats, h: Floats, c: Floats) -> tuple[Floats, Floats]:
        """Return the next output and state, as `step` does, for an input that was projected, (4, …, B, H)."""
        gates = np.empty((GATES, *c.shape), dtype=c.dtype)
        np.add(self._by_gate(h @ self.recurrent_kernel), projected, out=gates)
        return self._apply(gates, c)

    def _by_gate(self, gates: Floats) -> Floats:
        """Return gates (…, B, 4H) as (4, …, B, H)."""
        axes = gates.ndim
        return gates.reshape(*gates.shape[:-1], GATES, -1).transpose(axes - 1, *range(axes - 1), axes)

    def _apply(self, gates: Floats, c: Floats) -> tuple[Floats, Floats]:
        """Return h' and c' for gates before their activations, (4, …, B, H); they are overwritten."""
        np.tanh(gates, out=gates)
        opened = gates[:3]
        opened += _ONE
        opened_in, forget, opened_out, candidate = gates
        c = forget * c
        opened_in *= candidate
        c += opened_in
        c *= _HALF
        h = np.tanh(c)
        h *= opened_out
        h *= self._steps  # on_grid, with the half of the gate
        np.rint(h, out=h)
        h *= self._step
        return h, c

    @cached_property
    def _steps(self) -> Floats:
        return np.array(2.0 ** (self.bits - 1), dtype=np.float32)

    @cached_property
    def _step(self) -> Floats:
        return np.array(2.0**-self.bits, dtype=np.float32)


def _reordered(weights: Floats) -> Floats:
    """Return weights (…, 4H) of input, forget, candidate and output gate as input, forget, output, candidate.

    All but the last are halved.
    """
    opened_in, forget, candidate, opened_out = np.split(weights, GATES, axis=-1)
    half = np.asarray(0.5, dtype=weights.dtype)
    return np.ascontiguousarray(np.concatenate([opened_in * half, forget * half, opened_out * half, candidate], axis=-1))
