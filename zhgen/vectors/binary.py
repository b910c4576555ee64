"""The binary word2vec format, `vectors.bin`: V, D and a line's end, then for every word the word, a space and D float32.

The original C tool writes a newline after each vector and gensim does not; both are read. Sizes are checked against the file
before anything is allocated, and what is wrong in the file is refused or counted, never passed on.
"""

import mmap
import re
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError
from zhgen.files import atomic_file, check_input_file
from zhgen.vectors.table import Table

_HEADER = re.compile(rb"([0-9]{1,10})[ \t]+([0-9]{1,6})[ \t]*\r?\n")
_FLOAT_SIZE = 4


@dataclass(frozen=True)
class Reading:
    """A table read from a file, and what was left out of it.

    Attributes:
        table: The words that were asked for and could be used.
        rows: How many rows the file has.
        dropped: How many rows were left out, by the reason.
    """

    table: Table
    rows: int
    dropped: dict[str, int] = field(default_factory=dict)

    def describe_dropped(self) -> str:
        """Return what was left out as part of a sentence, empty if nothing was."""
        return ", ".join(f"{count:,} {reason}" for reason, count in self.dropped.items())


def read_header(path: Path) -> tuple[int, int]:
    """Return how many rows and dimensions a file of vectors says it has.

    Raises:
        RefusedError: The file cannot be read or does not begin as a `vectors.bin` does.
    """
    check_input_file(path)
    with path.open("rb") as file:
        rows, size, _ = _parse_header(file.read(64), path)
    return rows, size


def read_vectors(path: Path, keep: Container[str] | None = None) -> Reading:
    """Read a binary word2vec file.

    Args:
        path: The file; it is mapped, so that a file larger than memory can be read when few words are kept.
        keep: The words wanted; None is all.

    Raises:
        RefusedError: The file is not in the format, ends too early or goes on too long; the way out is told.
    """
    check_input_file(path)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        rows, size, start = _parse_header(data[:64], path)
        least = rows * (size * _FLOAT_SIZE + 1)  # a row whose word is empty is left out, but it is one
        if len(data) - start < least:
            raise _cut(path, f"{rows:,} rows of {size} numbers need {least:,} bytes and it has {len(data) - start:,}")
        return _Rows(path, data, rows, size).read(start, keep)


class _Rows:
    """Goes through the rows of a mapped file."""

    def __init__(self, path: Path, data: mmap.mmap, rows: int, size: int) -> None:
        self.path, self.data, self.rows, self.size = path, data, rows, size
        self.dropped: Counter[str] = Counter()
        self.places: dict[str, int] = {}

    def read(self, position: int, keep: Container[str] | None) -> Reading:
        for row in range(self.rows):
            word, position = self._word(row, position)
            if word is not None and (keep is None or word in keep):
                if word in self.places:
                    self.dropped["seen twice"] += 1
                else:
                    self.places[word] = position
            position += self.size * _FLOAT_SIZE
        self._check_end(position)
        words, vectors = self._usable()
        if sum(self.dropped.values()) == self.rows:
            raise RefusedError(f"No row of {self.path} can be used.", "Train the vectors again, with zhgen embed.")
        return Reading(Table(words, vectors), self.rows, dict(self.dropped))

    def _word(self, row: int, position: int) -> tuple[str | None, int]:
        """Return the word of a row, None if it cannot be used, and where its numbers begin."""
        if self.data[position : position + 1] == b"\n":  # the end of the row before, in the C tool's dialect
            position += 1
        space = self.data.find(b" ", position)
        if space < 0:
            raise _cut(self.path, f"row {row + 1:,} of {self.rows:,} has no word")
        if space + 1 + self.size * _FLOAT_SIZE > len(self.data):
            raise _cut(self.path, f"it ends in row {row + 1:,} of {self.rows:,}")
        try:
            word = self.data[position:space].decode("utf-8")
        except UnicodeDecodeError:
            self.dropped["not UTF-8 (cut inside a character)"] += 1
            return None, space + 1
        if not word or any(map(str.isspace, word)):
            self.dropped["empty or with white space"] += 1
            return None, space + 1
        return word, space + 1

    def _check_end(self, position: int) -> None:
        rest = len(self.data) - position
        if rest > 1 or (rest == 1 and self.data[position:] != b"\n"):
            raise RefusedError(
                f"{self.path} goes on for {rest:,} bytes after its {self.rows:,} rows of {self.size} numbers.",
                "It is damaged or not in the binary word2vec format; make it again.",
            )

    def _usable(self) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        """Return the words and vectors, less those with zeros alone or with NaN or infinite numbers."""
        vectors = np.empty((len(self.places), self.size), dtype=np.float32)
        for row, place in enumerate(self.places.values()):
            vectors[row] = np.frombuffer(self.data, dtype="<f4", count=self.size, offset=place)
        finite = np.isfinite(vectors).all(axis=1)
        zero = np.logical_not(vectors.any(axis=1))
        for reason, rows in (("with NaN or infinite numbers", ~finite), ("with zeros alone", zero)):
            if rows.any():
                self.dropped[reason] += int(rows.sum())
        good = finite & ~zero
        if good.all():
            return tuple(self.places), vectors
        return tuple(word for word, fine in zip(self.places, good.tolist(), strict=True) if fine), vectors[good]


def write_vectors(path: Path, table: Table) -> None:
    """Write a table in the binary word2vec format, in gensim's dialect; the file appears whole or not at all.

    Raises:
        ValueError: A word is empty, occurs twice or holds white space, which the format cannot tell from its own.
    """
    if len(set(table.words)) != len(table.words):
        raise ValueError("a word occurs twice")
    with atomic_file(path) as file:
        file.write(f"{len(table.words)} {table.vector_size}\n".encode())
        for word, vector in zip(table.words, table.vectors.astype("<f4", copy=False), strict=True):
            if not word or any(map(str.isspace, word)):
                raise ValueError(f"not a word: {word!r}")
            file.write(word.encode() + b" " + vector.tobytes())


def _parse_header(head: bytes, path: Path) -> tuple[int, int, int]:
    """Return rows, dimensions and where the first row begins."""
    match = _HEADER.match(head)
    if match is None or int(match[1]) == 0 or int(match[2]) == 0:
        raise RefusedError(
            f"{path} is not a binary word2vec file: it does not begin with two counts and a line's end.",
            "Make one with zhgen embed, or save yours with save_word2vec_format(…, binary=True).",
        )
    return int(match[1]), int(match[2]), match.end()


def _cut(path: Path, detail: str) -> RefusedError:
    return RefusedError(
        f"{path} is cut short or not a binary word2vec file: {detail}.",
        f"Make it again; it has {path.stat().st_size:,} bytes.",
    )
