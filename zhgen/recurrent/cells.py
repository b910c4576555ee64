"""The long short-term memory cell (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Output = Literal["tanh", "linear"]
GATES = 4  # input, forget, candidate, output: the order of Keras


def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + exp(−x)), written with tanh because that never overflows."""
    half = np.asarray(0.5, dtype=x.dtype)
    result: Floats = np.tanh(x * half)
    result += 1
    result *= half
    return result


@dataclass(frozen=True)
class LSTMCell:
    """One LSTM layer's weights and its step.

    With [i, f, g, o] = [x, h]·[kernel; recurrent_kernel] + bias the step is
    c' = σ(f)∘c + σ(i)∘tanh(g) and h' = σ(o)∘tanh(c'), or h' = σ(o)∘c' when `output` is `linear`.

    M layers side by side, which do not see each other, are one cell whose arrays have a leading axis: (M, D, 4H), (M, H, 4H)
    and (M, 1, 4H). Then h and c are (M, B, H), and x is (B, D) for all of them or (M, B, D).

    Args:
        kernel: (D, 4H), from the input to the gates, in the order input, forget, candidate, output.
        recurrent_kernel: (H, 4H), from the previous output to the gates.
        bias: (4H,).
        output: What the state passes through on its way out.

    Raises:
        ValueError: The shapes do not belong together.
    """

    kernel: Floats
    recurrent_kernel: Floats
    bias: Floats
    output: Output = "tanh"

    def __post_init__(self) -> None:
        *members, units, _ = self.recurrent_kernel.shape
        one = [1] if members else []
        if self.recurrent_kernel.shape[-1] != GATES * units or self.bias.shape != (*members, *one, GATES * units):
            raise ValueError(f"recurrent kernel {self.recurrent_kernel.shape} and bias {self.bias.shape} do not match")
        fits = self.kernel.ndim == self.recurrent_kernel.ndim and self.kernel.shape[:-2] == (*members,)
        if not fits or self.kernel.shape[-1] != GATES * units:
            raise ValueError(f"kernel {self.kernel.shape} does not match {units} units")

    @property
    def input_size(self) -> int:
        """D, the numbers a step reads."""
        return int(self.kernel.shape[-2])

    @property
    def units(self) -> int:
        """H, the numbers a step puts out."""
        return int(self.recurrent_kernel.shape[-2])

    def zero_state(self, batch_size: int) -> tuple[Floats, Floats]:
        """Return the first output and state, each (B, H) of zeros, or (M, B, H)."""
        shape, dtype = (*self.recurrent_kernel.shape[:-2], batch_size, self.units), self.kernel.dtype
        return np.zeros(shape, dtype), np.zeros(shape, dtype)

    def step(self, x: Floats, h: Floats, c: Floats) -> tuple[Floats, Floats]:
        """Return the next output and state.

        Args:
            x: (B, D), the input.
            h: (B, H), the previous output.
            c: (B, H), the previous state.

        Returns:
            h' and c', each (B, H).
        """
        return self.advance(self.project(x), h, c)

    def project(self, x: Floats) -> Floats:
        """Return what inputs (…, D) add to the gates, (…, 4H), the bias included."""
        projected: Floats = x @ self.kernel
        projected += self.bias
        return projected

    def advance(self, projected: Floats, h: Floats, c: Floats) -> tuple[Floats, Floats]:
        """Return the next output and state, as `step` does, for an input that was projected, (B, 4H)."""
        gates = h @ self.recurrent_kernel
        gates += projected
        return self._apply(gates, c)

    def forward(self, x: Floats, h: Floats, c: Floats) -> tuple[Floats, Floats, Floats]:
        """Go through whole sequences; the inputs of all steps are projected in one product.

        Args:
            x: (B, T, D), the inputs.
            h: (B, H), the output before the first step.
            c: (B, H), the state before the first step.

        Returns:
            The outputs of all steps, (B, T, H), and the last output and state, each (B, H).
        """
        projected = self.project(x)  # (B, T, 4H)
        outputs = np.empty((*x.shape[:2], self.units), dtype=projected.dtype)
        for t in range(x.shape[1]):
            h, c = self.advance(projected[..., t, :], h, c)
            outputs[:, t] = h
        return outputs, h, c

    def _apply(self, gates: Floats, c: Floats) -> tuple[Floats, Floats]:
        """Return h' and c' for gates before their activations, (B, 4H)."""
        units = self.units
        open_gates = sigmoid(gates[..., : 2 * units])
        candidate = np.tanh(gates[..., 2 * units : 3 * units])
        c = open_gates[..., units:] * c + open_gates[..., :units] * candidate
        h = sigmoid(gates[..., 3 * units :])
        h *= np.tanh(c) if self.output == "tanh" else c
        return h, c
