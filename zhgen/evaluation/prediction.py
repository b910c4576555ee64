"""How well a model predicts texts: perplexity, bits per character, ranks and cosines, beside untrained baselines."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError
from zhgen.evaluation.calibration import Reliability, TemperatureSearch
from zhgen.evaluation.predictors import KneserNeyReader, MixtureReader, ModelReader, Sight, Unigram
from zhgen.evaluation.reading import PieceReader, Reading, bytes_of, check_texts, name_of
from zhgen.evaluation.tally import Bands, Guesses, Tally, TextSize
from zhgen.generation.generator import Generator
from zhgen.progress import SILENT, Reporter

CHUNK = 128
"""Pieces whose scores are held at once."""

_MOST_UNSEEN = 0.5  # where all was seen once the estimate would leave nothing for what is known


class Evaluation:
    """Everything that is counted while texts are read in chunks.

    Args:
        generator: The model.
        alone: Whether nothing is read beside it.

    Attributes:
        counts: int64 (V,), how often each piece occurs in the training part; None for a model of an older zhgen.
    """

    def __init__(self, generator: Generator, *, alone: bool = False) -> None:
        self.bundle = generator.bundle
        self.model, self.own = ModelReader(generator), Tally()
        self.reliability, self.temperature = Reliability(), TemperatureSearch()
        ngrams = self.bundle.ngrams()
        self.counts: NDArray[np.int64] | None = None if ngrams is None else ngrams.counts
        self.bands = None if self.counts is None else Bands(self.counts)
        self.unigram = None if ngrams is None or alone else Unigram(ngrams.counts)
        self.kneser_ney = None if ngrams is None or alone else KneserNeyReader(ngrams)
        self.mixture = MixtureReader(self.bundle) if self.bundle.config.get("mixture") else None
        self.baselines: dict[str, Tally] = {}
        self.mixtures: dict[str, Tally] = {}
        self.texts: list[tuple[Reading, Tally]] = []

    def begin(self, reading: Reading) -> None:
        """Say that the chunks to come are of another text."""
        self.texts.append((reading, Tally()))

    def add(self, ids: NDArray[np.int32]) -> None:
        """Read the next chunk, int32 (n,)."""
        started = time.perf_counter()
        sight = self.model.see(ids)
        self.own.add(sight.guesses)
        self.own.seconds += time.perf_counter() - started
        self.texts[-1][1].add(sight.guesses)
        self.reliability.add(np.exp(-sight.log_sums), sight.guesses.ranks == 1)
        self.temperature.add(sight.below, sight.right)
        if self.bands is not None:
            self.bands.add(ids, sight.guesses)
        self._compare(ids, sight)

    def _compare(self, ids: NDArray[np.int32], sight: Sight) -> None:
        """Add the guesses of what is counted beside the model; the time of each is what it adds to those before it."""
        if self.unigram is None or self.kneser_ney is None:
            return
        started = time.perf_counter()
        _add(self.baselines, "unigram", self.unigram.guess(ids), started)
        started = time.perf_counter()
        counts = self.kneser_ney.probabilities(ids)
        _add(self.baselines, "kneser_ney", self.kneser_ney.guess(ids, counts), started)
        if self.mixture is not None:
            started = time.perf_counter()
            for name, guesses in self.mixture.guess(ids, sight, counts).items():
                _add(self.mixtures, name, guesses, started)

    def result(self) -> dict[str, Any]:
        """Return the figures."""
        size = self._size([reading for reading, _ in self.texts])
        best, perplexity = self.temperature.best()
        return {
            **self.own.figures(size),
            "unseen_probability": size.unseen_probability,
            "baselines": {name: tally.figures(size) for name, tally in self.baselines.items()},
            "mixtures": {name: tally.figures(size) for name, tally in self.mixtures.items()},
            "by_frequency": [] if self.bands is None else self.bands.rows(),
            "calibration": {
                "expected_error": self.reliability.error,
                "bins": self.reliability.bins(),
                "best_temperature": best,
                "perplexity_at_best_temperature": perplexity,
            },
            "texts": [self._text(reading, tally) for reading, tally in self.texts],
        }

    def _text(self, reading: Reading, tally: Tally) -> dict[str, Any]:
        """Return the model's figures on one text."""
        figures = tally.figures(self._size([reading])) if tally.pieces else {}
        kept = ("perplexity", "bits_per_char", "top1")
        return {
            "name": reading.name,
            **{name: figures.get(name) for name in kept},
            "pieces": reading.pieces,
            "chars": reading.chars,
            "unseen_chars": reading.unseen.total(),
        }

    def _size(self, readings: Sequence[Reading]) -> TextSize:
        return TextSize(
            pieces=sum(reading.pieces for reading in readings),
            chars=sum(reading.chars for reading in readings),
            unseen=sum(reading.unseen.total() for reading in readings),
            unseen_probability=self._unseen_probability(),
        )

    def _unseen_probability(self) -> float:
        """Return the probability that something never seen comes next: the share of pieces seen once (Good 1953)."""
        if self.counts is None:
            pieces, once = int(self.bundle.config["corpus"]["pieces"]), 0
        else:
            pieces, once = int(self.counts.sum()), int((self.counts == 1).sum())
        return min(max(once, 1) / max(pieces, 1), _MOST_UNSEEN)


def _add(tallies: dict[str, Tally], name: str, guesses: Guesses, started: float) -> None:
    """Add guesses and the time they took to the tally of a name."""
    tally = tallies.setdefault(name, Tally())
    tally.add(guesses)
    tally.seconds += time.perf_counter() - started


def evaluate(model: Path, texts: Sequence[Path], reporter: Reporter = SILENT, *, alone: bool = False) -> dict[str, Any]:
    """Return how well a model predicts texts.

    The texts are read one after the other, as one: what the network remembers is never forgotten, and each begins as after
    `</s>`. Memory does not grow with their length.

    Args:
        model: The bundle's directory.
        texts: Raw or segmented texts; `-` is a raw one from stdin.
        reporter: What is told how it goes on.
        alone: Whether to leave out the baselines and the mixtures, which take most of the time.

    Returns:
        The model's figures by name, and `baselines`, `mixtures`, `by_frequency`, `calibration` and `texts` beside them. What
        cannot be known (an older model has no counts) is empty, or None.

    Raises:
        RefusedError: The model or a text cannot be used, or the model knows nothing in the texts.
    """
    generator = Generator.load(model)
    check_texts(texts, generator.bundle, reporter)
    run = Evaluation(generator, alone=alone)
    if run.counts is None and not alone:
        reporter.warn(f"{model} has no counts, as an older zhgen made it: there are no baselines. Train it again to have them.")
    reader = PieceReader(generator.bundle, reporter)
    known = 0
    with reporter.track("evaluate", bytes_of(texts), "bytes") as task:
        for path in texts:
            reading, done = Reading(name_of(path)), 0
            run.begin(reading)
            for ids in reader.chunks(path, CHUNK, reading):
                run.add(ids)
                known += int((ids != generator.vocabulary.end).sum())
                task.advance(reading.bytes - done)
                done = reading.bytes
    if known == 0:
        names = ", ".join(map(name_of, texts))
        raise RefusedError(f"The model knows no piece of {names}.", "Give a text of the kind it was trained on.")
    return {"model": str(model), "recipe": generator.bundle.config["recipe"], **run.result()}
