"""The plain recurrent cell (Elman 1990), forward and back through time: h' = a(x·W + h·U + b)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from zhgen.recurrent.cells import Floats, sigmoid

Activation = Literal["sigmoid", "tanh"]


@dataclass(frozen=True)
class RecurrentCell:
    """The weights of a plain recurrent layer.

    Args:
        kernel: W (D, H), from the input to the units.
        recurrent_kernel: U (H, H), from the previous output to the units.
        bias: b (H,), or None for none.
        activation: a, what the sum passes through.

    Raises:
        ValueError: The shapes do not belong together.
    """

    kernel: Floats
    recurrent_kernel: Floats
    bias: Floats | None = None
    activation: Activation = "tanh"

    def __post_init__(self) -> None:
        units = self.recurrent_kernel.shape[0]
        if self.recurrent_kernel.shape != (units, units) or self.kernel.ndim != 2 or self.kernel.shape[1] != units:
            raise ValueError(f"kernel {self.kernel.shape} and recurrent kernel {self.recurrent_kernel.shape} do not match")
        if self.bias is not None and self.bias.shape != (units,):
            raise ValueError(f"bias {self.bias.shape} does not match {units} units")

    def activate(self, sums: Floats) -> Floats:
        """Return a(sums)."""
        return sigmoid(sums) if self.activation == "sigmoid" else np.tanh(sums)

    def slope(self, outputs: Floats) -> Floats:
        """Return a' where a has put out these: σ' = σ(1 − σ), tanh' = 1 − tanh²."""
        return outputs * (1 - outputs) if self.activation == "sigmoid" else 1 - outputs * outputs


@dataclass(frozen=True)
class Trace:
    """What a pass forward leaves behind; step t goes from h[t] to h[t + 1].

    Attributes:
        x: (T, B, D), what was read.
        h: (T + 1, B, H), the output before the first step and after each.
        kept: (T, B, 1), 0 where the output was forgotten before the step, 1 where it was kept; None where it always was.
    """

    x: Floats
    h: Floats
    kept: Floats | None

    @property
    def outputs(self) -> Floats:
        """(B, T, H), the outputs of all steps."""
        return self.h[1:].swapaxes(0, 1)


@dataclass(frozen=True)
class Gradients:
    """The derivatives of a loss, each of the shape of what it is taken by; bias is None where there is none."""

    kernel: Floats
    recurrent_kernel: Floats
    bias: Floats | None
    x: Floats
    h: Floats


def trace(cell: RecurrentCell, x: Floats, h: Floats, clip: Floats | None = None) -> Trace:
    """Go through whole sequences and remember the way.

    Args:
        cell: The layer.
        x: (B, T, D), the inputs.
        h: (B, H), the output before the first step.
        clip: (B, T), 1 where a step goes on from the output before it, 0 where it starts from zeros.
    """
    x = np.ascontiguousarray(x.swapaxes(0, 1))  # (T, B, D)
    sums = x @ cell.kernel  # (T, B, H)
    if cell.bias is not None:
        sums += cell.bias
    outputs = np.empty((len(x) + 1, *h.shape), sums.dtype)
    outputs[0] = h
    kept = None if clip is None else np.asarray(clip, sums.dtype).T[:, :, np.newaxis]  # (T, B, 1)
    for t in range(len(x)):
        before = outputs[t] if kept is None else outputs[t] * kept[t]  # (B, H)
        outputs[t + 1] = cell.activate(sums[t] + before @ cell.recurrent_kernel)
    return Trace(x, outputs, kept)


def backward(cell: RecurrentCell, trace: Trace, d_outputs: Floats, d_h: Floats | None = None) -> Gradients:
    """Go back through the steps of a trace: dz = dh∘a', and to the left goes dz·Uᵀ.

    Args:
        cell: The layer.
        trace: What `trace` returned for it.
        d_outputs: (B, T, H), the loss by the output of each step.
        d_h: (B, H), the loss by the last output, beside that; None stands for zeros.
    """
    sums = cell.slope(trace.h[1:])  # (T, B, H); becomes the loss by what goes into the activation
    dh = np.zeros_like(trace.h[0]) if d_h is None else d_h  # (B, H)
    for t in reversed(range(len(sums))):
        sums[t] *= dh + d_outputs[:, t]
        dh = sums[t] @ cell.recurrent_kernel.T
        if trace.kept is not None:
            dh = dh * trace.kept[t]
    before = trace.h[:-1] if trace.kept is None else trace.h[:-1] * trace.kept
    flat = sums.reshape(sums.shape[0] * sums.shape[1], sums.shape[2])  # (T·B, H)
    x, h = (values.reshape(len(flat), values.shape[-1]) for values in (trace.x, before))
    bias = None if cell.bias is None else flat.sum(axis=0)
    return Gradients(x.T @ flat, h.T @ flat, bias, (sums @ cell.kernel.T).swapaxes(0, 1), dh)
