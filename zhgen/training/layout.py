"""How a text is laid out for a recipe: in how many epochs, in how many streams, and what is validated on."""

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen.config import TrainSettings
from zhgen.errors import RefusedError
from zhgen.progress import Reporter
from zhgen.training.preparation import TrainingData
from zhgen.training.windows import FirstWindows, Streams
from zhgen.wording import counted

FIRST_WINDOWS = 10
"""How many windows the recipe `seed` learns."""

_VALIDATION_WINDOWS = 1000
_VALIDATION_STREAMS = 16
_PIECES_TO_READ = 7_200_000  # in all epochs together: twelve times a novel of 600,000 pieces
_LEAST_EPOCHS, _MOST_EPOCHS = 4, 12
_UPDATES_AN_EPOCH = 100  # a short text is read in fewer streams, so that an epoch still has about so many updates
_LEAST_STREAMS, _MOST_STREAMS = 8, 128

Windows = Streams | FirstWindows


def with_defaults(settings: TrainSettings, pieces: int) -> TrainSettings:
    """Return settings with the epochs and the batch size that suit a text of so many pieces, where none were given."""
    epochs = min(max(_PIECES_TO_READ // max(pieces, 1), _LEAST_EPOCHS), _MOST_EPOCHS)
    streams = min(max(pieces // (settings.timesteps * _UPDATES_AN_EPOCH), _LEAST_STREAMS), _MOST_STREAMS)
    return dataclasses.replace(settings, epochs=settings.epochs or epochs, batch_size=settings.batch_size or streams)


def training_windows(ids: NDArray[np.int32], settings: TrainSettings) -> Windows:
    """Return the windows of what is learnt; `settings` have a batch size."""
    return _windows(ids, settings, settings.batch_size or 1, FIRST_WINDOWS, np.random.default_rng(settings.seed))


def validation_windows(data: TrainingData, settings: TrainSettings, reporter: Reporter) -> Windows | None:
    """Return the windows of what is validated on; None when it is too short for one, which is told where it was asked for."""
    if len(data.valid) <= settings.timesteps:
        if settings.validation_split > 0:
            reporter.warn("The text is too short to validate on a part of it; the last weights are kept.")
        return None
    return _windows(data.valid, settings, _VALIDATION_STREAMS, _VALIDATION_WINDOWS)


def check_lengths(data: TrainingData, settings: TrainSettings, validation: Path | None) -> None:
    """Refuse a split that leaves no window to learn, and a text to validate on that has none.

    Raises:
        RefusedError: One of them.
    """
    needs = f"a window of {counted(settings.timesteps, 'step')} needs {settings.timesteps + 1}"
    if validation is None and len(data.train) <= settings.timesteps < len(data.valid):
        raise RefusedError(
            f"The split leaves {counted(len(data.train), 'piece')} to learn, and {needs}.", "Give a smaller --validation-split."
        )
    if validation is not None and len(data.valid) <= settings.timesteps:
        raise RefusedError(
            f"{validation} is too short to validate on: it has {counted(len(data.valid), 'piece')}, and {needs}.",
            "Give a longer text, or a smaller --timesteps.",
        )


def _windows(
    ids: NDArray[np.int32], settings: TrainSettings, batch_size: int, count: int, offsets: np.random.Generator | None = None
) -> Windows:
    if settings.windows == "first":
        return FirstWindows(ids, batch_size, settings.timesteps, count)
    return Streams(ids, batch_size, settings.timesteps, offsets)
