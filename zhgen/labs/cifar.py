"""CIFAR-10's binary archive (Krizhevsky 2009): rows of a label and three planes of 32 × 32 bytes, read and written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError
from zhgen.files import atomic_file, check_input_file

SIDE = 32
ROW = 1 + 3 * SIDE * SIDE
"""Bytes of one picture: its label, then the red, the green and the blue plane, each from the top row to the bottom row."""

NAMES = "batches.meta.txt"
TRAINING = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST = "test_batch.bin"
CLASSES = 10

INNER = "cifar-10-batches-bin"
"""The folder that the archive unpacks into."""

WAY_OUT = "Unpack cifar-10-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html and give --data its folder."


@dataclass(frozen=True)
class Pictures:
    """Pictures and what they show.

    Args:
        pixels: uint8 (N, 3, 32, 32): red, green and blue.
        labels: uint8 (N,), 0 to 9.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.uint8]


@dataclass(frozen=True)
class Archive:
    """An archive of pictures in ten classes, with their names in the order of the labels."""

    names: tuple[str, ...]
    training: Pictures
    test: Pictures


def read_archive(folder: Path) -> Archive:
    """Read the binary archive in a folder, or in the folder that it unpacks into.

    The pictures stay bytes: 184 MB for the real archive. The archive is also given away as Python pickles. These are not
    read: unpickling a file runs whatever program stands in it.

    Raises:
        RefusedError: It is no such folder, or a file is missing, short or foreign.
    """
    folder = _folder_with_batches(folder)
    names = _read_names(folder / NAMES)
    return Archive(names, _read_pictures([folder / name for name in TRAINING]), _read_pictures([folder / TEST]))


def _folder_with_batches(folder: Path) -> Path:
    present = _listing(folder)
    if INNER in present:
        folder = folder / INNER
        present = _listing(folder)
    missing = [name for name in (NAMES, *TRAINING, TEST) if name not in present]
    if missing and "test_batch" in present:
        raise RefusedError(f"{folder} holds CIFAR-10 as Python pickles, which can run programs when they are read.", WAY_OUT)
    if missing:
        raise RefusedError(f"{folder} is not CIFAR-10's binary archive: {missing[0]} is missing.", WAY_OUT)
    return folder


def _listing(folder: Path) -> set[str]:
    """Return the names of what is in a folder."""
    try:
        return {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        problem = f"There is no folder {folder}."
    except NotADirectoryError:
        problem = f"{folder} is not a folder."
    except (OSError, ValueError) as error:
        problem = f"{folder} cannot be read ({getattr(error, 'strerror', None) or error})."
    raise RefusedError(problem, WAY_OUT)


def _check_file(path: Path) -> None:
    try:
        check_input_file(path)
    except RefusedError as error:
        raise RefusedError(error.problem, WAY_OUT) from None


def _read_names(path: Path) -> tuple[str, ...]:
    _check_file(path)
    try:
        names = tuple(line.strip() for line in path.read_text("utf-8").split("\n") if line.strip())
    except UnicodeDecodeError:
        raise RefusedError(f"{path} is not UTF-8 text.", WAY_OUT) from None
    if len(names) != CLASSES or len(set(names)) != CLASSES or not all(name.isprintable() for name in names):
        raise RefusedError(f"{path} does not hold {CLASSES} different names, one a line.", WAY_OUT)
    return names


def _read_pictures(paths: Sequence[Path]) -> Pictures:
    """Return the pictures of some batches one after another, read into one array."""
    counts = [_count(path) for path in paths]
    rows = np.empty((sum(counts), ROW), np.uint8)
    start = 0
    for path, count in zip(paths, counts, strict=True):
        batch = rows[start : start + count]
        with path.open("rb") as file:
            file.readinto(batch.data)
        _check_labels(path, batch[:, 0])
        start += count
    return Pictures(rows[:, 1:].reshape(-1, 3, SIDE, SIDE), rows[:, 0].copy())  # pixels stay where they were read to


def _count(path: Path) -> int:
    """Return how many pictures a batch holds, which its size tells."""
    _check_file(path)
    count, rest = divmod(path.stat().st_size, ROW)
    if rest:
        raise RefusedError(
            f"{path} is cut short or foreign: its {path.stat().st_size:,} bytes are not rows of {ROW:,}.", WAY_OUT
        )
    return count


def _check_labels(path: Path, labels: NDArray[np.uint8]) -> None:
    wrong = np.flatnonzero(labels >= CLASSES)
    if len(wrong):
        raise RefusedError(
            f"{path} is foreign: its picture {wrong[0] + 1:,} has the label {labels[wrong[0]]}, above {CLASSES - 1}.", WAY_OUT
        )


def write_archive(folder: Path, archive: Archive) -> None:
    """Write an archive as `read_archive` reads it, the pictures to train on in five batches."""
    pictures = archive.training
    parts = zip(np.array_split(pictures.pixels, len(TRAINING)), np.array_split(pictures.labels, len(TRAINING)), strict=True)
    batches = [Pictures(*part) for part in parts]
    for name, batch in zip((*TRAINING, TEST), (*batches, archive.test), strict=True):
        rows = np.concatenate([batch.labels[:, None], batch.pixels.reshape(len(batch.labels), -1)], axis=1)
        with atomic_file(folder / name) as file:
            file.write(rows.tobytes())
    with atomic_file(folder / NAMES) as file:
        file.write("".join(f"{name}\n" for name in archive.names).encode())
