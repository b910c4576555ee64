"""The words of a model or of a file of vectors, where they lie, and what is known of each."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen import bundle
from zhgen.config import TableName
from zhgen.corpus.dictionary import Dictionary
from zhgen.errors import RefusedError
from zhgen.progress import SILENT, Reporter
from zhgen.vectors.binary import read_vectors
from zhgen.vectors.table import Table, unit_rows


@dataclass(frozen=True)
class Space:
    """Words and their vectors, the most frequent first.

    Attributes:
        name: What it is called: the path, and of a model the table.
        table: The words and vectors.
        counts: int64 (V,), how often each word occurs in the text of a model; None where nobody counted.
        dictionary: The user dictionary of a model, if it has one.
    """

    name: str
    table: Table
    counts: NDArray[np.int64] | None = None
    dictionary: Dictionary | None = None

    @cached_property
    def unit_vectors(self) -> NDArray[np.float32]:
        """The rows scaled to length 1, float32 (V, D)."""
        return unit_rows(self.table.vectors)

    def count(self, row: int) -> int | None:
        """Return how often the word of a row occurs; None where nobody counted."""
        return None if self.counts is None else int(self.counts[row])


def open_space(path: Path, table: TableName, limit: int | None = None, reporter: Reporter = SILENT) -> Space:
    """Return the words of a model or of a file of vectors.

    Args:
        path: The model's directory, or the file, in any form that `read_vectors` reads.
        table: Which of a model's tables: `learnt`, that which it writes with, or `word2vec`, that which training began with.
        limit: Of a file: how many rows are read at most.
        reporter: Told what of a file was dropped.

    Raises:
        RefusedError: It is neither, or it is damaged.
    """
    if path.is_dir():
        if limit is not None:
            raise RefusedError("--limit goes with a file of vectors.", f"Leave it out: {path} is a model.")
        return _of_model(path, table)
    reading = read_vectors(path, limit=limit)
    if reading.dropped:
        reporter.warn(f"{path} has rows that cannot be used: {reading.describe_dropped()}. They are left out.")
    return Space(str(path), reading.table)


def _of_model(path: Path, table: TableName) -> Space:
    model = bundle.load(path)
    ngrams = model.ngrams()
    vectors = model.weights["decoder/table"] if table == "learnt" else model.table().vectors
    return Space(
        name=f"{path} ({table} table)",
        table=Table(model.vocabulary.pieces, vectors),
        counts=None if ngrams is None else ngrams.counts,
        dictionary=model.dictionary,
    )
