"""Networks side by side as one: their LSTM layers become one wide layer whose units only see those of their own network.

The recurrent kernels (H, 4H) of M members stand as blocks on the diagonal of one (M·H, 4·M·H). The linear layers stay apart,
(M, H, D), and so does what looks back: what is put out is the mean of the M directions (`zhgen.recurrent.network`).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from zhgen.recurrent.cells import GATES

_APART = ("output/", "attention/")  # weights of which each member keeps its own

Array = NDArray[np.float32]
Weights = dict[str, Array]


def merge(members: Sequence[Weights]) -> Weights:
    """Return the network that M networks are together; one stays as it is.

    Args:
        members: The weights of each, under the names of a bundle; all of one shape.
    """
    if len(members) == 1:
        return dict(members[0])
    return {name: _merged(name, [member[name] for member in members]) for name in members[0]}


def split(weights: Mapping[str, Array], count: int) -> list[Weights]:
    """Return the weights of `count` members of which `merge` made one network; what belongs to no layer is left out."""
    layers = {name: value for name, value in weights.items() if name.startswith(("lstm_", *_APART))}
    if count == 1:
        return [layers]
    return [{name: _own(name, value, number, count) for name, value in layers.items()} for number in range(count)]


def _merged(name: str, parts: Sequence[Array]) -> Array:
    if name.startswith(_APART):
        return np.stack(parts)
    if _reads_the_same(name):
        return _side_by_side(parts)
    nothing = np.zeros_like(parts[0])
    rows = [[part if place == number else nothing for place in range(len(parts))] for number, part in enumerate(parts)]
    return np.concatenate([_side_by_side(row) for row in rows])


def _own(name: str, whole: Array, number: int, count: int) -> Array:
    """Return what `_merged` took from one member."""
    if name.startswith(_APART):
        own: Array = whole[number]
        return own
    rows = whole if _reads_the_same(name) else whole.reshape(count, -1, whole.shape[-1])[number]
    gates = rows.reshape(*rows.shape[:-1], GATES, count, -1)
    return gates[..., number, :].reshape(*rows.shape[:-1], -1)


def _reads_the_same(name: str) -> bool:
    """Return whether weights have no rows of their own for each member: those of the first layer's inputs, and biases."""
    return name == "lstm_1/kernel" or name.endswith("/bias")


def _side_by_side(parts: Sequence[Array]) -> Array:
    """Return (…, 4·M·H) of M times (…, 4H): every gate has the units of all members."""
    gates = [part.reshape(*part.shape[:-1], GATES, -1) for part in parts]
    return np.concatenate(gates, axis=-1).reshape(*parts[0].shape[:-1], -1)
