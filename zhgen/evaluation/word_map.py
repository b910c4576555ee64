"""A map of the words of a model or of a file of vectors: which words, where they lie, and what is told of each."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from zhgen.config import MapSettings
from zhgen.corpus.kinds import KINDS, kinds_of
from zhgen.errors import RefusedError
from zhgen.evaluation.space import Space
from zhgen.files import check_input_file
from zhgen.progress import SILENT, Reporter
from zhgen.raw.encoding import TextReader
from zhgen.vectors.map import Map, Place, draw_map
from zhgen.vectors.projection import project
from zhgen.vectors.projector import write_projector
from zhgen.vectors.table import Table, nearest
from zhgen.wording import counted

WORDS_DRAWN = 200
"""How many words a picture has when nobody says."""

_NEAREST_TOLD = 3
_NAMED = 12

Rows = Sequence[int]


def read_words(path: Path) -> list[str]:
    """Return the words in a text, parted by white space.

    Raises:
        RefusedError: The file cannot be read, or is not UTF-8.
    """
    check_input_file(path)
    with path.open("rb") as file:
        return [word for line in TextReader(file, str(path)).lines() for word in line.split()]


def choose_rows(space: Space, words: Iterable[str], top: int | None, reporter: Reporter = SILENT) -> Rows:
    """Return the rows of the words, or of the most frequent ones where there are none, the first row first.

    At most `top` are returned; None is all. Words that are not there are told and left out.

    Raises:
        RefusedError: None of the words is there.
    """
    wanted = list(dict.fromkeys(words))
    if not wanted:
        return range(len(space.table.words))[:top]
    index = {word: row for row, word in enumerate(space.table.words)}
    missing = [word for word in wanted if word not in index]
    if len(missing) == len(wanted):
        raise RefusedError(f"{space.name} has none of these words.", f"Its first ones are {' '.join(space.table.words[:10])}.")
    if missing:
        more = " …" if missing[_NAMED:] else ""
        reporter.warn(f"{len(missing):,} of the words are not there and left out: {' '.join(missing[:_NAMED])}{more}")
    return sorted(index[word] for word in wanted if word in index)[:top]


def picture(space: Space, rows: Rows, settings: MapSettings, reporter: Reporter = SILENT) -> Map:
    """Return the map of some words."""
    words = [space.table.words[row] for row in rows]
    weights = _weights(space, rows)
    places = []
    with reporter.track("map", len(rows), "words") as task:
        for row, word, kind, weight in zip(rows, words, kinds_of(words, space.dictionary), weights, strict=True):
            places.append(Place(word, kind, weight, _note(space, row, kind)))
            task.advance(1)
    points = project(space.table.vectors[list(rows)], settings.method, settings.seed)
    how = {"pca": "principal components", "tsne": "t-SNE"}[settings.method]
    return draw_map(places, points, KINDS, f"{counted(len(words), 'word')} of {space.name}, {how}")


def export(space: Space, rows: Rows, folder: Path) -> None:
    """Write the words, their vectors, counts (without them ranks) and kinds as files for an embedding projector.

    Raises:
        RefusedError: The folder holds something else, or cannot be written.
    """
    words = tuple(space.table.words[row] for row in rows)
    numbers: dict[str, list[int | None]]
    numbers = {"count": [space.count(row) for row in rows]} if space.counts is not None else {"rank": [row + 1 for row in rows]}
    columns: dict[str, Sequence[object]] = {**numbers, "kind": kinds_of(words, space.dictionary)}
    write_projector(folder, Table(words, space.table.vectors[list(rows)]), columns, space.name)


def _note(space: Space, row: int, kind: str) -> str:
    """Return what is told of a word: its kind, how often it occurs, and the words nearest to it."""
    count = space.count(row)
    often = f"number {row + 1:,}" if count is None else counted(count, "time")
    near = nearest(space.unit_vectors, space.unit_vectors[row], _NEAREST_TOLD, [row])
    told = ", ".join(f"{space.table.words[other]} {cosine:.2f}" for other, cosine in near)
    return f"{space.table.words[row]}\n{kind}, {often}\nnearest: {told}"


def _weights(space: Space, rows: Rows) -> list[float]:
    """Return how large each word is written, from 0 for the rarest to 1: the logarithm of its count, or of its rank."""
    chosen = np.array(rows)
    counted = 1 / (chosen + 1.0) if space.counts is None else np.maximum(space.counts[chosen], 1).astype(np.float64)
    logarithms = np.log(counted) - np.log(counted.min())
    return [float(weight) for weight in logarithms / (logarithms.max() or 1.0)]
