"""Trains a model: a segmented text and a table of vectors in, a bundle out."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen import __version__
from zhgen.bundle import CONFIG, Bundle
from zhgen.config import Recipe, TrainSettings
from zhgen.corpus.segmented import SegmentedText, sidecar_dictionary
from zhgen.errors import RefusedError
from zhgen.files import sha256
from zhgen.generation.fitting import fit_mixtures
from zhgen.generation.generator import Generator
from zhgen.generation.mixture import NAMES
from zhgen.ngrams.kneser_ney import KneserNey
from zhgen.progress import SILENT, Reporter
from zhgen.training.backend import load_keras
from zhgen.training.checkpoint import Checkpoint
from zhgen.training.continuation import extended_weights, warn_of_another_cut
from zhgen.training.identity import identity
from zhgen.training.memory import Size, available_memory, check_memory
from zhgen.training.preparation import TrainingData, prepare, segmenter_of
from zhgen.training.samples import Sampler
from zhgen.training.windows import FirstWindows, Streams
from zhgen.vectors.table import Table, nearest, unit_rows

LIBRARIES = ("gensim", "jieba", "keras", "numpy", "tensorflow")
FIRST_WINDOWS = 10
"""How many windows the recipe `seed` learns."""

_VALIDATION_WINDOWS = 1000
_VALIDATION_STREAMS = 16
_MIXTURE_PIECES = 30_000  # of the validation part; a few weights need no more
_PIECES_TO_READ = 4_800_000  # in all epochs together: eight times a novel of 600,000 pieces
_LEAST_EPOCHS, _MOST_EPOCHS = 4, 8
_UPDATES_AN_EPOCH = 100  # a short text is read in fewer streams, so that an epoch still has about so many updates
_LEAST_STREAMS, _MOST_STREAMS = 8, 64


@dataclass(frozen=True)
class Trained:
    """A trained model and what goes into its bundle beside it.

    Attributes:
        bundle: The model.
        table: The vectors that training began with, a row a piece.
        interrupted: Whether Ctrl-C ended the training early.
        checkpoint: What the training was kept in; to be removed when the bundle is written, unless it was interrupted.
    """

    bundle: Bundle
    table: Table
    interrupted: bool
    checkpoint: Checkpoint | None


def train(
    text: SegmentedText,
    vectors: Path | None,
    settings: TrainSettings,
    *,
    recipe: Recipe = "default",
    validation: Path | None = None,
    other: Bundle | None = None,
    checkpoint: Path | None = None,
    resume: bool = False,
    prompts: Sequence[str] | None = None,
    reporter: Reporter = SILENT,
) -> Trained:
    """Train a model.

    Args:
        text: The segmented text.
        vectors: A binary word2vec file, of any dimension; None is allowed where there is another model to go on from.
        settings: What the recipe came to.
        recipe: The recipe's name, for the record.
        validation: A text, raw or segmented, to validate on; None is the end of `text`.
        other: A model to go on from; `settings` are those of `settings_from`.
        checkpoint: The directory in which the training is kept while it goes on; None keeps nothing.
        resume: Whether it goes on with what is kept there, if anything is.
        prompts: What the samples written meanwhile begin with; () chooses some, None writes no samples.
        reporter: What is told how it goes on.

    Raises:
        RefusedError: The text is too short for one window, or a file cannot be used.
        ZhgenError: The loss is no longer a number, and no epoch before was validated.
        KeyboardInterrupt: Ctrl-C was pressed before there was a model to keep.
    """
    if other is not None:
        warn_of_another_cut(text, other, reporter)
    data = prepare(text, vectors, validation, settings, reporter, other)
    # Of what was read, whatever stands there when training ends.
    hashes = sha256(text.path), sha256(vectors) if vectors else None
    settings = with_defaults(settings, len(data.train))
    _check_lengths(data, settings, validation)
    offsets = np.random.default_rng(settings.seed)
    train_windows = _windows(data.train, settings, settings.batch_size or 1, FIRST_WINDOWS, offsets)
    valid_windows = _validation_windows(data, settings, reporter)
    made_from = {"the text": hashes[0], "the vectors": hashes[1], "--from": _config_hash(other)}
    check_memory(settings, _size(data), available_memory())
    kept = _open_checkpoint(checkpoint, identity(data, made_from, settings), reporter, resume=resume)
    reporter.say(
        f"{len(data.vocabulary):,} pieces, {len(data.train):,} to learn, {len(data.valid):,} to validate on; "
        f"{settings.layers} × {settings.units} units, {settings.epochs} epochs, {train_windows.batch_size} side by side"
    )
    # Before the libraries are loaded: counting takes memory for a moment, and so the two do not add up.
    counted = None if settings.windows == "first" else KneserNey.fit(data.train, len(data.vocabulary), data.vocabulary.end)
    load_keras(settings.seed, settings.backend)
    from zhgen.training.objectives import make_objective
    from zhgen.training.trainer import Trainer

    objective: Any = make_objective(data.table.vectors, data.counts, data.vocabulary.pieces, settings)
    if other is not None and data.rows is not None:
        objective.restore(extended_weights(other, data.rows, data.counts))
    if settings.windows == "first":
        _tell_first_window(objective, data, train_windows, "before", reporter)
    dictionary = sidecar_dictionary(text.sidecar) if text.sidecar else None
    config = _config(text, vectors, hashes, settings, recipe, data, other, carried=objective.carries_state)

    def now() -> Bundle:
        return Bundle(config, data.vocabulary, objective.exported(), dictionary)

    sampler = None if prompts is None else Sampler(now, prompts, settings, reporter)
    trainer = Trainer(objective, settings, train_windows, valid_windows, reporter, kept, sampler)
    trainer.run(resume=resume)
    if settings.windows == "first":
        _tell_first_window(objective, data, train_windows, "after", reporter)
    config["best"] = trainer.record.kept
    if valid_windows is not None or not objective.learns_probabilities:
        config["readout"] = _fit_readout(objective, valid_windows or train_windows, reporter)
    bundle = Bundle(config, data.vocabulary, objective.exported(), dictionary, history=trainer.record.history, counted=counted)
    if counted is not None and valid_windows is not None:
        config["mixture"] = _fit_mixtures(bundle, counted, data.valid[:_MIXTURE_PIECES], reporter)
    return Trained(bundle, data.table, trainer.interrupted, kept)


def _size(data: TrainingData) -> Size:
    spelled = {character for piece in data.vocabulary.pieces for character in piece}
    fitted = min(len(data.valid), _MIXTURE_PIECES)
    return Size(len(data.train), len(data.vocabulary), data.table.vector_size, len(spelled), fitted)


def _config_hash(other: Bundle | None) -> str | None:
    """Return the hash of a model's config, which holds those of its parts."""
    return sha256(other.path / CONFIG) if other is not None and other.path is not None else None


