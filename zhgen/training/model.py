"""Trains a model: a segmented text and a table of vectors in, a bundle out."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from zhgen import __version__
from zhgen.bundle import CONFIG, Bundle
from zhgen.config import Recipe, TrainSettings
from zhgen.corpus.segmented import SegmentedText, Sidecar, sidecar_dictionary
from zhgen.files import sha256
from zhgen.ngrams.kneser_ney import KneserNey
from zhgen.progress import SILENT, Reporter
from zhgen.training.backend import load_keras
from zhgen.training.checkpoint import Checkpoint
from zhgen.training.continuation import extended_weights, warn_of_another_cut
from zhgen.training.identity import identity
from zhgen.training.layout import check_lengths, training_windows, validation_windows, with_defaults
from zhgen.training.memory import Size, available_memory, check_memory
from zhgen.training.outcome import fit_readout, tell_first_window, tell_mixtures
from zhgen.training.preparation import TrainingData, prepare, segmenter_of
from zhgen.training.samples import Sampler
from zhgen.vectors.table import Table
from zhgen.wording import counted

LIBRARIES = ("gensim", "jieba", "keras", "numpy", "tensorflow")
_MIXTURE_PIECES = 30_000  # of the validation part; a few weights need no more


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
    keep_text: bool = False,
    reporter: Reporter = SILENT,
) -> Trained:
    """Train a model.

    Args:
        text: The segmented text.
        vectors: A word2vec file, of any dimension; None is allowed where there is another model to go on from.
        settings: What the recipe came to.
        recipe: The recipe's name, for the record.
        validation: A text, raw or segmented, to validate on; None is the end of `text`.
        other: A model to go on from; `settings` are those of `settings_from`.
        checkpoint: The directory in which the training is kept while it goes on; None keeps nothing.
        resume: Whether it goes on with what is kept there, if anything is.
        keep_text: Whether the bundle holds the training part, for `max_copy`.
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
    check_lengths(data, settings, validation)
    train_windows = training_windows(data.train, settings)
    valid_windows = validation_windows(data, settings, reporter)
    made_from = {"the text": hashes[0], "the vectors": hashes[1], "--from": _config_hash(other)}
    check_memory(settings, _size(data), available_memory())
    kept = _open_checkpoint(checkpoint, identity(data, made_from, settings), reporter, resume=resume)
    reporter.say(
        f"{len(data.vocabulary):,} pieces, {len(data.train):,} to learn, {len(data.valid):,} to validate on; "
        f"{_sizes(settings)}, {counted(settings.epochs or 1, 'epoch')}, {train_windows.batch_size} side by side"
    )
    # Before the libraries are loaded: counting takes memory for a moment, and so the two do not add up.
    ngrams = None if settings.windows == "first" else KneserNey.fit(data.train, len(data.vocabulary), data.vocabulary.end)
    load_keras(settings.seed, settings.backend)
    from zhgen.training.objectives import make_objective
    from zhgen.training.trainer import Trainer

    objective: Any = make_objective(data.table.vectors, data.counts, data.vocabulary.pieces, settings)
    if other is not None and data.rows is not None:
        objective.restore(extended_weights(other, data.rows, data.counts))
    if settings.windows == "first":
        tell_first_window(objective, data, train_windows, "before", reporter)
    dictionary = sidecar_dictionary(text.sidecar) if text.sidecar else None
    config = _config(text, vectors, hashes, settings, recipe, data, other, carried=objective.carries_state)

    def now() -> Bundle:
        return Bundle(config, data.vocabulary, objective.exported(), dictionary)

    sampler = None if prompts is None else Sampler(now, prompts, settings, reporter)
    trainer = Trainer(objective, settings, train_windows, valid_windows, reporter, kept, sampler)
    trainer.run(resume=resume)
    if settings.windows == "first":
        tell_first_window(objective, data, train_windows, "after", reporter)
    config["best"] = trainer.record.kept
    if valid_windows is not None or not objective.learns_probabilities:
        config["readout"] = fit_readout(objective, valid_windows or train_windows, reporter)
    bundle = Bundle(config, data.vocabulary, objective.exported(), dictionary, history=trainer.record.history, counted=ngrams)
    if ngrams is not None and valid_windows is not None:
        config["mixture"] = tell_mixtures(bundle, ngrams, data.valid[:_MIXTURE_PIECES], reporter)
    if keep_text:
        bundle = dataclasses.replace(bundle, kept=data.train)
    return Trained(bundle, data.table, trainer.interrupted, kept)


def _sizes(settings: TrainSettings) -> str:
    size = f"{settings.layers} × {counted(settings.units, 'unit')}"
    size = size if settings.members == 1 else f"{settings.members} networks of {size}"
    return f"{size} that look back at {counted(settings.attention, 'piece')}" if settings.attention else size


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


def treatment_of(sidecar: Sidecar | None) -> dict[str, Any]:
    """Return how the signs and characters of a text were changed before it was cut: prompts are treated likewise."""
    facts = {"clean": [*sidecar.clean], "conversion": sidecar.conversion} if sidecar else {}
    done = {name: fact for name, fact in facts.items() if fact}
    return {"treatment": done} if done else {}


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
        "members": settings.members,
        "attention": settings.attention,
        "segmenter": sidecar.segmenter if sidecar else segmenter_of(text).identity,
        **treatment_of(sidecar),
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
