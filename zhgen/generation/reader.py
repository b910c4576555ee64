"""Feeds pieces to a model's network, as it was trained to read them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zhgen.recurrent.attention import Memory
from zhgen.recurrent.network import LSTMNetwork, State

_STEPS_AT_ONCE = 4096  # of a long text, or of windows side by side: what the gates of more would take is better left free

Floats = NDArray[np.float32]
Ids = NDArray[np.int32]


class Reader:
    """Feeds pieces to the network and keeps what it remembers.

    Args:
        network: What reads.
        table: float32 (V, D), the vectors that are read, before `scale`.
        scale: What each is multiplied with.
        timesteps: How many of the last pieces are read again from a zero state for every new one, as the model was
            trained; None when it was trained with its state carried on.
    """

    def __init__(self, network: LSTMNetwork, table: Floats, scale: float, timesteps: int | None) -> None:
        self.network, self.table, self.scale, self.timesteps = network, table, np.float32(scale), timesteps
        self.state: State = network.zero_state(1)
        self._memory = None if network.attention is None else Memory(network.attention, 1)
        self.last: Ids = np.array([], dtype=np.int32)  # the pieces to be read again

    def read(self, ids: Sequence[int] | Ids) -> Floats:
        """Read pieces and return the output after the last, float32 (1, D)."""
        if self.timesteps is None:
            return self._carry_on(ids)[-1:]
        self.last = np.concatenate([self.last, np.asarray(ids, dtype=np.int32)])[-self.timesteps :]
        return self._last_outputs(self.last[np.newaxis])

    def outputs(self, ids: Sequence[int] | Ids) -> Floats:
        """Read pieces and return the output after each, float32 (n, D)."""
        if self.timesteps is None:
            return self._carry_on(ids)
        read = np.concatenate([self.last, np.asarray(ids, dtype=np.int32)])
        self.last = read[-self.timesteps :]
        return self._windows(read, len(ids), self.timesteps)

    def _carry_on(self, ids: Sequence[int] | Ids) -> Floats:
        if len(ids) > _STEPS_AT_ONCE:
            starts = range(0, len(ids), _STEPS_AT_ONCE)
            return np.concatenate([self._carry_on(ids[start : start + _STEPS_AT_ONCE]) for start in starts])
        vectors = self._vectors(np.asarray(ids, dtype=np.int32))
        outputs, self.state = self.network.forward(vectors[np.newaxis], self.state, self._memory)
        carried: Floats = outputs[0].astype(np.float32, copy=False)
        return carried

    def _windows(self, read: Ids, count: int, timesteps: int) -> Floats:
        """Return the outputs after the last `count` pieces, each with up to `timesteps` pieces read from a zero state."""
        ends = np.arange(len(read) - count, len(read)) + 1
        found = [self._last_outputs(read[np.newaxis, :end]) for end in ends[ends < timesteps]]
        if len(read) >= timesteps:
            full = np.lib.stride_tricks.sliding_window_view(read, timesteps)[ends[ends >= timesteps] - timesteps]
            rows = max(1, _STEPS_AT_ONCE // timesteps)
            found += [self._last_outputs(full[start : start + rows]) for start in range(0, len(full), rows)]
        return np.concatenate([np.zeros((0, self.table.shape[1]), dtype=np.float32), *found])

    def _last_outputs(self, windows: Ids) -> Floats:
        """Return the last outputs, (B, D), of windows int32 (B, T) read from a zero state."""
        outputs, _ = self.network.forward(self._vectors(windows), self.network.zero_state(len(windows)))
        return outputs[:, -1].astype(np.float32, copy=False)

    def _vectors(self, ids: Ids) -> Floats:
        vectors: Floats = self.table[ids] * self.scale
        return vectors
