"""How other libraries lay out the weights of an LSTM layer, to and fro.

| library | gates in the order | kernels |
|---|---|---|
| zhgen, Keras | input, forget, candidate, output (i f c o) | (D, 4H) and (H, 4H), one bias |
| PyTorch | input, forget, candidate, output (i f g o) | (4H, D) and (4H, H), two biases that are added |
| Torch7 | input, forget, output, candidate | (4H, D) and (4H, H), two biases that are added |
| Caffe | input, forget, output, candidate | (4H, D) and (4H, H), one bias |

Every way is a transposition and a permutation: not a bit changes. Of two biases only the sum matters, so that is what comes in,
and what goes out is the bias and zeros.
"""

from collections.abc import Sequence

import numpy as np

from zhgen.recurrent.cells import GATES, Floats, LSTMCell, Output

TWO_BIASES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
"""The names of PyTorch's `LSTMCell`; `nn.LSTM` puts `_l0`, `_l1`, … after them."""


def to_keras(cell: LSTMCell) -> list[Floats]:
    """Return kernel (D, 4H), recurrent kernel (H, 4H) and bias (4H,), for `keras.layers.LSTM.set_weights`."""
    return [cell.kernel.copy(), cell.recurrent_kernel.copy(), cell.bias.copy()]


def from_keras(weights: Sequence[Floats], output: Output = "tanh") -> LSTMCell:
    """Return the cell of what `keras.layers.LSTM.get_weights` returns.

    Raises:
        ValueError: The shapes do not belong together.
    """
    kernel, recurrent_kernel, bias = weights
    return LSTMCell(kernel, recurrent_kernel, bias, output)


def to_torch(cell: LSTMCell) -> dict[str, Floats]:
    """Return weight_ih (4H, D), weight_hh (4H, H), bias_ih (4H,) and bias_hh (4H,), as PyTorch's LSTM names and orders them."""
    arrays = cell.kernel.T, cell.recurrent_kernel.T, cell.bias, np.zeros_like(cell.bias)
    return {name: np.array(array, order="C") for name, array in zip(TWO_BIASES, arrays, strict=True)}


def from_torch(weights: dict[str, Floats], output: Output = "tanh") -> LSTMCell:
    """Return the cell of the weights of PyTorch's LSTM, by the names of `to_torch`.

    Raises:
        ValueError: The shapes do not belong together.
    """
    weight_ih, weight_hh, bias_ih, bias_hh = (weights[name] for name in TWO_BIASES)
    return LSTMCell(weight_ih.T, weight_hh.T, bias_ih + bias_hh, output)


def to_torch7(cell: LSTMCell) -> dict[str, Floats]:
    """Return the weights as `to_torch` does, with the gates in Torch7's and Caffe's order: input, forget, output, candidate."""
    return {name: _swap_last_gates(array) for name, array in to_torch(cell).items()}


def from_torch7(weights: dict[str, Floats], output: Output = "tanh") -> LSTMCell:
    """Return the cell of weights whose gates are in the order input, forget, output, candidate.

    Raises:
        ValueError: The shapes do not belong together.
    """
    return from_torch({name: _swap_last_gates(weights[name]) for name in TWO_BIASES}, output)


def _swap_last_gates(array: Floats) -> Floats:
    """Exchange candidate and output gate along the first axis, (4H, …)."""
    gates = array.reshape(GATES, -1, *array.shape[1:])  # (4, H, …)
    return gates[[0, 1, 3, 2]].reshape(array.shape)
