"""jieba's dictionary as it lies on disk, of which only the words are read that a short text can have."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

_SEPARATORS = (ord(" "), ord(" "), ord("\n"))  # behind the word, its count and its part of speech
_ZERO, _TEN = ord("0"), 10

_Positions = npt.NDArray[np.intp]
_Codes = npt.NDArray[np.uint32]


class CountedWords:
    """Words and how often each counts, of which those are read that are asked for.

    Args:
        data: UTF-8. A line is a word, its count in digits and its part of speech, with one space between.

    Attributes:
        total: The sum of all counts. Of a word that stands there twice it has both.

    Raises:
        ValueError: It has another form.
    """

    def __init__(self, data: bytes) -> None:
        self._text = data.decode()
        codes = np.frombuffer(self._text.encode("utf-32-le"), dtype="<u4")
        starts, word_ends, count_ends = _fields(codes)
        self.total = _sum(codes, word_ends, count_ends)
        first = codes[starts]
        runs = np.flatnonzero(np.diff(first, prepend=0))  # lines that begin alike stand together, but for a few
        self._first = first[runs]  # uint32 (R,), the character that the lines of each run begin with
        self._bounds = np.append(starts[runs], len(codes))  # int (R + 1,), where in the text they stand

    def beginning_with(self, characters: Iterable[str]) -> dict[str, int]:
        """Return the words that begin with the characters and their counts; of a word that stands there twice the last.

        What a word begins with is there too, and counts 0 unless it is a word: that is how `jieba.Tokenizer.gen_pfdict` tells
        that it pays to look for a longer one.
        """
        counts = {word: int(count) for character in characters for word, count in self._lines(character)}
        beginnings = {word[:end] for word in counts for end in range(1, len(word))}
        return dict.fromkeys(beginnings, 0) | counts

    def _lines(self, character: str) -> Iterator[list[str]]:
        """Yield the word and the count of each line that begins with a character."""
        for run in np.flatnonzero(self._first == ord(character)):
            lines = self._text[self._bounds[run] : self._bounds[run + 1]].removesuffix("\n")
            yield from (line.split(" ")[:2] for line in lines.split("\n"))


def _fields(codes: _Codes) -> tuple[_Positions, _Positions, _Positions]:
    """Return where on each line the word begins, where it ends, and where its count ends.

    Raises:
        ValueError: A line has another form.
    """
    separators = np.flatnonzero(codes <= ord(" "))  # the others of these are control characters
    if not len(separators) or len(separators) % len(_SEPARATORS):
        raise ValueError("A line has not three fields.")
    ends = separators.reshape(-1, len(_SEPARATORS))
    starts = np.concatenate(([0], ends[:-1, -1] + 1))
    whole = ends[-1, -1] == len(codes) - 1 and (codes[ends] == _SEPARATORS).all()
    if not whole or (ends[:, 0] == starts).any() or (ends[:, 1] == ends[:, 0] + 1).any():
        raise ValueError("A line has not three fields.")
    return starts, ends[:, 0], ends[:, 1]


def _sum(codes: _Codes, before: _Positions, behind: _Positions) -> int:
    """Return the sum of numbers that stand between two positions each: all their ones, all their tens and so on.

    Raises:
        ValueError: One is not written in digits.
    """
    total, place = 0, 0
    while len(behind):
        place += 1
        before, behind = (side[behind - before > place] for side in (before, behind))
        digits = codes[behind - place].astype(np.int64) - _ZERO
        if ((digits < 0) | (digits >= _TEN)).any():
            raise ValueError("A count is not a number.")
        total += int(digits.sum()) * _TEN ** (place - 1)
    return total
