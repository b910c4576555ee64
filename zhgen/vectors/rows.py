"""What a word2vec file has: a header, and rows that are read some thousand at a time, in whichever form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError
from zhgen.vectors.source import Source
from zhgen.wording import counted

FLOAT_SIZE = 4
LONGEST_WORD = 2**20
"""Bytes of a word at most: a file in which no space follows sooner is not what it says, and must not fill the memory."""


@dataclass(frozen=True)
class Header:
    """What a file says it has.

    Attributes:
        rows: V, the words.
        size: D, the dimensions.
        text: Whether the numbers are written as text.
    """

    rows: int
    size: int
    text: bool = False

    def __str__(self) -> str:
        return f"{counted(self.rows, 'row')} of {counted(self.size, 'number')}"

    @property
    def least(self) -> int:
        """The bytes that so many rows have at least; a row whose word is empty is left out, but it is one."""
        return self.rows * (2 * self.size + 1) - 1 if self.text else self.rows * (self.size * FLOAT_SIZE + 1)


class Block(Protocol):
    """Some rows of a file, one after the other."""

    @property
    def words(self) -> list[bytes]:
        """The words as they stand in the file."""

    def vectors(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors of some of the rows, float32 (len(numbers), D)."""


class Rows:
    """Goes through the rows of a file; the base of those that know a form.

    Attributes:
        form: What the form is called.
        chunk: How many bytes are read at a time.
    """

    form = ""
    chunk = 2**20

    def __init__(self, source: Source, header: Header) -> None:
        self.source, self.header = source, header

    def blocks(self, stop: int) -> Iterator[Block]:
        """Yield the rows before the row `stop`; where that is the last, the file's end is looked at too.

        Raises:
            RefusedError: The file is damaged, ends too early or goes on too long.
        """
        raise NotImplementedError

    def _cut(self, detail: str) -> RefusedError:
        return cut_short(self.source, self.header, detail)

    def _longer(self, rest: int) -> RefusedError:
        """Return the refusal of a file that goes on after its last row, for `rest` bytes that were read and the others."""
        left = 0 if self.source.size is None else self.source.size - self.source.position
        least = "at least " if self.source.size is None else ""
        return RefusedError(
            f"{self.source.path} goes on for {least}{counted(rest + left, 'byte')} after its {self.header}.",
            f"It is damaged or not in the {self.form} word2vec format; make it again.",
        )


def cut_short(source: Source, header: Header, detail: str) -> RefusedError:
    """Return the refusal of a file that is shorter than its header says."""
    return RefusedError(
        f"{source.path} is cut short or not a {'text' if header.text else 'binary'} word2vec file: {detail}.",
        f"Make it again; it has {counted(source.path.stat().st_size, 'byte')}.",
    )
