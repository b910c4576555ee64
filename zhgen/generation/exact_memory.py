"""What texts that are written side by side look back at; each finds the same whatever stands beside it."""

import copy

import numpy as np
from numpy.typing import NDArray

from zhgen.recurrent.exact_network import ExactAttention

Floats = NDArray[np.float32]


class RowMemory:
    """The last vectors that were read in texts side by side, with their keys.

    Every text has a place of its own; when fewer than half of the places are taken, the others are given up. The last N steps
    of all stand side by side; the products with them have one shape for each text, however many there are.

    Args:
        attention: What looks back.
    """

    def __init__(self, attention: ExactAttention) -> None:
        self._attention = attention
        length, members, key_size = attention.length, attention.members, attention.key.shape[-1]
        self._first_keys = attention.key_bias  # before a text is read, h is 0
        self._by_age = attention.by_age()
        self._ages = np.arange(length, 0, -1)
        self._places, self._free = list[int](), list[int]()  # of each text, and those that are not taken
        self._in_order = True  # whether every place is taken, by the text of its number
        self._counts = np.zeros(0, dtype=np.int64)  # how many steps each place has, until every one has N
        self._short = False  # whether one has fewer
        self._next_keys = np.zeros((0, members, key_size), dtype=np.float32)  # of what is read now
        self._keys = np.zeros((0, members, 2 * length, key_size), dtype=np.float32)
        self._vectors = np.zeros((0, 2 * length, attention.vector_size), dtype=np.float32)
        self._end = length  # the last N steps of all lie before it

    def add(self) -> None:
        """Begin a text, as the last."""
        if not self._free:
            self._grow()
        place = self._free.pop()
        self._places.append(place)
        self._counts[place], self._next_keys[place] = 0, self._first_keys
        self._take_stock()

    def drop(self, row: int) -> None:
        """Leave a text out; those behind it move up."""
        self._free.append(self._places.pop(row))
        if 2 * len(self._places) < len(self._counts):
            self._shrink()
        self._take_stock()

    def copy(self) -> "RowMemory":
        """Return it as it is now, to come back to."""
        other = copy.copy(self)
        other._places, other._free = [*self._places], [*self._free]
        other._counts, other._next_keys = self._counts.copy(), self._next_keys.copy()
        room = other._end = self._ages.size
        other._keys, other._vectors = np.zeros_like(self._keys), np.zeros_like(self._vectors)
        other._keys[:, :, :room], other._vectors[:, :room] = self._window()
        return other

    def step(self, queries: Floats, next_keys: Floats, vectors: Floats) -> Floats:
        """Return what each text finds, (M, n, D), on a grid, and remember what it has read.

        Args:
            queries: (n, M, A).
            next_keys: (n, M, A), those of what is read next.
            vectors: (n, D), what was read.
        """
        places = self._places
        if self._in_order:
            found = self._look(queries)
            self._remember(slice(None), next_keys, vectors)
        else:
            everywhere = np.zeros_like(self._next_keys)
            everywhere[places] = queries
            found = self._look(everywhere)[places]
            self._remember(places, next_keys, vectors)
        return found.swapaxes(0, 1)

    def _look(self, queries: Floats) -> Floats:
        """Return what is found at each place, (places, M, D), for queries, (places, M, A)."""
        keys, vectors = self._window()
        scores = (keys @ queries[..., np.newaxis])[..., 0]  # (places, M, N)
        scores += self._by_age
        if self._short:
            scores.swapaxes(0, 1)[:, self._ages > self._counts[:, np.newaxis]] = -np.inf
        return self._attention.find(scores, vectors)

    def _remember(self, places: slice | list[int], next_keys: Floats, vectors: Floats) -> None:
        length = self._ages.size
        if self._end == 2 * length:  # the older half is forgotten
            self._keys[:, :, :length], self._vectors[:, :length] = self._keys[:, :, length:], self._vectors[:, length:]
            self._end = length
        self._keys[:, :, self._end] = self._next_keys
        self._vectors[places, self._end] = vectors
        self._next_keys[places] = next_keys
        self._end += 1
        if self._short:
            self._counts += 1
            self._short = bool(self._counts.min() < length)

    def _window(self) -> tuple[Floats, Floats]:
        window = slice(self._end - self._ages.size, self._end)
        return self._keys[:, :, window], self._vectors[:, window]

    def _take_stock(self) -> None:
        self._in_order = self._places == [*range(len(self._counts))]
        self._short = self._counts.size > 0 and bool(self._counts.min() < self._ages.size)

    def _shrink(self) -> None:
        places = self._places
        self._counts, self._next_keys = self._counts[places], self._next_keys[places]
        self._keys, self._vectors = self._keys[places], self._vectors[places]
        self._places, self._free = [*range(len(places))], []

    def _grow(self) -> None:
        more = max(len(self._counts), 1)
        self._free = [*range(len(self._counts) + more - 1, len(self._counts) - 1, -1)]
        self._counts, self._next_keys, self._keys, self._vectors = (
            np.concatenate([array, np.zeros((more, *array.shape[1:]), dtype=array.dtype)])
            for array in (self._counts, self._next_keys, self._keys, self._vectors)
        )
