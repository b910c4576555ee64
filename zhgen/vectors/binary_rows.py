"""The rows of the binary form: for every word the word, a space and D float32.

The original C tool ends each row with a newline and gensim does not; the end of the first row tells which it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError
from zhgen.vectors.rows import FLOAT_SIZE, LONGEST_WORD, Block, Header, Rows
from zhgen.vectors.source import Source


@dataclass(frozen=True)
class _BinaryBlock:
    words: list[bytes]
    data: bytes
    places: list[int]  # where the numbers of each row begin
    size: int

    def vectors(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        rows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(self.data, np.uint8), self.size * FLOAT_SIZE)
        places = np.array(self.places, dtype=np.intp)[np.array(numbers, dtype=np.intp)]
        return rows[places].view("<f4").astype(np.float32, copy=False)


class BinaryRows(Rows):
    """The rows of the binary form, in both dialects."""

    form = "binary"

    def __init__(self, source: Source, header: Header) -> None:
        super().__init__(source, header)
        self.newlines: bool | None = None  # nobody knows before the first row's end

    def blocks(self, stop: int) -> Iterator[Block]:
        """Yield the rows before the row `stop`; where that is the last, the file's end is looked at too.

        Raises:
            RefusedError: The file is damaged, ends too early or goes on too long.
        """
        data, row = b"", 0
        while row < stop:
            fresh = self.source.read(self.chunk)
            data += fresh
            block, end = self._split(data, row, stop)
            if block.words:
                yield block
            elif not fresh:
                self._refuse_end(data, row)
            row += len(block.words)
            data = data[end:]
        if stop == self.header.rows:
            rest = data + self.source.read(2)
            if self.newlines or (self.newlines is None and rest == b"\n"):  # the last one may be missing
                rest = rest.removeprefix(b"\n")
            if rest:
                raise self._longer(len(rest))

    def _split(self, data: bytes, first: int, stop: int) -> tuple[_BinaryBlock, int]:
        """Return the rows from row `first` on that are whole, and where they end."""
        words, places, end, width = [], [], 0, self.header.size * FLOAT_SIZE
        for row in range(first, stop):
            start = end + self._line_end(data, end, row)
            space = data.find(b" ", start, start + LONGEST_WORD + 1)
            if space < 0 or space + 1 + width > len(data):
                if space < 0 and len(data) - start > LONGEST_WORD:
                    raise self._cut(f"row {row + 1:,} of {self.header.rows:,} has no word")
                break
            words.append(data[start:space])
            places.append(space + 1)
            end = space + 1 + width
        return _BinaryBlock(words, data, places, self.header.size), end

    def _line_end(self, data: bytes, position: int, row: int) -> int:
        """Return how many bytes end the row before, 0 or 1."""
        if row == 0 or position == len(data):
            return 0
        newline = data.startswith(b"\n", position)
        if self.newlines is None:
            self.newlines = newline
        if self.newlines and not newline:
            raise RefusedError(
                f"{self.source.path} is damaged: row {row:,} does not end with a newline as the first does.",
                "Make it again, or download or copy it again.",
            )
        return int(self.newlines)

    def _refuse_end(self, data: bytes, row: int) -> None:
        """Refuse a file that ends before row `row` does."""
        number = f"row {row + 1:,} of {self.header.rows:,}"
        raise self._cut(f"it ends in {number}" if b" " in data else f"{number} has no word")
