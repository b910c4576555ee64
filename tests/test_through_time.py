"""Backpropagation through an LSTM layer: against central differences and against Keras."""

import numpy as np
import pytest

from zhgen.recurrent import through_time
from zhgen.recurrent.cells import LSTMCell
from zhgen.recurrent.gradients import check_gradients

B, T, D, H = 3, 5, 4, 2
CLIP = np.array([[1, 1, 0, 1, 1], [0, 1, 1, 1, 0], [1, 0, 0, 1, 1]])


def normal(seed, *shape, dtype=np.float64):
    """Return normal numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def problem():
    """Return weights, an input and a first state by name, and what weighs the outputs and the last state."""
    arrays = {
        "kernel": normal(1, D, 4 * H),
        "recurrent_kernel": normal(2, H, 4 * H),
        "bias": normal(3, 4 * H),
        "x": normal(4, B, T, D),
        "h": normal(5, B, H),
        "c": normal(6, B, H),
    }
    return arrays, normal(7, B, T, H), (normal(8, B, H), normal(9, B, H))


def run(arrays, output, clip):
    """Return the cell of some arrays and its trace."""
    cell = LSTMCell(arrays["kernel"], arrays["recurrent_kernel"], arrays["bias"], output)
    return cell, through_time.trace(cell, arrays["x"], arrays["h"], arrays["c"], clip)


def loss_of(output, clip, weigh, weigh_state):
    """Return a loss that every output and the last state have a part in."""

    def loss(arrays):
        _, trace = run(arrays, output, clip)
        ends = sum((weight * end).sum() for weight, end in zip(weigh_state, trace.state, strict=True))
        return float((weigh * trace.outputs).sum() + ends)

    return loss


@pytest.mark.parametrize("output", ["tanh", "linear"])
@pytest.mark.parametrize("clip", [None, CLIP], ids=["carried", "clipped"])
class TestDerivatives:
    """Every derivative is checked by moving the number."""

    def test_central_differences(self, output, clip):
        """Of every weight, the input and the first state, in a batch of three, the relative error is at most 1e-6."""
        arrays, weigh, weigh_state = problem()
        cell, trace = run(arrays, output, clip)
        found = through_time.backward(cell, trace, weigh, weigh_state)
        gradients = {name: getattr(found, name) for name in arrays}
        errors = check_gradients(loss_of(output, clip, weigh, weigh_state), arrays, gradients)
        assert max(errors.values()) <= 1e-6
        assert min(np.linalg.norm(gradient) for gradient in gradients.values()) > 0.001

    def test_the_trace_is_the_way_forward(self, output, clip):
        """Outputs and last state are those of single steps, with zeros instead of the state where the clip is 0."""
        arrays, _, _ = problem()
        cell, trace = run(arrays, output, clip)
        h, c = arrays["h"], arrays["c"]
        for t in range(T):
            kept = np.ones((B, 1)) if clip is None else clip[:, t, np.newaxis]
            h, c = cell.step(arrays["x"][:, t], h * kept, c * kept)
            np.testing.assert_allclose(trace.outputs[:, t], h, rtol=1e-12)
        np.testing.assert_allclose(trace.state, (h, c), rtol=1e-12)


class TestClip:
    """The 0/1 input that forgets."""

    def test_nothing_flows_over_a_cut(self):
        """Where the clip is 0 at a step, the outputs from there are those from a zero state, and nothing goes back over it."""
        arrays, weigh, _ = problem()
        clip = np.array([[1, 1, 0, 1, 1]] * B)
        cell, trace = run(arrays, "tanh", clip)
        zero = cell.zero_state(B)
        np.testing.assert_allclose(trace.outputs[:, 2:], cell.forward(arrays["x"][:, 2:], *zero)[0], rtol=1e-12)
        weigh[:, :2] = 0
        found = through_time.backward(cell, trace, weigh)
        assert not found.h.any()
        assert not found.c.any()
        assert not found.x[:, :2].any()
        assert found.x[:, 2:].all()


class TestThreshold:
    """Gradients bounded at the gates' inputs."""

    def test_a_threshold_out_of_reach_changes_nothing(self):
        """Bounded at ±1000 the derivatives are the derivatives."""
        arrays, weigh, state = problem()
        cell, trace = run(arrays, "tanh", CLIP)
        free, bounded = (
            through_time.backward(cell, trace, weigh, state, clipping_threshold=threshold) for threshold in (None, 1000)
        )
        assert all((getattr(free, name) == getattr(bounded, name)).all() for name in arrays)

    def test_by_hand(self):
        """One step of one unit: what goes into the gates is bounded before it reaches weights, input and state."""
        cell = LSTMCell(np.full((1, 4), 2.0), np.full((1, 4), 3.0), np.zeros(4))
        trace = through_time.trace(cell, np.full((1, 1, 1), 0.1), np.full((1, 1), 0.1), np.ones((1, 1)))
        found = through_time.backward(cell, trace, np.full((1, 1, 1), 1e6), clipping_threshold=0.1)
        np.testing.assert_allclose(found.bias, [0.1, 0.1, 0.1, 0.1])
        np.testing.assert_allclose(found.kernel, [[0.01, 0.01, 0.01, 0.01]])
        np.testing.assert_allclose((found.x.item(), found.h.item()), (4 * 0.1 * 2, 4 * 0.1 * 3))
        assert found.c.item() > 1000  # the state itself is not bounded, as in Caffe

    def test_it_keeps_a_long_way_back_from_exploding(self):
        """Over 200 steps with large recurrent weights the bounded gradient stays below the free one, and finite."""
        cell = LSTMCell(normal(1, 1, 8), normal(2, 2, 8) * 5, np.zeros(8), "linear")
        trace = through_time.trace(cell, normal(3, 1, 200, 1), *cell.zero_state(1))
        weigh = np.ones((1, 200, 2))
        free, bounded = (through_time.backward(cell, trace, weigh, clipping_threshold=threshold) for threshold in (None, 0.1))
        assert np.abs(bounded.recurrent_kernel).max() < np.abs(free.recurrent_kernel).max()
        assert np.abs(bounded.bias).max() <= 200 * 0.1


