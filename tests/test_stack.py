"""Backpropagation through layers one above the other with a linear layer on top."""

import numpy as np
import pytest

from zhgen.recurrent import stack
from zhgen.recurrent.cells import LSTMCell
from zhgen.recurrent.gradients import check_gradients
from zhgen.recurrent.network import LSTMNetwork

B, T, D, H, OUT = 3, 5, 4, 2, 3
CLIP = np.array([[1, 1, 0, 1, 1], [0, 1, 1, 1, 0], [1, 0, 0, 1, 1]])


def normal(seed, *shape):
    """Return normal numbers."""
    return np.random.default_rng(seed).normal(size=shape)


def build(arrays, output):
    """Return the network of arrays by name."""
    cells = [
        LSTMCell(*(arrays[f"lstm_{number}/{part}"] for part in ("kernel", "recurrent_kernel", "bias")), output)
        for number in (1, 2)
    ]
    return LSTMNetwork(cells, arrays.get("output/kernel"), arrays.get("output/bias"))


def problem():
    """Return the weights of two layers and a linear one by name, with an input and a first state."""
    shapes = {
        "lstm_1/kernel": (D, 4 * H),
        "lstm_1/recurrent_kernel": (H, 4 * H),
        "lstm_1/bias": (4 * H,),
        "lstm_2/kernel": (H, 4 * H),
        "lstm_2/recurrent_kernel": (H, 4 * H),
        "lstm_2/bias": (4 * H,),
        "output/kernel": (H, OUT),
        "output/bias": (OUT,),
    }
    arrays = {name: normal(number, *shape) for number, (name, shape) in enumerate(shapes.items())}
    arrays |= {f"state_{number}": normal(20 + number, B, H) for number in range(4)}
    return arrays | {"x": normal(30, B, T, D)}


def state_of(arrays):
    """Return the first state among the arrays."""
    return (arrays["state_0"], arrays["state_1"]), (arrays["state_2"], arrays["state_3"])


@pytest.mark.parametrize("output", ["tanh", "linear"])
@pytest.mark.parametrize("clip", [None, CLIP], ids=["carried", "clipped"])
@pytest.mark.parametrize("top", ["linear layer", "no linear layer"])
def test_central_differences(output, clip, top):
    """Of every weight of two layers, the input and the first states the relative error is at most 1e-6."""
    arrays = problem()
    if top == "no linear layer":
        del arrays["output/kernel"], arrays["output/bias"]
    target = normal(40, B, T, OUT if top == "linear layer" else H)
    ends = normal(41, 2, 2, B, H)

    def loss(arrays):
        trace = stack.trace(build(arrays, output), arrays["x"], state_of(arrays), clip)
        return float(((trace.outputs - target) ** 2).sum() / 2 + (ends * np.array(trace.state)).sum())

    network = build(arrays, output)
    trace = stack.trace(network, arrays["x"], state_of(arrays), clip)
    last = tuple((h, c) for h, c in ends)
    found = stack.backward(network, trace, trace.outputs - target, last, propagate_down=True)
    gradients = found.weights | {"x": found.x}
    gradients |= {f"state_{number}": part for number, part in enumerate(part for pair in found.state for part in pair)}
    assert max(check_gradients(loss, arrays, gradients).values()) <= 1e-6


def test_the_trace_is_the_way_forward():
    """Outputs and last state are those of the network that generates."""
    arrays = problem()
    network = build(arrays, "tanh")
    trace = stack.trace(network, arrays["x"], state_of(arrays))
    outputs, state = network.forward(arrays["x"], state_of(arrays))
    np.testing.assert_allclose(trace.outputs, outputs, rtol=1e-12)
    np.testing.assert_allclose(np.array(trace.state), np.array(state), rtol=1e-12)


def test_no_steps():
    """A sequence of no steps changes no state, moves no weight, and hands what comes from the right on to the left."""
    arrays = problem()
    network, ends = build(arrays, "tanh"), state_of(arrays)
    trace = stack.trace(network, arrays["x"][:, :0], ends)
    assert trace.outputs.shape == (B, 0, OUT)
    np.testing.assert_array_equal(np.array(trace.state), np.array(ends))
    found = stack.backward(network, trace, trace.outputs, ends, propagate_down=True)
    assert {name: gradient.shape for name, gradient in found.weights.items()} == {
        name: weights.shape for name, weights in stack.parameters(network).items()
    }
    assert not any(gradient.any() for gradient in found.weights.values())
    assert found.x.shape == (B, 0, D)
    np.testing.assert_array_equal(np.array(found.state), np.array(ends))


def test_weights_go_by_the_names_of_a_bundle():
    """Weights and gradients have the same names and shapes, and the weights are the network's own arrays."""
    arrays = problem()
    network = build(arrays, "tanh")
    weights = stack.parameters(network)
    trace = stack.trace(network, arrays["x"], state_of(arrays))
    found = stack.backward(network, trace, trace.outputs)
    assert {name: array.shape for name, array in found.weights.items()} == {
        name: array.shape for name, array in weights.items()
    }
    assert all(weights[name] is arrays[name] for name in weights)
    assert found.x is None


def test_it_learns():
    """Going down the gradient for 200 steps takes the squared error of a short tune down to a third, with two units."""
    arrays = problem()
    network = build(arrays, "tanh")
    x, target = arrays["x"], normal(50, B, T, OUT)
    losses = []
    for _ in range(200):
        trace = stack.trace(network, x, state_of(arrays))
        losses.append(((trace.outputs - target) ** 2).mean())
        gradients = stack.backward(network, trace, trace.outputs - target).weights
        for name, weights in stack.parameters(network).items():
            weights -= 0.05 * gradients[name]
    assert losses[-1] < losses[0] / 3


def test_the_threshold_reaches_every_layer():
    """With a threshold of 0 nothing comes back into the gates of either layer; the linear layer still learns."""
    arrays = problem()
    network = build(arrays, "tanh")
    trace = stack.trace(network, arrays["x"], state_of(arrays))
    found = stack.backward(network, trace, trace.outputs, clipping_threshold=0.0).weights
    assert {name for name, gradient in found.items() if gradient.any()} == {"output/kernel", "output/bias"}


def test_networks_side_by_side_are_refused():
    """Several linear layers, one for each of several networks, are not taken for one."""
    network = LSTMNetwork(build(problem(), "tanh").cells, normal(1, 2, 1, OUT))
    with pytest.raises(ValueError, match="several stand side by side"):
        stack.parameters(network)
