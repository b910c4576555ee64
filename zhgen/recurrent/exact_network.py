"""A network whose outputs are the same to the last bit, whatever is computed beside them (`zhgen.recurrent.grid`)."""

import math
from dataclasses import dataclass, replace

import numpy as np

from zhgen.recurrent.attention import ARRAYS, Attention
from zhgen.recurrent.cells import GATES, Floats, LSTMCell
from zhgen.recurrent.exact_cell import ExactCell
from zhgen.recurrent.grid import Reach, fit_grids
from zhgen.recurrent.network import LSTMNetwork

_TYPICAL_OUTPUT = 0.3  # of a unit of an LSTM


@dataclass(frozen=True)
class ExactAttention(Attention):
    """An attention whose products are exact; `output` reads whole numbers, multiples of 2^-bits.

    Args:
        bits: How fine the grid is on which what is found lies.
    """

    bits: int = 0

    def by_age(self) -> Floats:
        """Return what is added to the likeness of the last N moments, oldest first, (M, N), so that `nothing` has 0."""
        faded: Floats = self.faded(np.arange(self.length, 0, -1)) - self.nothing[:, np.newaxis]
        return faded.astype(np.float32)

    def find(self, scores: Floats, vectors: Floats) -> Floats:
        """Return what n texts find, (n, M, D), in multiples of 2^-bits.

        Args:
            scores: (n, M, N), likenesses with `by_age` added; −inf leaves one out. They are overwritten.
            vectors: (n, N, D).
        """
        highest = np.maximum.reduce(scores, axis=-1, keepdims=True, initial=0.0)
        scores -= highest
        np.exp(scores, out=scores)
        total = np.add.reduce(scores, axis=-1, keepdims=True)
        total += np.exp(-highest)
        found: Floats = scores @ vectors
        found *= np.float32(2.0**self.bits) / total
        return np.rint(found, out=found)


def exact_network(network: LSTMNetwork, longest: float) -> tuple[int, LSTMNetwork]:
    """Return how many bits a network's inputs are to have, and the network on grids; members that can be are taken apart.

    Args:
        network: What is trained; its cells put out tanh.
        longest: The greatest length that an input has.
    """
    network = take_apart(network)
    cells, kernel, attention = list(network.cells), network.kernel, network.attention
    input_bits, (cells_kernel,) = fit_grids([cells[0].kernel], Reach(longest, longest, longest))
    cells[0] = replace(cells[0], kernel=cells_kernel)
    for number, cell in enumerate(cells):
        above = cells[number + 1].kernel if number + 1 < len(cells) else kernel
        highest = number + 1 == len(cells)
        looks = [] if attention is None or not highest else [attention.query, attention.key]
        reads = [cell.recurrent_kernel, *([] if above is None else [above]), *looks]
        root = math.sqrt(cell.units)
        bits, (recurrent_kernel, *rounded) = fit_grids(reads, Reach(root, 1.0, _TYPICAL_OUTPUT * root))
        cells[number] = ExactCell.of(replace(cell, recurrent_kernel=recurrent_kernel), bits)
        if not highest:
            cells[number + 1] = replace(cells[number + 1], kernel=rounded[0])
        elif above is not None:
            kernel = rounded[0]
        if looks and attention is not None:
            attention = _exact_attention(attention, rounded[-2], rounded[-1], longest)
    return input_bits, replace(network, cells=cells, kernel=kernel, attention=attention)


def _exact_attention(attention: Attention, query: Floats, key: Floats, longest: float) -> ExactAttention:
    """Return an attention with queries and keys on grids, and with a grid for what is found: a mean of inputs is no longer."""
    bits, (output,) = fit_grids([attention.output], Reach(longest, longest, longest / 2))
    arrays = {name: getattr(attention, name) for name in ARRAYS}
    arrays |= {"query": query, "key": key, "output": output * np.float32(2.0**-bits)}
    return ExactAttention(**arrays, length=attention.length, bits=bits)


def take_apart(network: LSTMNetwork) -> LSTMNetwork:
    """Return a network of M members with each member's weights apart, if no unit sees those of another; else as it is."""
    members = 0 if network.kernel is None or network.kernel.ndim == 2 or network.apart else len(network.kernel)
    if not members or network.bias is None:
        return network
    cells = [_apart(cell, members, lowest=number == 0) for number, cell in enumerate(network.cells)]
    whole = [cell for cell in cells if cell is not None]
    return replace(network, cells=whole) if len(whole) == len(cells) else network


def _apart(cell: LSTMCell, members: int, *, lowest: bool) -> LSTMCell | None:
    recurrent_kernel = _blocks(cell.recurrent_kernel, members)
    kernel = _columns(cell.kernel, members) if lowest else _blocks(cell.kernel, members)
    if recurrent_kernel is None or kernel is None:
        return None
    return LSTMCell(kernel, recurrent_kernel, _columns(cell.bias[np.newaxis], members), cell.output)


def _columns(whole: Floats, members: int) -> Floats:
    """Return (M, R, 4H) of (R, 4·M·H): of every gate the units of each member."""
    gates = whole.reshape(len(whole), GATES, members, -1)
    return np.ascontiguousarray(np.moveaxis(gates, 2, 0)).reshape(members, len(whole), -1)


def _blocks(whole: Floats, members: int) -> Floats | None:
    """Return the blocks on the diagonal, (M, R, 4H) of (M·R, 4·M·H); None if there is anything beside them."""
    by_rows = _columns(whole, members).reshape(members, members, -1, GATES * whole.shape[1] // (GATES * members))
    own = [by_rows[number, number] for number in range(members)]
    if np.count_nonzero(by_rows) != sum(np.count_nonzero(block) for block in own):
        return None
    return np.stack(own)
