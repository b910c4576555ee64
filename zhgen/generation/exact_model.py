"""A model on grids: the same pieces give the same scores to the last bit, however many texts are written side by side."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError
from zhgen.generation.decoder import Decoder
from zhgen.recurrent.attention import ARRAYS
from zhgen.recurrent.exact_network import exact_network
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
        self.decoder = decoder.on_grid()
        *self._members, _, gates = self.network.cells[0].kernel.shape
        width = gates * math.prod(self._members)
        kept = min(len(table), _KEPT // (4 * width))
        self._kept = np.empty((kept, width), dtype=np.float32)  # of a piece all together: it is found in one place
        self._known = np.zeros(kept, dtype=bool)

    def project(self, ids: NDArray[np.intp]) -> Floats:
        """Return what pieces add to the gates of the lowest layer, float32 (…, n, 4H)."""
        frequent = ids < len(self._known)
        if frequent.all():
            rows = self._remembered(ids)
        else:
            rows = np.empty((len(ids), self._kept.shape[1]), dtype=np.float32)
            rows[frequent] = self._remembered(ids[frequent])
            rows[~frequent] = self._projected(ids[~frequent])
        return rows.reshape(len(ids), *self._members, -1).swapaxes(0, -2)

    def _remembered(self, ids: NDArray[np.intp]) -> Floats:
        new = ids[~self._known[ids]]
        if len(new):
            self._kept[new] = self._projected(new)
            self._known[new] = True
        return self._kept.take(ids, axis=0)

    def _projected(self, ids: NDArray[np.intp]) -> Floats:
        """Return the same for pieces that are projected now, all members of each in a row, float32 (n, …·4H)."""
        projected = self.network.cells[0].project(on_grid(self.table[ids], self.bits))
        rows: Floats = np.moveaxis(projected, -2, 0).reshape(len(ids), -1)
        return rows
