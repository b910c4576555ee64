"""Texts that are read side by side, a piece of each at a time."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zhgen.generation.exact_memory import RowMemory
from zhgen.generation.exact_model import ExactModel
from zhgen.recurrent.exact_head import ExactHead
from zhgen.recurrent.network import State

Floats = NDArray[np.float32]


def rows_of(model: ExactModel) -> "Rows":
    """Return what reads texts with a model as it was trained to; there is no text yet."""
    if model.timesteps is not None:
        return WindowRows(model, model.timesteps)
    return CarriedRows(model) if model.head is None else AttentiveRows(model, model.head, RowMemory(model.head.attention))


class Rows(ABC):
    """Texts that are read side by side."""

    @abstractmethod
    def __len__(self) -> int:
        """How many there are."""

    @abstractmethod
    def add(self) -> None:
        """Begin one more, as the last."""

    @abstractmethod
    def drop(self, row: int) -> None:
        """Leave one out; those behind it move up."""

    @abstractmethod
    def copy(self) -> "Rows":
        """Return them as they are now, to come back to."""

    @abstractmethod
    def read(self, ids: Sequence[int]) -> Floats:
        """Read the next piece of each and return the outputs, float32 (n, D)."""


class CarriedRows(Rows):
    """Those of a model whose state is carried on."""

    def __init__(self, model: ExactModel, state: State | None = None) -> None:
        self.model = model
        self.state = model.network.zero_state(0) if state is None else state  # arrays (…, n, H) that are never changed

    def __len__(self) -> int:
        """Return how many there are."""
        return int(self.state[0][0].shape[-2])

    def add(self) -> None:
        """Begin one more."""
        fresh = self.model.network.zero_state(1)
        self.state = tuple(
            (np.concatenate([h, new_h], axis=-2), np.concatenate([c, new_c], axis=-2))
            for (h, c), (new_h, new_c) in zip(self.state, fresh, strict=True)
        )

    def drop(self, row: int) -> None:
        """Leave one out."""
        self.state = tuple((np.delete(h, row, axis=-2), np.delete(c, row, axis=-2)) for h, c in self.state)

    def copy(self) -> "CarriedRows":
        """Return them as they are now."""
        return CarriedRows(self.model, self.state)

    def read(self, ids: Sequence[int]) -> Floats:
        """Read the next piece of each."""
        outputs, self.state = self.model.network.advance(self.model.project(ids), self.state)
        return np.ascontiguousarray(outputs)


class AttentiveRows(CarriedRows):
    """Those of a model that looks back at what it read."""

    def __init__(self, model: ExactModel, head: ExactHead, memory: RowMemory, state: State | None = None) -> None:
        super().__init__(model, state)
        self.head, self.memory = head, memory

    def add(self) -> None:
        """Begin one more."""
        super().add()
        self.memory.add()

    def drop(self, row: int) -> None:
        """Leave one out."""
        super().drop(row)
        self.memory.drop(row)

    def copy(self) -> "AttentiveRows":
        """Return them as they are now; this takes as long as a word."""
        return AttentiveRows(self.model, self.head, self.memory.copy(), self.state)

    def read(self, ids: Sequence[int]) -> Floats:
        """Read the next piece of each."""
        network = self.model.network
        self.state = network.climb(self.model.project(ids), self.state)
        own, queries, next_keys = self.head.read(network.by_member(self.state[-1][0]))
        found = self.memory.step(queries, next_keys, self.model.table.take(ids, axis=0))
        return np.ascontiguousarray(self.head.put_out(own, found))


class WindowRows(Rows):
    """Those of a model that reads its last pieces anew, from a zero state, for every piece."""

    def __init__(self, model: ExactModel, timesteps: int, windows: Sequence[tuple[int, ...]] = ()) -> None:
        self.model, self.timesteps, self.windows = model, timesteps, list(windows)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.windows)

    def add(self) -> None:
        """Begin one more."""
        self.windows.append(())

    def drop(self, row: int) -> None:
        """Leave one out."""
        del self.windows[row]

    def copy(self) -> "WindowRows":
        """Return them as they are now."""
        return WindowRows(self.model, self.timesteps, self.windows)

    def read(self, ids: Sequence[int]) -> Floats:
        """Read the next piece of each."""
        self.windows = [(*window, piece)[-self.timesteps :] for window, piece in zip(self.windows, ids, strict=True)]
        lengths = np.array([len(window) for window in self.windows])
        outputs = np.empty((len(self), self.model.decoder.table.shape[1]), dtype=np.float32)
        for length in set(lengths.tolist()):
            (rows,) = np.nonzero(lengths == length)
            outputs[rows] = self._last(np.array([self.windows[row] for row in rows]))
        return outputs

    def _last(self, windows: NDArray[np.intp]) -> Floats:
        """Return the outputs, (B, D), after windows (B, T)."""
        network = self.model.network
        state = network.zero_state(len(windows))
        for pieces in windows.T:
            outputs, state = network.advance(self.model.project(pieces.tolist()), state)
        return outputs.astype(np.float32, copy=False)
