"""How a text is laid out for training: ids in, batches of windows out; vectors are gathered inside the network."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError
from zhgen.wording import counted

Ids = NDArray[np.int32]


@dataclass(frozen=True)
class Batch:
    """Windows read side by side.

    Attributes:
        x: int32 (T, B), the pieces read, the first step first.
        y: int32 (T, B), the piece that follows each, or int32 (1, B), the one that follows the last.
        starts: Whether the state is zero before it, instead of carried over from the batch before.
    """

    x: Ids
    y: Ids
    starts: bool


@dataclass(frozen=True)
class Streams:
    """The text as B stretches read side by side in windows of T steps, each going on where it stopped; every step is predicted.

    What is left over at the end, less than B pieces, and the last short window of each stretch when it is empty, is not read.

    Args:
        ids: int32 (N,).
        batch_size: B.
        timesteps: T.
        offsets: Draws where each pass begins, so that the borders of windows and stretches fall elsewhere every time and what
            is left over differs; the text goes on from its end to its beginning. None begins at the beginning.

    Raises:
        RefusedError: The text is too short for one window.
    """

    ids: Ids
    batch_size: int
    timesteps: int
    offsets: np.random.Generator | None = None

    def __post_init__(self) -> None:
        _check_length(self.ids, self.timesteps)
        most = max(1, len(self.ids) // (self.timesteps + 1))
        object.__setattr__(self, "batch_size", min(self.batch_size, most))

    @property
    def _length(self) -> int:
        """How many pieces of each stretch are read."""
        return (len(self.ids) - 1) // self.batch_size

    @property
    def predictions(self) -> int:
        """How many pieces are predicted in one pass."""
        return self.batch_size * self._length

    @property
    def steps(self) -> int:
        """How many windows one pass has."""
        return -(-self._length // self.timesteps)

    @property
    def generators(self) -> tuple[np.random.Generator, ...]:
        """What chance is drawn from, at the beginning of each pass."""
        return () if self.offsets is None else (self.offsets,)

    def batches(self) -> Iterator[Batch]:
        """Yield the windows of one pass."""
        length = self._length
        ids = self.ids if self.offsets is None else np.roll(self.ids, -int(self.offsets.integers(len(self.ids))))
        x = ids[: self.batch_size * length].reshape(self.batch_size, length)
        y = ids[1 : self.batch_size * length + 1].reshape(self.batch_size, length)
        for start in range(0, length, self.timesteps):
            window = slice(start, start + self.timesteps)
            yield Batch(x[:, window].T, y[:, window].T, starts=start == 0)


@dataclass(frozen=True)
class FirstWindows:
    """The first windows of a text, one step apart, each read from a zero state; the piece after the last is predicted.

    Args:
        ids: int32 (N,).
        batch_size: How many windows are read side by side.
        timesteps: T, the length of a window.
        count: How many windows there are at most.

    Raises:
        RefusedError: The text is too short for one window.
    """

    ids: Ids
    batch_size: int
    timesteps: int
    count: int

    def __post_init__(self) -> None:
        _check_length(self.ids, self.timesteps)

    @property
    def predictions(self) -> int:
        """How many pieces are predicted in one pass."""
        return min(self.count, len(self.ids) - self.timesteps)

    @property
    def steps(self) -> int:
        """How many batches one pass has."""
        return -(-self.predictions // self.batch_size)

    @property
    def generators(self) -> tuple[np.random.Generator, ...]:
        """What chance is drawn from: nothing."""
        return ()

    def batches(self) -> Iterator[Batch]:
        """Yield the windows of one pass."""
        windows = np.lib.stride_tricks.sliding_window_view(self.ids, self.timesteps + 1)[: self.count]
        for start in range(0, len(windows), self.batch_size):
            part = windows[start : start + self.batch_size]
            yield Batch(part[:, :-1].T, part[:, -1:].T, starts=True)


def _check_length(ids: Ids, timesteps: int) -> None:
    if len(ids) < timesteps + 1:
        raise RefusedError(
            f"The text is too short for one window: it has {counted(len(ids), 'piece')} to learn and a window of "
            f"{counted(timesteps, 'step')} needs {timesteps + 1}.",
            "Give a longer text, or a smaller --timesteps.",
        )
