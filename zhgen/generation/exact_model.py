"""A model on grids: the same pieces give the same scores to the last bit, however many texts are written side by side."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError
from zhgen.generation.decoder import Decoder
from zhgen.recurrent.attention import ARRAYS
from zhgen.recurrent.cells import GATES
from zhgen.recurrent.exact_head import ExactHead
from zhgen.recurrent.exact_network import ExactAttention, exact_network
from zhgen.recurrent.grid import on_grid
from zhgen.recurrent.network import LSTMNetwork

_KEPT = 64 * 2**20  # bytes of projected inputs: of the most frequent pieces, which have the lowest ids

Floats = NDArray[np.float32]


class ExactModel:
    """A bundle's network and decoder for writing. Threads may share one.

    Args:
        network: As it was trained.
        decoder: Likewise.
        table: float32 (V, D), the vectors that are read, before `scale`.
        scale: What each is multiplied with.
        timesteps: How many of the last pieces are read again from a zero state for every new one; None carries the state on.

    Raises:
        RefusedError: The weights are not numbers.
    """

    def __init__(self, network: LSTMNetwork, decoder: Decoder, table: Floats, scale: float, timesteps: int | None) -> None:
        self.table, self.timesteps = table, timesteps
        lengths = np.sqrt(np.einsum("ij,ij->i", table, table))
        lowest = network.cells[0]
        scaled = replace(lowest, kernel=lowest.kernel * np.float32(scale))
        weights = [array for cell in (scaled, *network.cells[1:]) for array in (cell.kernel, cell.recurrent_kernel)]
        attention = network.attention
        if attention is not None:  # it looks back at vectors as they are in the table
            attention = replace(attention, output=attention.output * np.float32(scale))
            weights += [getattr(attention, name) for name in ARRAYS]
        if not all(np.isfinite(array.sum()) for array in (lengths, *weights, network.kernel)):
            raise RefusedError("The weights of this model are not finite numbers.", "Train the model again.")
        self.bits, self.network = exact_network(
            replace(network, cells=[scaled, *network.cells[1:]], attention=attention), float(lengths.max(initial=1))
        )
        attention = self.network.attention
        self.head = ExactHead.of(self.network, attention) if isinstance(attention, ExactAttention) else None
        self.decoder = decoder.on_grid()
        *members, _, gates = self.network.cells[0].kernel.shape
        self._shape, width = (GATES, *members, gates // GATES), gates * math.prod(members)
        kept = min(len(table), _KEPT // (4 * width))
        self._kept = np.empty((kept, width), dtype=np.float32)  # of a piece all together: it is found in one place
        self._known = bytearray(len(table))  # 1 for each piece whose row is there

    def project(self, ids: Sequence[int]) -> Floats:
        """Return what pieces add to the gates of the lowest layer, float32 (4, …, n, H)."""
        unknown = [row for row, piece in enumerate(ids) if not self._known[piece]]
        rows = self._learn(ids, unknown) if unknown else self._kept.take(ids, axis=0)
        gates = rows.reshape(len(ids), *self._shape)
        return gates.transpose(*range(1, gates.ndim - 1), 0, gates.ndim - 1)

    def _learn(self, ids: Sequence[int], unknown: list[int]) -> Floats:
        """Return the rows of pieces, float32 (n, 4·…·H), some of them projected now; those that there is room for stay."""
        rows = np.empty((len(ids), self._kept.shape[1]), dtype=np.float32)
        known = np.ones(len(ids), dtype=bool)
        known[unknown] = False
        pieces = np.asarray(ids)
        rows[known] = self._kept[pieces[known]]
        rows[unknown] = self._projected(pieces[unknown])
        for row in unknown:
            if ids[row] < len(self._kept):
                self._kept[ids[row]] = rows[row]
                self._known[ids[row]] = True
        return rows

    def _projected(self, ids: NDArray[np.intp]) -> Floats:
        """Return the same for pieces that are projected now, what a piece adds anywhere in one row."""
        projected = self.network.cells[0].project(on_grid(self.table[ids], self.bits))
        rows: Floats = np.moveaxis(projected, -2, 0).reshape(len(ids), -1)
        return rows
