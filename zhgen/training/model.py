"""Trains a model: a segmented text and a table of vectors in, a bundle out."""

import dataclasses
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from zhgen import __version__
from zhgen.bundle import Bundle
from zhgen.config import Recipe, TrainSettings
from zhgen.corpus.segmented import SegmentedText, sidecar_dictionary
from zhgen.files import sha256
from zhgen.progress import SILENT, Reporter
from zhgen.training.backend import load_keras
from zhgen.training.preparation import TrainingData, prepare, segmenter_of
from zhgen.training.windows import FirstWindows, Streams
from zhgen.vectors.table import Table, nearest, unit_rows

LIBRARIES = ("gensim", "jieba", "keras", "numpy", "tensorflow")
FIRST_WINDOWS = 10
"""How many windows the recipe `seed` learns."""

_VALIDATION_WINDOWS = 1000
_VALIDATION_STREAMS = 16
_PIECES_TO_READ = 3_400_000  # in all epochs together: six times a novel of 560,000 pieces
_LEAST_EPOCHS, _MOST_EPOCHS = 6, 16
_UPDATES_AN_EPOCH = 100  # a short text is read in fewer streams, so that an epoch still has about so many updates
_LEAST_STREAMS, _MOST_STREAMS = 8, 64


@dataclass(frozen=True)
class Trained:
    """A trained model and what goes into its bundle beside it.

    Attributes:
        bundle: The model.
        table: The vectors that training began with, a row a piece.
        interrupted: Whether Ctrl-C ended the training early.
    """

    bundle: Bundle
    table: Table
    interrupted: bool


def train(
    text: SegmentedText,
    vectors: Path,
    settings: TrainSettings,
    *,
    recipe: Recipe = "default",
    validation: Path | None = None,
    reporter: Reporter = SILENT,
) -> Trained:
    """Train a model.

    Args:
        text: The segmented text.
        vectors: A binary word2vec file, of any dimension.
        settings: What the recipe came to.
        recipe: The recipe's name, for the record.
        validation: A text, raw or segmented, to validate on; None is the end of `text`.
        reporter: What is told how it goes on.

    Raises:
        RefusedError: The text is too short for one window, or a file cannot be used.
        ZhgenError: The loss is no longer a number, and no epoch before was validated.
    """
    data = prepare(text, vectors, validation, settings, reporter)
    hashes = sha256(text.path), sha256(vectors)  # of what was read, whatever stands there when training ends
    settings = with_defaults(settings, len(data.train))
    train_windows = _windows(data.train, settings, settings.batch_size or 1, FIRST_WINDOWS)
    valid_windows = _validation_windows(data, settings, reporter)
    reporter.say(
        f"{len(data.vocabulary):,} pieces, {len(data.train):,} to learn, {len(data.valid):,} to validate on; "
        f"{settings.layers} × {settings.units} units, {settings.epochs} epochs, {train_windows.batch_size} side by side"
    )
    load_keras(settings.seed)
    from zhgen.training.objectives import Contrastive, SquaredError
    from zhgen.training.trainer import Trainer

    objective: Any
    if settings.loss == "contrastive":
        objective = Contrastive(data.table.vectors, data.counts, settings)
    else:
        objective = SquaredError(data.table.vectors, settings)
        _tell_first_window(objective, data, train_windows, "before", reporter)
    trainer = Trainer(objective, settings, train_windows, valid_windows, reporter)
    trainer.run()
    if settings.loss == "mse":
        _tell_first_window(objective, data, train_windows, "after", reporter)
    config = _config(text, vectors, hashes, settings, recipe, data, trainer.kept, carried=objective.carries_state)
    dictionary = sidecar_dictionary(text.sidecar) if text.sidecar else None
    bundle = Bundle(config, data.vocabulary, objective.exported(), dictionary, history=trainer.history)
    return Trained(bundle, data.table, trainer.interrupted)


def with_defaults(settings: TrainSettings, pieces: int) -> TrainSettings:
    """Return settings with the epochs and the batch size that suit a text of so many pieces, where none were given."""
    epochs = min(max(_PIECES_TO_READ // max(pieces, 1), _LEAST_EPOCHS), _MOST_EPOCHS)
    streams = min(max(pieces // (settings.timesteps * _UPDATES_AN_EPOCH), _LEAST_STREAMS), _MOST_STREAMS)
    return dataclasses.replace(settings, epochs=settings.epochs or epochs, batch_size=settings.batch_size or streams)


def _windows(ids: Any, settings: TrainSettings, batch_size: int, count: int) -> Streams | FirstWindows:
    if settings.loss == "mse":
        return FirstWindows(ids, batch_size, settings.timesteps, count)
    return Streams(ids, batch_size, settings.timesteps)


def _validation_windows(data: TrainingData, settings: TrainSettings, reporter: Reporter) -> Streams | FirstWindows | None:
    if len(data.valid) <= settings.timesteps:
        if settings.validation_split > 0:
            reporter.warn("The text is too short to validate on a part of it; the last weights are kept.")
        return None
    return _windows(data.valid, settings, _VALIDATION_STREAMS, _VALIDATION_WINDOWS)


def _tell_first_window(
    objective: Any, data: TrainingData, windows: Streams | FirstWindows, when: str, reporter: Reporter
) -> None:
    """Say what the network makes of the first window: the right word and the nearest one, each with its cosine."""
    batch = next(windows.batches())
    outputs = np.asarray(objective.predict(batch.x), dtype=np.float32)
    unit_vectors = unit_rows(data.table.vectors)
    pieces = data.vocabulary.pieces
    found = [nearest(unit_vectors, output, 1)[0] for output in outputs]
    targets = batch.y[-1]
    right = int(targets[0])
    cosine = float(unit_rows(outputs[:1])[0] @ unit_vectors[right])
    hits = sum(row == int(target) for (row, _), target in zip(found, targets, strict=True))
    reporter.say(
        f"{when}: the first window is followed by {pieces[right]} (cosine {cosine:.5f}); "
        f"predicted {pieces[found[0][0]]} (cosine {found[0][1]:.5f}); {hits} of the {len(found)} first windows right"
    )


def _config(
    text: SegmentedText,
    vectors: Path,
    hashes: tuple[str, str],
    settings: TrainSettings,
    recipe: Recipe,
    data: TrainingData,
    kept: dict[str, Any] | None,
    *,
    carried: bool,
) -> dict[str, Any]:
    """Return what `config.json` says of a model."""
    sidecar = text.sidecar
    return {
        "zhgen": __version__,
        "recipe": recipe,
        "settings": dataclasses.asdict(settings),
        "timesteps": settings.timesteps,
        "state": "carried" if carried else "zero",
        "vector_size": data.table.vector_size,
        "units": settings.units,
        "layers": settings.layers,
        "segmenter": sidecar.segmenter if sidecar else segmenter_of(text).identity,
        "corpus": {
            "name": text.path.name,
            "sha256": hashes[0],
            "sources": sidecar.sources if sidecar else [],
            "words": data.words,
            "pieces": len(data.train),
            "validation_pieces": len(data.valid),
        },
        "vectors": {"name": vectors.name, "sha256": hashes[1]},
        "best": kept,
        "libraries": {name: version(name) for name in LIBRARIES},
    }
