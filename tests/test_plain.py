"""The plain recurrent cell."""

import math

import numpy as np
import pytest

from zhgen.recurrent import plain
from zhgen.recurrent.gradients import check_gradients
from zhgen.recurrent.plain import RecurrentCell

B, T, D, H = 3, 5, 4, 2
CLIP = np.array([[1, 1, 0, 1, 1], [0, 1, 1, 1, 0], [1, 0, 0, 1, 1]])


def normal(seed, *shape):
    """Return normal numbers."""
    return np.random.default_rng(seed).normal(size=shape)


def problem(*, bias):
    """Return weights, an input and a first output by name."""
    arrays = {"kernel": normal(1, D, H), "recurrent_kernel": normal(2, H, H), "x": normal(3, B, T, D), "h": normal(4, B, H)}
    return arrays | ({"bias": normal(5, H)} if bias else {})


def run(arrays, activation, clip=None):
    """Return the cell of some arrays and its trace."""
    cell = RecurrentCell(arrays["kernel"], arrays["recurrent_kernel"], arrays.get("bias"), activation)
    return cell, plain.trace(cell, arrays["x"], arrays["h"], clip)


def test_by_hand():
    """One unit, two steps: h1 = σ(1·0.5 + 2·0.25), h2 = σ(3·0.5 + h1·0.25)."""
    cell = RecurrentCell(np.array([[0.5]]), np.array([[0.25]]), activation="sigmoid")
    outputs = plain.trace(cell, np.array([[[1.0], [3.0]]]), np.array([[2.0]])).outputs
    first = 1 / (1 + math.exp(-1))
    np.testing.assert_allclose(outputs.ravel(), [first, 1 / (1 + math.exp(-1.5 - first / 4))], rtol=1e-12)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("clip", [None, CLIP], ids=["carried", "clipped"])
def test_central_differences(activation, bias, clip):
    """Of every weight, the input and the first output the relative error is at most 1e-6."""
    arrays, weigh, weigh_last = problem(bias=bias), normal(6, B, T, H), normal(7, B, H)

    def loss(arrays):
        _, trace = run(arrays, activation, clip)
        return float((weigh * trace.outputs).sum() + (weigh_last * trace.h[-1]).sum())

    cell, trace = run(arrays, activation, clip)
    found = plain.backward(cell, trace, weigh, weigh_last)
    assert max(check_gradients(loss, arrays, {name: getattr(found, name) for name in arrays}).values()) <= 1e-6
    assert (found.bias is not None) == bias


def test_a_cut_starts_from_zeros():
    """Where the clip is 0 the step reads zeros instead of the output before it."""
    arrays = problem(bias=True)
    clip = np.array([[1, 1, 0, 1, 1]] * B)
    cell, trace = run(arrays, "tanh", clip)
    alone = plain.trace(cell, arrays["x"][:, 2:], np.zeros((B, H)))
    np.testing.assert_allclose(trace.outputs[:, 2:], alone.outputs, rtol=1e-12)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_keras_agrees(activation):
    """Outputs and the derivatives by weights, input and first output are those of Keras's SimpleRNN, in float64."""
    import tensorflow as tf

    from zhgen.training.backend import load_keras

    layer = load_keras(1).layers.SimpleRNN(H, activation=activation, return_sequences=True, dtype="float64")
    arrays, weigh = problem(bias=True), normal(6, B, T, H)
    names = ("kernel", "recurrent_kernel", "bias", "x", "h")
    layer.build((B, T, D))
    layer.set_weights([arrays[name] for name in names[:3]])
    x, h = tf.constant(arrays["x"]), tf.constant(arrays["h"])
    with tf.GradientTape() as tape:
        tape.watch([x, h])
        outputs = layer(x, initial_state=[h])
        loss = tf.reduce_sum(outputs * weigh)
    expected = tape.gradient(loss, [*(variable.value for variable in layer.trainable_variables), x, h])
    cell, trace = run(arrays, activation)
    np.testing.assert_allclose(trace.outputs, outputs, rtol=0, atol=1e-12)
    found = plain.backward(cell, trace, weigh)
    for name, right in zip(names, expected, strict=True):
        np.testing.assert_allclose(getattr(found, name), right, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize(
    ("kernel", "recurrent", "bias", "named"),
    [
        ((4, 2), (2, 3), None, r"recurrent kernel \(2, 3\)"),
        ((4, 3), (2, 2), None, r"kernel \(4, 3\)"),
        ((4, 2), (2, 2), 3, "bias"),
    ],
)
def test_weights_that_do_not_belong_together_are_refused(kernel, recurrent, bias, named):
    """The shapes are named."""
    with pytest.raises(ValueError, match=named):
        RecurrentCell(np.zeros(kernel), np.zeros(recurrent), None if bias is None else np.zeros(bias))
