"""Backpropagation through time (Werbos 1990) for one LSTM layer: forward with a memory, and back.

`trace` goes forward as `LSTMCell.forward` does, but rounds nothing, and keeps what the way back needs; `backward` goes from the
last step to the first. The large products are made once for all steps: the inputs are projected before the loop, the gradients
of the weights are summed after it. Inside, time comes first, so that a step is one stretch of memory.
"""

from dataclasses import dataclass

import numpy as np

from zhgen.recurrent.cells import GATES, Floats, LSTMCell


@dataclass(frozen=True)
class Trace:
    """What a pass forward leaves behind; step t goes from h[t], c[t] to h[t + 1], c[t + 1].

    Attributes:
        x: (T, B, D), what was read.
        h: (T + 1, B, H), the output before the first step and after each.
        c: (T + 1, B, H), the state likewise.
        gates: (T, B, 4, H), input gate, forget gate, candidate and output gate, after their activations.
        squashed: (T, B, H), the state as the output gate sees it: tanh(c), or c itself.
        kept: (T, B, 1), 0 where the state was forgotten before the step, 1 where it was kept; None where it always was.
    """

    x: Floats
    h: Floats
    c: Floats
    gates: Floats
    squashed: Floats
    kept: Floats | None

    @property
    def outputs(self) -> Floats:
        """(B, T, H), the outputs of all steps."""
        return self.h[1:].swapaxes(0, 1)

    @property
    def state(self) -> tuple[Floats, Floats]:
        """The last output and state, each (B, H)."""
        return self.h[-1], self.c[-1]

    def before(self, values: Floats) -> Floats:
        """Return what the steps found of `h` or `c`, (T, B, H): zeros where it was forgotten."""
        return values[:-1] if self.kept is None else values[:-1] * self.kept


@dataclass(frozen=True)
class Gradients:
    """The derivatives of a loss, each of the shape of what it is taken by; x is None where it was not asked for."""

    kernel: Floats
    recurrent_kernel: Floats
    bias: Floats
    x: Floats | None
    h: Floats
    c: Floats


def trace(cell: LSTMCell, x: Floats, h: Floats, c: Floats, clip: Floats | None = None) -> Trace:
    """Go through whole sequences and remember the way.

    Args:
        cell: The layer.
        x: (B, T, D), the inputs.
        h: (B, H), the output before the first step.
        c: (B, H), the state before the first step.
        clip: (B, T), 1 where a step goes on from the state before it, 0 where it starts from zeros. Named as in Caffe.
    """
    x = np.ascontiguousarray(x.swapaxes(0, 1))  # (T, B, D)
    timesteps, batch_size, width = x.shape
    projected = x.reshape(timesteps * batch_size, width) @ cell.kernel + cell.bias  # (T·B, 4H)
    gates = projected.reshape(timesteps, batch_size, GATES, cell.units)
    outputs = np.empty((timesteps + 1, batch_size, cell.units), gates.dtype)
    states, squashed = np.empty_like(outputs), np.empty_like(outputs[1:])
    outputs[0], states[0] = h, c
    kept = None if clip is None else np.asarray(clip, gates.dtype).T[:, :, np.newaxis]  # (T, B, 1)
    scale = np.array([[0.5], [0.5], [1.0], [0.5]], gates.dtype)
    for t in range(timesteps):
        h, c = outputs[t], states[t]  # (B, H)
        if kept is not None:
            h, c = h * kept[t], c * kept[t]
        gates[t] += (h @ cell.recurrent_kernel).reshape(gates[t].shape)
        _activate(gates[t], scale)
        i, f, g, o = (gates[t, :, gate] for gate in range(GATES))  # (B, H)
        np.multiply(f, c, out=states[t + 1])
        states[t + 1] += i * g
        squashed[t] = np.tanh(states[t + 1]) if cell.output == "tanh" else states[t + 1]
        np.multiply(o, squashed[t], out=outputs[t + 1])
    return Trace(x, outputs, states, gates, squashed, kept)


def _activate(gates: Floats, scale: Floats) -> None:
    """Put gates (B, 4, H) through σ, σ, tanh, σ in place: σ(x) = ½ + ½·tanh(½·x), so that one tanh serves all four."""
    gates *= scale
    np.tanh(gates, out=gates)
    gates *= scale
    gates += 1 - scale


def backward(
    cell: LSTMCell,
    trace: Trace,
    d_outputs: Floats,
    d_state: tuple[Floats, Floats] | None = None,
    *,
    clipping_threshold: float | None = None,
    propagate_down: bool = True,
) -> Gradients:
    """Go back through the steps of a trace and return what each number had to do with the loss.

    From the right come dh and dc. A step of c' = f∘c + i∘g and h' = o∘s(c'), with s the tanh or nothing, takes them to
    dc' = dc + dh∘o∘s'(c'); the gates get di = dc'∘g, df = dc'∘c, dg = dc'∘i, do = dh∘s(c'), each times the slope of its
    activation, σ' = σ(1 − σ) or tanh' = 1 − tanh². To the left go dc'∘f and the gates' part times the recurrent kernel.

    Args:
        cell: The layer.
        trace: What `trace` returned for it.
        d_outputs: (B, T, H), the loss by the output of each step.
        d_state: The loss by the last output and state, each (B, H); None stands for zeros.
        clipping_threshold: Bounds the loss by what goes into the gates to ± this number at each step, as in Caffe. What comes
            out is then no longer the derivative, and does not explode.
        propagate_down: Whether the loss by the input is wanted.
    """
    timesteps, batch_size, units = trace.squashed.shape
    pull = _pull(trace)  # (T, B, 4, H)
    f, o = trace.gates[:, :, 1], trace.gates[:, :, 3]  # (T, B, H)
    slope = o * (1 - trace.squashed**2) if cell.output == "tanh" else o
    back = np.ascontiguousarray(cell.recurrent_kernel.T)  # (4H, H)
    dh, dc = (np.zeros_like(trace.h[0]), np.zeros_like(trace.c[0])) if d_state is None else d_state  # (B, H)
    for t in reversed(range(timesteps)):
        dh = dh + d_outputs[:, t]
        dc = dc + dh * slope[t]
        pull[t, :, :3] *= dc[:, np.newaxis]
        pull[t, :, 3] *= dh
        if clipping_threshold is not None:
            np.clip(pull[t], -clipping_threshold, clipping_threshold, out=pull[t])
        dh = pull[t].reshape(batch_size, GATES * units) @ back
        dc = dc * f[t]
        if trace.kept is not None:
            dh, dc = dh * trace.kept[t], dc * trace.kept[t]
    gates = pull.reshape(timesteps * batch_size, GATES * units)  # the loss by what goes into the gates
    x, h = (values.reshape(len(gates), values.shape[2]) for values in (trace.x, trace.before(trace.h)))
    dx = (gates @ cell.kernel.T).reshape(trace.x.shape).swapaxes(0, 1) if propagate_down else None
    return Gradients(x.T @ gates, h.T @ gates, gates.sum(axis=0), dx, dh, dc)


def _pull(trace: Trace) -> Floats:
    """Return how strongly what goes into each gate moves the state (the output gate: the output), (T, B, 4, H)."""
    i, g = trace.gates[:, :, 0], trace.gates[:, :, 2]  # (T, B, H)
    pull: Floats = trace.gates * (1 - trace.gates)  # σ'
    pull[:, :, 2] = 1 - g**2  # tanh'
    for gate, beside in enumerate((g, trace.before(trace.c), i, trace.squashed)):
        pull[:, :, gate] *= beside
    return pull
