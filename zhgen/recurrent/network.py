"""LSTM layers one above the other, and a linear layer on top: one network, or several side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhgen.recurrent.attention import Attention, Memory
from zhgen.recurrent.cells import Floats, LSTMCell

State = tuple[tuple[Floats, Floats], ...]
"""For each layer its output and its state, each (B, H)."""


_SHORT = 1e-12  # a length whose square is still precise


@dataclass(frozen=True)
class LSTMNetwork:
    """Reads vectors, puts out vectors.

    Args:
        cells: The layers, the lowest first; each reads what the one below puts out.
        kernel: (H, D), the linear layer; None puts out what the highest layer does. Or (M, H/M, D), the linear layers of M
            networks, each on its own share of the units: what is put out is the mean of what they put out, each scaled to
            length 1. So it is the shorter, the less they agree. The cells' units are those of all networks in a row, or, when
            the cells have a leading axis too, those of one.
        bias: (D,) or (M, D), the linear layers' bias.
        attention: What looks back at vectors that were read before, for networks whose output is a mean or who have a linear
            layer; None looks at none.

    Raises:
        ValueError: A layer does not fit on the one below.
    """

    cells: Sequence[LSTMCell]
    kernel: Floats | None = None
    bias: Floats | None = None
    attention: Attention | None = None

    def __post_init__(self) -> None:
        for below, above in zip(self.cells, self.cells[1:], strict=False):
            if above.input_size != below.units:
                raise ValueError(f"a layer that reads {above.input_size} numbers stands on one of {below.units} units")
        members = () if self.kernel is None or self.apart else self.kernel.shape[:-2]
        if self.kernel is not None and self.kernel.shape[-2] * math.prod(members) != self.cells[-1].units:
            raise ValueError(f"output kernel {self.kernel.shape} stands on {self.cells[-1].units} units")

    @property
    def apart(self) -> bool:
        """Whether the cells hold several networks along a leading axis."""
        return self.cells[-1].recurrent_kernel.ndim == 3

    def zero_state(self, batch_size: int) -> State:
        """Return the state before anything was read."""
        return tuple(cell.zero_state(batch_size) for cell in self.cells)

    def step(self, x: Floats, state: State) -> tuple[Floats, State]:
        """Read one vector each; a network with attention reads by `forward`.

        Args:
            x: (B, D).
            state: What the network remembers.

        Returns:
            The output, (B, D'), and the state after it.
        """
        return self.advance(self.cells[0].project(x), state)

    def advance(self, projected: Floats, state: State) -> tuple[Floats, State]:
        """Read one vector each, as `step` does, that the lowest layer has projected, (B, 4H)."""
        after = self.climb(projected, state)
        return self.put_out(after[-1][0]), after

    def climb(self, projected: Floats, state: State) -> State:
        """Return the state after one vector each that the lowest layer has projected, (B, 4H)."""
        after: list[tuple[Floats, Floats]] = []
        for cell, (h, c) in zip(self.cells, state, strict=True):
            read = cell.project(after[-1][0]) if after else projected
            after.append(cell.advance(read, h, c))
        return tuple(after)

    def forward(self, x: Floats, state: State, memory: Memory | None = None) -> tuple[Floats, State]:
        """Read whole sequences.

        Args:
            x: (B, T, D).
            state: What the network remembers.
            memory: What it can look back at, which is changed; None is nothing before these sequences.

        Returns:
            The outputs of all steps, (B, T, D'), and the state after the last.
        """
        after, read = [], x
        for cell, (h, c) in zip(self.cells, state, strict=True):
            x, h, c = cell.forward(x, h, c)
            after.append((h, c))
        found = None
        if self.attention is not None:
            before = self.by_member(state[-1][0])
            found = self.attention.look(self.by_member(x), before, read, memory or Memory(self.attention, len(read)))
        return self.put_out(x, found), tuple(after)

    def by_member(self, h: Floats) -> Floats:
        """Return what a layer puts out, (…, H), as that of each network, (M, …, H/M)."""
        if self.apart:
            return h
        members = 1 if self.kernel is None or self.kernel.ndim == 2 else len(self.kernel)
        return np.moveaxis(h.reshape(*h.shape[:-1], members, h.shape[-1] // members), -2, 0)

    def put_out(self, h: Floats, found: Floats | None = None) -> Floats:
        """Return the output, (…, D), for what the highest layer puts out, (…, H).

        Args:
            h: Likewise (M, …, H/M), if the networks are apart.
            found: (M, …, D), what attention found.
        """
        if self.kernel is None:
            return h
        more = None if self.attention is None or found is None else self.attention.put_out(found)
        if self.kernel.ndim == 3:
            return self._mean_direction(h, more)
        y: Floats = h @ self.kernel
        if more is not None:
            y += more[0]
        return y if self.bias is None else y + self.bias

    def _mean_direction(self, h: Floats, more: Floats | None) -> Floats:
        assert self.kernel is not None
        members, units, size = self.kernel.shape
        x = self.by_member(h)
        between = [1] * (x.ndim - 3)
        y: Floats = x @ self.kernel.reshape(members, *between, units, size)
        if more is not None:
            y += more
        y += 0 if self.bias is None else self.bias.reshape(members, *between, 1, size)
        return mean_direction(y)


def mean_direction(rows: Floats) -> Floats:
    """Return the mean of rows (M, …, D) that are scaled to length 1; they may be overwritten."""
    mean: Floats = np.add.reduce(_at_length_1(rows), axis=0)
    mean /= len(rows)
    return mean


def _at_length_1(rows: Floats) -> Floats:
    """Return rows (…, D) scaled to length 1, those of zeros as they are; they may be overwritten."""
    lengths = np.sqrt(np.einsum("...i,...i->...", rows, rows))[..., np.newaxis]  # einsum does not warn of overflow
    if not all(_SHORT < length < math.inf for length in lengths.ravel().tolist()):  # squares of huge or tiny numbers are none
        tiny = np.finfo(rows.dtype).tiny
        rows /= np.maximum(np.abs(rows).max(axis=-1, keepdims=True), tiny)
        lengths = np.maximum(np.sqrt(np.add.reduce(rows * rows, axis=-1, keepdims=True)), tiny)
    rows /= lengths
    return rows