class TestKind:
    """Types, shapes, and what is left alone."""

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_types_and_shapes(self, dtype):
        """Derivatives are of the type of the weights and of the shape of what they are by; what is given is not changed."""
        arrays, weigh, state = problem()
        arrays = {name: array.astype(dtype) for name, array in arrays.items()}
        weigh, state = weigh.astype(dtype), tuple(part.astype(dtype) for part in state)
        before = [array.copy() for array in (*arrays.values(), weigh, *state)]
        cell, trace = run(arrays, "tanh", CLIP)
        found = through_time.backward(cell, trace, weigh, state)
        assert {name: getattr(found, name).shape for name in arrays} == {name: array.shape for name, array in arrays.items()}
        assert {getattr(found, name).dtype for name in arrays} | {trace.outputs.dtype} == {np.dtype(dtype)}
        assert all((now == then).all() for now, then in zip((*arrays.values(), weigh, *state), before, strict=True))

    def test_the_input_may_be_left_out(self):
        """Without `propagate_down` there is no derivative by the input, and the others are the same."""
        arrays, weigh, _ = problem()
        cell, trace = run(arrays, "tanh", None)
        found = through_time.backward(cell, trace, weigh, propagate_down=False)
        assert found.x is None
        assert (found.kernel == through_time.backward(cell, trace, weigh).kernel).all()


def test_keras_agrees():
    """Outputs, last state and the derivatives by weights, input and first state are those of Keras's layer, in float64."""
    import tensorflow as tf

    from zhgen.training.backend import load_keras

    layer = load_keras(1).layers.LSTM(H, return_sequences=True, return_state=True, dtype="float64")
    arrays, weigh, weigh_state = problem()
    layer.build((B, T, D))
    layer.set_weights([arrays[name] for name in ("kernel", "recurrent_kernel", "bias")])
    x, h, c = (tf.constant(arrays[name]) for name in ("x", "h", "c"))
    with tf.GradientTape() as tape:
        tape.watch([x, h, c])
        outputs, *state = layer(x, initial_state=[h, c])
        parts = zip((outputs, *state), (weigh, *weigh_state), strict=True)
        loss = sum(tf.reduce_sum(part * weight) for part, weight in parts)
    expected = tape.gradient(loss, [*(variable.value for variable in layer.trainable_variables), x, h, c])
    cell, trace = run(arrays, "tanh", None)
    np.testing.assert_allclose(trace.outputs, outputs, rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.state, state, rtol=0, atol=1e-12)
    found = through_time.backward(cell, trace, weigh, weigh_state)
    for name, right in zip(arrays, expected, strict=True):
        np.testing.assert_allclose(getattr(found, name), right, rtol=1e-9, atol=1e-12, err_msg=name)
