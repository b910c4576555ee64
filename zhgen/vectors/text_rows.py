"""The rows of the text form: a line a word, the word and D numbers, with a space or a tab between."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError
from zhgen.vectors.rows import LONGEST_WORD, Block, Rows
from zhgen.wording import counted

_LONGEST_NUMBER = 64


@dataclass(frozen=True)
class _TextBlock:
    words: list[bytes]
    lines: list[bytes]
    rows: "TextRows"
    first: int

    def vectors(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        size = self.rows.header.size
        fields = [self.lines[number][len(self.words[number]) + 1 :] for number in numbers]
        vectors = _parse(b" ".join(fields), len(fields) * size)
        if vectors is None:
            wrong = next(number for number, field in zip(numbers, fields, strict=True) if _parse(field, size) is None)
            raise self.rows.not_numbers(self.first + wrong)
        return vectors.reshape(-1, size)


class TextRows(Rows):
    """The rows of the text form."""

    form = "text"

    def blocks(self, stop: int) -> Iterator[Block]:
        """Yield the rows before the row `stop`; where that is the last, the file's end is looked at too.

        Raises:
            RefusedError: The file is damaged, ends too early or goes on too long.
        """
        data, row, lines = b"", 0, list[bytes]()
        while row < stop:
            fresh = self.source.read(self.chunk)
            *lines, data = (data + fresh).split(b"\n")
            if not fresh and data:
                lines, data = [data], b""  # the last line has no end
            if not fresh and not lines:
                raise self._cut(f"it has {row:,} of {self.header}")
            if len(data) > LONGEST_WORD + _LONGEST_NUMBER * self.header.size:
                raise self._cut(f"row {row + len(lines) + 1:,} has no end")
            taken = lines[: stop - row]
            if taken:
                yield self._block(taken, row)
            row += len(taken)
            lines = lines[len(taken) :]
        if stop == self.header.rows:
            rest = b"\n".join([*lines, data]) + self.source.read(1)
            if rest:
                raise self._longer(len(rest))

    def _block(self, lines: list[bytes], first: int) -> _TextBlock:
        lines = [line.replace(b"\t", b" ").rstrip(b" \r") for line in lines]
        words = [self._word(line, first + number) for number, line in enumerate(lines)]
        return _TextBlock(words, lines, self, first)

    def _word(self, line: bytes, row: int) -> bytes:
        """Return the word of a line: what stands before its last D numbers."""
        spaces = line.count(b" ")
        if spaces == self.header.size:
            return line[: line.find(b" ")]
        word, *numbers = line.rsplit(b" ", self.header.size)
        if len(numbers) < self.header.size or not all(numbers):
            raise self.not_numbers(row)
        return word

    def not_numbers(self, row: int) -> RefusedError:
        """Return the refusal of a row that has fewer numbers, or something else."""
        return RefusedError(
            f"{self.source.path} is damaged: row {row + 1:,} is not a word and {counted(self.header.size, 'number')}.",
            "Look at that row, one line further down; or make the file again.",
        )


def _parse(text: bytes, count: int) -> NDArray[np.float32] | None:
    """Return numbers written with one space between, None if there are not as many or something else is among them."""
    if b"  " in text or text[:1] == b" " or text[-1:] == b" ":  # it might make up for a field with two numbers
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # before it raised, NumPy warned of what is no number
        try:
            numbers = np.fromstring(text, dtype=np.float32, sep=" ")
        except (DeprecationWarning, ValueError):
            return None
    return numbers if len(numbers) == count else None


def looks_like_text(sample: bytes, size: int) -> bool:
    """Return whether rows are written as text: whether the first one is.

    Of float32 there are always some bytes that no number has, but for one or two of them: what could be either is text.

    Args:
        sample: What follows the header, some thousand bytes if there are as many.
        size: D, the dimensions.
    """
    line = sample.partition(b"\n")[0]
    fields = line.replace(b"\t", b" ").rstrip(b" \r").split(b" ")[1:]
    if len(line) == len(sample) and 0 < len(fields) < size:  # it goes on after the sample
        return b"".join(fields).translate(None, b"0123456789+-.eE") == b""
    numbers = fields[-size:]
    return 2 * len(numbers) > size and _parse(b" ".join(numbers), len(numbers)) is not None  # with fewer it is damaged text