def _open_checkpoint(folder: Path | None, made_from: dict[str, Any], reporter: Reporter, *, resume: bool) -> Checkpoint | None:
    """Return what keeps a training, if anything shall, and say what becomes of what stands there already."""
    if folder is None:
        return None
    checkpoint = Checkpoint(folder, made_from)
    if checkpoint.stands and resume:
        checkpoint.check()
    elif checkpoint.stands:
        reporter.warn(
            f"{folder} holds a training that was interrupted, and this one will replace it. To go on with that one, press "
            "Ctrl-C now and give --resume."
        )
    elif resume:
        reporter.say(f"There is no {folder} to go on from: the training begins at the beginning.")
    return checkpoint


def with_defaults(settings: TrainSettings, pieces: int) -> TrainSettings:
    """Return settings with the epochs and the batch size that suit a text of so many pieces, where none were given."""
    epochs = min(max(_PIECES_TO_READ // max(pieces, 1), _LEAST_EPOCHS), _MOST_EPOCHS)
    streams = min(max(pieces // (settings.timesteps * _UPDATES_AN_EPOCH), _LEAST_STREAMS), _MOST_STREAMS)
    return dataclasses.replace(settings, epochs=settings.epochs or epochs, batch_size=settings.batch_size or streams)


def _windows(
    ids: Any, settings: TrainSettings, batch_size: int, count: int, offsets: np.random.Generator | None = None
) -> Streams | FirstWindows:
    if settings.windows == "first":
        return FirstWindows(ids, batch_size, settings.timesteps, count)
    return Streams(ids, batch_size, settings.timesteps, offsets)


def _check_lengths(data: TrainingData, settings: TrainSettings, validation: Path | None) -> None:
    """Refuse a split that leaves no window to learn, and a text to validate on that has none."""
    needs = f"a window of {settings.timesteps} steps needs {settings.timesteps + 1}"
    if validation is None and len(data.train) <= settings.timesteps < len(data.valid):
        raise RefusedError(
            f"The split leaves {len(data.train)} pieces to learn, and {needs}.", "Give a smaller --validation-split."
        )
    if validation is not None and len(data.valid) <= settings.timesteps:
        raise RefusedError(
            f"{validation} is too short to validate on: it has {len(data.valid)} pieces, and {needs}.",
            "Give a longer text, or a smaller --timesteps.",
        )


def _validation_windows(data: TrainingData, settings: TrainSettings, reporter: Reporter) -> Streams | FirstWindows | None:
    if len(data.valid) <= settings.timesteps:
        if settings.validation_split > 0:
            reporter.warn("The text is too short to validate on a part of it; the last weights are kept.")
        return None
    return _windows(data.valid, settings, _VALIDATION_STREAMS, _VALIDATION_WINDOWS)


def _fit_readout(objective: Any, windows: Streams | FirstWindows, reporter: Reporter) -> dict[str, float]:
    """Fit what turns outputs into probabilities, and say how good they are."""
    figures = dict(objective.fit_readout(windows.batches()))
    if figures:
        prior = "bias" if objective.learns_probabilities else "log frequency"
        reporter.say(
            f"read out with {figures['scale']:.2f} × cosine + {figures['prior']:.2f} × {prior}: "
            f"perplexity {figures['perplexity']:.1f}"
        )
    return figures


def _fit_mixtures(bundle: Bundle, counted: KneserNey, valid: NDArray[np.int32], reporter: Reporter) -> dict[str, Any]:
    """Fit what `generate` mixes in when asked to, and say how much it helps."""
    fitted = fit_mixtures(Generator(bundle), counted, valid)
    reporter.say(
        "perplexity on the validation text: the model {model:.1f}, with --mix {mix:.1f}, with --cache {cache:.1f}, "
        "with both {both:.1f}".format(**{name: fitted[name]["perplexity"] for name in ("model", *NAMES)})
    )
    return fitted


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
    vectors: Path | None,
    hashes: tuple[str, str | None],
    settings: TrainSettings,
    recipe: Recipe,
    data: TrainingData,
    other: Bundle | None,
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
        "vectors": {"name": vectors.name, "sha256": hashes[1]} if vectors else None,
        "libraries": {name: version(name) for name in LIBRARIES},
        **({"from": {"name": other.path.name, "sha256": _config_hash(other)}} if other and other.path else {}),
    }
