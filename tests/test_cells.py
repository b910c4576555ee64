"""The long short-term memory cell."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.recurrent.cells import LSTMCell, sigmoid


def counting(output="tanh", dtype=np.float64):
    """Return a cell of one unit that reads one number, with weights 0.1, 0.2, … in order."""
    weights = np.arange(1, 13, dtype=dtype) / 10
    return LSTMCell(weights[None, :4], weights[None, 4:8], weights[8:], output)


def random_cell(size, units, output="tanh", seed=0):
    """Return a cell with normal weights."""
    rng = np.random.default_rng(seed)
    shapes = (size, 4 * units), (units, 4 * units), (4 * units,)
    return LSTMCell(*(rng.normal(size=shape).astype(np.float32) for shape in shapes), output)


class TestSigmoid:
    """1 / (1 + exp(−x))."""

    def test_known_values(self):
        """At 0 it is a half, at ±ln 3 three and one quarters."""
        x = np.array([0, math.log(3), -math.log(3)])
        np.testing.assert_allclose(sigmoid(x), [0.5, 0.75, 0.25], rtol=1e-15)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_never_overflows(self, dtype):
        """The greatest and the least number and infinity give 1 and 0, without a warning."""
        largest = np.finfo(dtype).max
        values = sigmoid(np.array([largest, np.inf, 1000, -1000, -np.inf, -largest], dtype=dtype))
        assert values.tolist() == [1, 1, 1, 0, 0, 0]
        assert values.dtype == dtype

    @given(st.lists(st.floats(-700, 700), min_size=1, max_size=20))
    @settings(deadline=None)
    def test_the_formula(self, numbers):
        """Where exp does not overflow the formula itself gives the same, and what is given is not changed."""
        x = np.array(numbers)
        np.testing.assert_allclose(sigmoid(x), [1 / (1 + math.exp(-number)) for number in numbers], rtol=1e-12, atol=1e-15)
        assert x.tolist() == numbers


class TestStep:
    """One step of a cell."""

    def test_by_hand_tanh(self):
        """With x = 1, h = 2, c = 3 the gates before activation are 2.0, 2.4, 2.8 and 3.2 (0.1 + 2·0.5 + 0.9 and so on)."""
        h, c = counting().step(np.array([[1.0]]), np.array([[2.0]]), np.array([[3.0]]))
        state = 3 / (1 + math.exp(-2.4)) + math.tanh(2.8) / (1 + math.exp(-2.0))
        assert c.item() == pytest.approx(state, rel=1e-12) == pytest.approx(3.6247889, abs=1e-6)
        assert h.item() == pytest.approx(math.tanh(state) / (1 + math.exp(-3.2)), rel=1e-12)
        assert h.item() == pytest.approx(0.9594700, abs=1e-6)

    def test_by_hand_linear(self):
        """With a linear output the same state comes out as it is, behind the output gate: 3.6248 · σ(3.2)."""
        h, c = counting("linear").step(np.array([[1.0]]), np.array([[2.0]]), np.array([[3.0]]))
        assert c.item() == pytest.approx(3.6247889, abs=1e-6)
        assert h.item() == pytest.approx(c.item() / (1 + math.exp(-3.2)), rel=1e-12)
        assert h.item() == pytest.approx(3.4828214, abs=1e-6)

    def test_gates_that_are_shut(self):
        """With forget gate open, input gate shut and output gate open the state passes through untouched."""
        bias = np.array([-1000, -1000, 1000, 1000, 7, 7, 1000, 1000], dtype=np.float32)  # i i f f g g o o
        cell = LSTMCell(np.zeros((3, 8), np.float32), np.zeros((2, 8), np.float32), bias, "linear")
        h, c = cell.step(np.ones((1, 3), np.float32), np.zeros((1, 2), np.float32), np.array([[5, 6]], np.float32))
        assert (h.tolist(), c.tolist()) == ([[5, 6]], [[5, 6]])

    def test_what_is_given_is_not_changed(self):
        """Input and state are as they were."""
        cell, given_ones = (
            random_cell(3, 2),
            (np.ones((1, 3), np.float32), np.ones((1, 2), np.float32), np.ones((1, 2), np.float32)),
        )
        cell.step(*given_ones)
        cell.forward(given_ones[0][:, None], *given_ones[1:])
        assert all((array == 1).all() for array in given_ones)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_keeps_the_type_of_its_weights(self, dtype):
        """A cell of float32 puts out float32, one of float64 float64."""
        cell = counting(dtype=dtype)
        h, c = cell.zero_state(2)
        assert (h.dtype, c.dtype) == (dtype, dtype)
        x = np.ones((2, 1), dtype)
        assert {array.dtype for array in (*cell.step(x, h, c), *cell.forward(x[:, None], h, c))} == {np.dtype(dtype)}


class TestForward:
    """Whole sequences."""

    @pytest.mark.parametrize("output", ["tanh", "linear"])
    def test_is_step_after_step(self, output):
        """Two sequences of seven steps read at once give what they give step by step, from a state that is not zero."""
        cell = random_cell(5, 4, output)
        rng = np.random.default_rng(1)
        x = rng.normal(size=(2, 7, 5)).astype(np.float32)
        h, c = (rng.normal(size=(2, 4)).astype(np.float32) for _ in range(2))
        outputs, last_h, last_c = cell.forward(x, h, c)
        for t in range(7):
            h, c = cell.step(x[:, t], h, c)
            np.testing.assert_allclose(outputs[:, t], h, atol=2e-6)
        assert outputs.shape == (2, 7, 4)
        np.testing.assert_allclose(last_h, h, atol=2e-6)
        np.testing.assert_allclose(last_c, c, atol=2e-6)

    def test_no_steps(self):
        """A sequence of no steps leaves the state as it was."""
        h, c = np.ones((2, 4), np.float32), np.full((2, 4), 2, np.float32)
        outputs, last_h, last_c = random_cell(5, 4).forward(np.zeros((2, 0, 5), np.float32), h, c)
        assert outputs.shape == (2, 0, 4)
        assert ((last_h == 1).all(), (last_c == 2).all()) == (True, True)


class TestShapes:
    """Weights that do not belong together are refused."""

    def test_sizes(self):
        """A cell of 4 units that reads 5 numbers says so."""
        cell = random_cell(5, 4)
        assert (cell.input_size, cell.units, cell.zero_state(3)[0].shape) == (5, 4, (3, 4))
        assert [array.any() for array in cell.zero_state(3)] == [False, False]

    @pytest.mark.parametrize(
        ("kernel", "recurrent", "bias", "named"),
        [
            ((5, 16), (4, 12), (16,), r"recurrent kernel \(4, 12\)"),
            ((5, 16), (4, 16), (12,), r"bias \(12,\)"),
            ((5, 12), (4, 16), (16,), r"kernel \(5, 12\) does not match 4 units"),
            ((16,), (4, 16), (16,), r"kernel \(16,\) does not match 4 units"),
        ],
    )
    def test_refused(self, kernel, recurrent, bias, named):
        """The weights that do not match are named with their shapes."""
        with pytest.raises(ValueError, match=named):
            LSTMCell(np.zeros(kernel), np.zeros(recurrent), np.zeros(bias))
