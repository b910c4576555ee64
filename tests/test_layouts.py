"""Weights of an LSTM layer in other libraries' order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.recurrent.cells import LSTMCell, sigmoid
from zhgen.recurrent.layouts import from_keras, from_torch, from_torch7, to_keras, to_torch, to_torch7

WAYS = {"keras": (to_keras, from_keras), "torch": (to_torch, from_torch), "torch7": (to_torch7, from_torch7)}


def counting(size, units):
    """Return a cell whose weights are 1, 2, 3, … so that every value names its place."""
    numbers = np.arange(1, (size + units + 1) * 4 * units + 1, dtype=np.float64)
    kernel, recurrent, bias = np.split(numbers, [size * 4 * units, (size + units) * 4 * units])
    return LSTMCell(kernel.reshape(size, -1), recurrent.reshape(units, -1), bias)


def test_one_unit_written_out():
    """Of one unit that reads one number: kernel 1 2 3 4 for i f g o, and 1 2 4 3 where the candidate comes last."""
    cell = counting(1, 1)
    assert [array.tolist() for array in to_keras(cell)] == [[[1, 2, 3, 4]], [[5, 6, 7, 8]], [9, 10, 11, 12]]
    assert {name: array.ravel().tolist() for name, array in to_torch(cell).items()} == {
        "weight_ih": [1, 2, 3, 4],
        "weight_hh": [5, 6, 7, 8],
        "bias_ih": [9, 10, 11, 12],
        "bias_hh": [0, 0, 0, 0],
    }
    assert {name: array.ravel().tolist() for name, array in to_torch7(cell).items()} == {
        "weight_ih": [1, 2, 4, 3],
        "weight_hh": [5, 6, 8, 7],
        "bias_ih": [9, 10, 12, 11],
        "bias_hh": [0, 0, 0, 0],
    }


@given(st.integers(1, 5), st.integers(1, 4), st.sampled_from(sorted(WAYS)))
def test_there_and_back_not_a_bit_changes(size, units, library):
    """Every library's layout brings the same cell back."""
    cell = counting(size, units)
    there, back = WAYS[library]
    for mine, returned in zip(to_keras(cell), to_keras(back(there(cell))), strict=True):
        assert mine.dtype == returned.dtype
        assert (mine == returned).all()


def test_what_goes_out_is_a_copy():
    """Changing what was exported leaves the cell alone."""
    cell = counting(2, 2)
    for array in (*to_keras(cell), *to_torch(cell).values()):
        array[:] = 0
    assert cell.kernel.all()
    assert cell.recurrent_kernel.all()
    assert cell.bias.all()


@pytest.mark.parametrize("order", ["torch", "torch7"])
def test_the_step_is_that_of_the_library(order):
    """Random weights in the other layout give what its published equations give: rows by gate, two biases added."""
    rng = np.random.default_rng(0)
    size, units, batch = 3, 2, 4
    w, u = rng.normal(size=(4 * units, size)), rng.normal(size=(4 * units, units))
    bias, second = rng.normal(size=4 * units), rng.normal(size=4 * units)
    x, h, c = rng.normal(size=(batch, size)), rng.normal(size=(batch, units)), rng.normal(size=(batch, units))
    parts = np.split(x @ w.T + bias + h @ u.T + second, 4, axis=1)
    i, f, g, o = parts if order == "torch" else (parts[0], parts[1], parts[3], parts[2])
    state = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    cell = WAYS[order][1]({"weight_ih": w, "weight_hh": u, "bias_ih": bias, "bias_hh": second})
    got_h, got_c = cell.step(x, h, c)
    np.testing.assert_allclose(got_c, state, rtol=1e-12)
    np.testing.assert_allclose(got_h, sigmoid(o) * np.tanh(state), rtol=1e-12)


@pytest.mark.parametrize("library", sorted(WAYS))
def test_shapes_that_do_not_belong_together_are_refused(library):
    """A bias of another size is named."""
    there, back = WAYS[library]
    weights = there(counting(3, 2))
    if isinstance(weights, list):
        weights[2] = weights[2][:4]
    else:
        weights["bias_ih"], weights["bias_hh"] = weights["bias_ih"][:4], weights["bias_hh"][:4]
    with pytest.raises(ValueError, match=r"bias \(4,\)"):
        back(weights)
