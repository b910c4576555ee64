"""What a text has said, as far as it bears on what may come next: the pieces said lately, and every n-gram."""

from collections import Counter, deque
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from zhgen.corpus.vocabulary import PARAGRAPH_END, Vocabulary
from zhgen.corpus.whitespace import STAND_IN

_A_MOMENT, _OF_LATE, _OFTEN = 4, 32, 4
_PUNCTUATION = set("，。．、；：！？…—～“”‘’「」『』（）《》【】,.;:!?\"'()")


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


class Echoes:
    """Knows which pieces would be echoes: said a moment ago, or again and again of late.

    Among the last four pieces, or more than four times among the last 32: people rarely go on so, and a network that looks back
    at its own words does. Common punctuation is no echo.

    Args:
        vocabulary: What ids mean.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._spared = _spared(vocabulary)
        self._last = deque[int]()
        self._counts: Counter[int] = Counter()
        self._often = dict[int, int]()  # how many times more than four each came

    def add(self, piece: int) -> None:
        """Take note of a piece."""
        if len(self._last) == _OF_LATE:
            self._count(self._last.popleft(), -1)
        self._last.append(piece)
        self._count(piece, 1)

    def _count(self, piece: int, change: int) -> None:
        if piece in self._spared:
            return
        count = self._counts[piece] = self._counts[piece] + change
        if count > _OFTEN:
            self._often[piece] = count - _OFTEN
        else:
            self._often.pop(piece, None)
        if not count:
            del self._counts[piece]

    def strengths(self) -> dict[int, int]:
        """Return how strong an echo each piece would be, by its id; only those that would be one, 1 or more."""
        found = dict(self._often)
        for piece in {*islice(reversed(self._last), _A_MOMENT)} - self._spared:
            found[piece] = found.get(piece, 0) + 1
        return found


@lru_cache(maxsize=8)
def _spared(vocabulary: Vocabulary) -> frozenset[int]:
    """Return the ids of common punctuation, white space and the paragraph's end."""
    pieces = enumerate(vocabulary.pieces)
    return frozenset(
        number for number, text in pieces if text == PARAGRAPH_END or text.startswith(STAND_IN) or not set(text) - _PUNCTUATION
    )


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
