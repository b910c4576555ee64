"""The long short-term memory cell (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""

from dataclasses import dataclass, field
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
    """One LSTM layer's weights and its step; the four gates come out of one matrix product.

    With [i, f, g, o] = [x, h]·[kernel; recurrent_kernel] + bias the step is
    c' = σ(f)∘c + σ(i)∘tanh(g) and h' = σ(o)∘tanh(c'), or h' = σ(o)∘c' when `output` is `linear`.

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
    packed: Floats = field(init=False, repr=False)  # (D + H, 4H)

    def __post_init__(self) -> None:
        units = self.recurrent_kernel.shape[0]
        if self.recurrent_kernel.shape != (units, GATES * units) or self.bias.shape != (GATES * units,):
            raise ValueError(f"recurrent kernel {self.recurrent_kernel.shape} and bias {self.bias.shape} do not match")
        if self.kernel.ndim != 2 or self.kernel.shape[1] != GATES * units:
            raise ValueError(f"kernel {self.kernel.shape} does not match {units} units")
        object.__setattr__(self, "packed", np.concatenate([self.kernel, self.recurrent_kernel]))

    @property
    def input_size(self) -> int:
        """D, the numbers a step reads."""
        return int(self.kernel.shape[0])

    @property
    def units(self) -> int:
        """H, the numbers a step puts out."""
        return int(self.recurrent_kernel.shape[0])

    def zero_state(self, batch_size: int) -> tuple[Floats, Floats]:
        """Return the first output and state, each (B, H) of zeros."""
        shape, dtype = (batch_size, self.units), self.kernel.dtype
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
        gates = np.concatenate([x, h], axis=1) @ self.packed + self.bias  # (B, 4H)
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
        projected = x @ self.kernel + self.bias  # (B, T, 4H)
        outputs = np.empty((*x.shape[:2], self.units), dtype=projected.dtype)
        for t in range(x.shape[1]):
            h, c = self._apply(projected[:, t] + h @ self.recurrent_kernel, c)
            outputs[:, t] = h
        return outputs, h, c

    def _apply(self, gates: Floats, c: Floats) -> tuple[Floats, Floats]:
        """Return h' and c' for gates before their activations, (B, 4H)."""
        units = self.units
        open_gates = sigmoid(gates[:, : 2 * units])
        candidate = np.tanh(gates[:, 2 * units : 3 * units])
        c = open_gates[:, units:] * c + open_gates[:, :units] * candidate
        out = sigmoid(gates[:, 3 * units :])
        return out * (np.tanh(c) if self.output == "tanh" else c), c
