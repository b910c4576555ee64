"""Which rows of a file are kept, and what was left out: the words and vectors grow with what is kept, not with the file."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen.vectors.rows import Block
from zhgen.vectors.table import Table
from zhgen.wording import counted

NOT_UTF8 = "not UTF-8 (cut inside a character)"
NO_WORD = "empty or with white space"
TWICE = "seen twice"
NOT_FINITE = "with NaN or infinite numbers"
ZERO = "with zeros alone"


@dataclass(frozen=True)
class Reading:
    """A table read from a file, and what was left out of it.

    Attributes:
        table: The words that were asked for and could be used.
        rows: How many rows the file has.
        dropped: How many rows were left out because they cannot be used, by the reason.
        form: What the file is: `binary word2vec format`, say.
    """

    table: Table
    rows: int
    dropped: dict[str, int] = field(default_factory=dict)
    form: str = ""

    def describe_dropped(self) -> str:
        """Return what was left out as part of a sentence, empty if nothing was."""
        return ", ".join(f"{count:,} {reason}" for reason, count in self.dropped.items())

    def describe(self, path: Path) -> str:
        """Return a line that says what was read from a file and what was dropped."""
        words = len(self.table.words)
        whole = words + sum(self.dropped.values()) == self.rows
        read = counted(words, "word") if whole else f"{words:,} of {counted(self.rows, 'word')}"
        dropped = f"; dropped: {self.describe_dropped()}" if self.dropped else ""
        return f"{path}: {read} in {counted(self.table.vector_size, 'dimension')}{dropped}"


class Selection:
    """Takes from blocks of rows those that are wanted and can be used.

    Args:
        size: D, the dimensions.
        keep: The words wanted wherever they stand.
        first: How many rows at the file's start are wanted, whatever their words are.

    Attributes:
        counts: How many rows were left out because they cannot be used, by the reason.
        rows: How many rows went by.
    """

    def __init__(self, size: int, keep: Container[str], first: int) -> None:
        self.keep, self.first = keep, first
        self.counts = dict.fromkeys((NOT_UTF8, NO_WORD, TWICE, NOT_FINITE, ZERO), 0)
        self.rows = 0
        self._words: dict[str, bool] = {}  # whether its numbers can be used
        self._vectors = np.empty((first, size), dtype=np.float32)  # the memory is taken when it is written to
        self._used = 0

    def add(self, block: Block) -> None:
        """Take what is wanted from the next rows."""
        chosen = self._choose(_decoded(block.words, self.counts))
        self.rows += len(block.words)
        if not chosen:
            return
        vectors = block.vectors(list(chosen.values()))
        finite = np.isfinite(vectors).all(axis=1)
        zero = ~(vectors != 0).any(axis=1)
        self.counts[NOT_FINITE] += int(np.count_nonzero(~finite))
        self.counts[ZERO] += int(np.count_nonzero(zero))
        good = finite & ~zero
        self._words.update(zip(chosen, good.tolist(), strict=True))
        self._append(vectors if good.all() else vectors[good])

    @property
    def dropped(self) -> dict[str, int]:
        """How many rows were left out because they cannot be used, by those reasons that there were."""
        return {reason: count for reason, count in self.counts.items() if count}

    def table(self) -> Table:
        """Return what was taken so far."""
        return Table(tuple(word for word, usable in self._words.items() if usable), self._vectors[: self._used])

    def _choose(self, words: Sequence[str | None]) -> dict[str, int]:
        """Return the words that are wanted and new, and where in the block they stand."""
        chosen: dict[str, int] = {}
        for number, word in enumerate(words):
            if word is None or (self.rows + number >= self.first and word not in self.keep):
                continue
            if word in self._words or word in chosen:
                self.counts[TWICE] += 1
            else:
                chosen[word] = number
        return chosen

    def _append(self, vectors: NDArray[np.float32]) -> None:
        needed = self._used + len(vectors)
        if needed > len(self._vectors):  # grows by half at least, so that each row is moved a few times at most
            larger = np.empty((max(needed, self._used * 3 // 2), self._vectors.shape[1]), dtype=np.float32)
            larger[: self._used] = self._vectors[: self._used]
            self._vectors = larger
        self._vectors[self._used : needed] = vectors
        self._used = needed


def _decoded(words: list[bytes], counts: dict[str, int]) -> Sequence[str | None]:
    """Return words as str, None in place of those that cannot be used, which are counted."""
    try:
        joined = b" ".join(words).decode("utf-8")
    except UnicodeDecodeError:
        return [_word(word, counts) for word in words]
    whole = joined.split(" ")
    if len(whole) == len(words) and whole == joined.split():  # no word is empty or holds white space
        return whole
    return [_word(word, counts) for word in words]


def _word(content: bytes, counts: dict[str, int]) -> str | None:
    try:
        word = content.decode("utf-8")
    except UnicodeDecodeError:
        counts[NOT_UTF8] += 1
        return None
    if word.split() != [word]:
        counts[NO_WORD] += 1
        return None
    return word
