"""Backpropagation through a whole network: the layers one above the other, and the linear layer on top.

Weights and their gradients go by the names that they have in a bundle: `lstm_1/kernel`, `lstm_1/recurrent_kernel`,
`lstm_1/bias`, `lstm_2/kernel`, …, `output/kernel`, `output/bias`. What learns is changed in place:

    for name, weights in parameters(network).items():
        weights -= learning_rate * gradients.weights[name]
"""

from dataclasses import dataclass

from zhgen.recurrent import through_time
from zhgen.recurrent.cells import Floats
from zhgen.recurrent.network import LSTMNetwork, State


@dataclass(frozen=True)
class Trace:
    """What a pass forward leaves behind.

    Attributes:
        layers: The traces of the layers, the lowest first.
        outputs: (B, T, D'), what the network put out.
    """

    layers: tuple[through_time.Trace, ...]
    outputs: Floats

    @property
    def state(self) -> State:
        """The state after the last step."""
        return tuple(layer.state for layer in self.layers)


@dataclass(frozen=True)
class Gradients:
    """The derivatives of a loss: by each weight, by the input (None where not asked for), and by the first state."""

    weights: dict[str, Floats]
    x: Floats | None
    state: State


def parameters(network: LSTMNetwork) -> dict[str, Floats]:
    """Return the weights of a network by name: the arrays themselves, not copies.

    Raises:
        ValueError: Several networks stand side by side; those are trained elsewhere.
    """
    weights = {}
    for number, cell in enumerate(network.cells, 1):
        weights[f"lstm_{number}/kernel"] = cell.kernel
        weights[f"lstm_{number}/recurrent_kernel"] = cell.recurrent_kernel
        weights[f"lstm_{number}/bias"] = cell.bias
    top = {"output/kernel": network.kernel, "output/bias": network.bias}
    weights |= {name: array for name, array in top.items() if array is not None}
    if any(array.ndim > 2 for array in weights.values()):
        raise ValueError("backpropagation is for one network, and several stand side by side here")
    return weights


def trace(network: LSTMNetwork, x: Floats, state: State, clip: Floats | None = None) -> Trace:
    """Read whole sequences and remember the way.

    Args:
        network: One network.
        x: (B, T, D), the inputs.
        state: What the network remembers before the first step.
        clip: (B, T), 1 where a step goes on from the state before it, 0 where every layer starts from zeros.
    """
    layers = []
    for cell, (h, c) in zip(network.cells, state, strict=True):
        layers.append(through_time.trace(cell, x, h, c, clip))
        x = layers[-1].outputs  # (B, T, H)
    if network.kernel is not None:
        x = x @ network.kernel
    if network.kernel is not None and network.bias is not None:
        x = x + network.bias
    return Trace(tuple(layers), x)


def backward(
    network: LSTMNetwork,
    trace: Trace,
    d_outputs: Floats,
    d_state: State | None = None,
    *,
    clipping_threshold: float | None = None,
    propagate_down: bool = False,
) -> Gradients:
    """Go back from the top layer to the lowest, and in each from the last step to the first.

    Args:
        network: The network.
        trace: What `trace` returned for it.
        d_outputs: (B, T, D'), the loss by what the network put out.
        d_state: The loss by the last state; None stands for zeros.
        clipping_threshold: Bounds what goes back into the gates of every layer (see `through_time.backward`).
        propagate_down: Whether the loss by the input is wanted.
    """
    weights: dict[str, Floats] = {}
    if network.kernel is not None:
        flat = d_outputs.reshape(d_outputs.shape[0] * d_outputs.shape[1], d_outputs.shape[2])  # (B·T, D')
        weights["output/kernel"] = trace.layers[-1].outputs.reshape(len(flat), network.cells[-1].units).T @ flat
        if network.bias is not None:
            weights["output/bias"] = flat.sum(axis=0)
        d_outputs = d_outputs @ network.kernel.T  # (B, T, H)
    dx: Floats | None = d_outputs
    first: list[tuple[Floats, Floats]] = []
    for number in range(len(network.cells), 0, -1):
        assert dx is not None
        found = through_time.backward(
            network.cells[number - 1],
            trace.layers[number - 1],
            dx,
            None if d_state is None else d_state[number - 1],
            clipping_threshold=clipping_threshold,
            propagate_down=propagate_down or number > 1,
        )
        for name in ("kernel", "recurrent_kernel", "bias"):
            weights[f"lstm_{number}/{name}"] = getattr(found, name)
        first.append((found.h, found.c))
        dx = found.x
    return Gradients(weights, dx, tuple(reversed(first)))
