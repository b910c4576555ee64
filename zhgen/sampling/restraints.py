"""What a text has said, as far as it bears on what may come next: the pieces said lately, and every n-gram."""

from collections import Counter, deque

import numpy as np
from numpy.typing import NDArray

from zhgen.corpus.vocabulary import PARAGRAPH_END, Vocabulary
from zhgen.corpus.whitespace import STAND_IN


def is_mark(piece: str) -> bool:
    """Return whether a piece has neither a letter, a Chinese character nor a digit: punctuation, white space, `</s>`."""
    return piece == PARAGRAPH_END or piece.startswith(STAND_IN) or not any(map(str.isalnum, piece))


class SaidLately:
    """How often each piece was said among the last ones; marks count as pieces said, but are not told of.

    Args:
        vocabulary: What ids mean.
        last_n: How many pieces are remembered; -1 is all.
    """

    def __init__(self, vocabulary: Vocabulary, last_n: int) -> None:
        self._vocabulary, self._last_n = vocabulary, last_n
        self._counts: Counter[int] = Counter()
        self._queue: deque[int] = deque()

    def add(self, piece: int) -> None:
        """Take note of a piece."""
        self._count(piece, 1)
        if self._last_n >= 0:
            self._queue.append(piece)
            if len(self._queue) > self._last_n:
                self._count(self._queue.popleft(), -1)

    def _count(self, piece: int, change: int) -> None:
        if is_mark(self._vocabulary.pieces[piece]):
            return
        self._counts[piece] += change
        if not self._counts[piece]:
            del self._counts[piece]

    def counts(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return the ids of the pieces said lately and how often each was said, int (K,) and int64 (K,)."""
        size = len(self._counts)
        return np.fromiter(self._counts, np.intp, size), np.fromiter(self._counts.values(), np.int64, size)


class NGramGuard:
    """Knows which pieces would make an n-gram that was said before; one of marks alone may come again.

    Args:
        vocabulary: What ids mean.
        size: n, at least 1.
    """

    def __init__(self, vocabulary: Vocabulary, size: int) -> None:
        self._vocabulary, self._size = vocabulary, size
        self._last: tuple[int, ...] = ()
        self._followers: dict[tuple[int, ...], set[int]] = {}

    def add(self, piece: int) -> None:
        """Take note of a piece."""
        gram = (*self._last, piece)
        if len(gram) == self._size:
            if not all(is_mark(self._vocabulary.pieces[identity]) for identity in gram):
                self._followers.setdefault(self._last, set()).add(piece)
            gram = gram[1:]
        self._last = gram

    def barred(self) -> set[int]:
        """Return the pieces that must not come now."""
        return self._followers.get(self._last, set())
