"""Seconds of `zhgen embed` beside gensim called directly on the same pieces with the same settings.

The settings are those that word2vec's authors give: CBOW, 200 dimensions, window 8, 25 noise words, 15 epochs; two threads.
gensim reads the pieces from a file with its own reader, as its documentation says; what both are given is the same. The
seconds of zhgen are those of all it does, the counting and spelling of words included. Importing gensim is left out of both.

Usage: python benchmarks/embedding.py SEG [ROUNDS] [EPOCHS]
"""

import dataclasses
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gensim.models import Word2Vec
from gensim.models.word2vec import LineSentence

from zhgen.config import EmbedSettings
from zhgen.corpus.segmented import open_segmented
from zhgen.corpus.vocabulary import count_pieces, default_min_count, vocabulary_of
from zhgen.vectors.c_flags import read_c_flags
from zhgen.vectors.word2vec import embed

FLAGS = "-cbow 1 -size 200 -window 8 -negative 25 -hs 0 -sample 1e-4 -threads 2 -binary 1 -iter 15 -alpha 0.05"


def settings_of(epochs: int) -> EmbedSettings:
    """Return the settings that the flags make, for the whole text."""
    asked, defaults = read_c_flags(FLAGS)
    return EmbedSettings(**{**defaults, **asked, "epochs": epochs, "validation_split": 0.0})


def write_pieces(text: Path, min_count: int, output: Path) -> int:
    """Write the pieces that zhgen trains on, a paragraph a line, and return how many there are."""
    segmented = open_segmented(text)
    counts = segmented.count_words()
    vocabulary = vocabulary_of(count_pieces(counts, min_count, len(segmented.lengths)))
    ids = vocabulary.encode_paragraphs(segmented.paragraphs())
    pieces = (vocabulary.pieces[number] for number in ids.tolist())
    output.write_text(" ".join(pieces).replace("</s> ", "</s>\n") + "\n", "utf-8")
    return len(ids)


def gensim_alone(pieces: Path, settings: EmbedSettings) -> None:
    """Train by gensim's constructor."""
    Word2Vec(
        LineSentence(str(pieces)),
        vector_size=settings.vector_size,
        window=settings.window,
        min_count=1,
        negative=settings.negative,
        sample=settings.sample,
        alpha=settings.alpha,
        epochs=settings.epochs,
        seed=settings.seed,
        workers=settings.workers,
    )


def measure(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that work takes, by the clock and of processor time."""
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - started, used


def main(text: str, rounds: int = 3, epochs: int = 15) -> None:
    """Train in both ways in every round and print a table."""
    settings = settings_of(epochs)
    seg = Path(text)
    min_count = settings.min_count or default_min_count(open_segmented(seg).words)
    settings = dataclasses.replace(settings, min_count=min_count)
    taken: dict[str, list[tuple[float, float]]] = {"gensim": [], "zhgen": []}
    with tempfile.TemporaryDirectory() as folder:
        pieces = Path(folder) / "pieces.txt"
        count = write_pieces(seg, min_count, pieces)
        ways: dict[str, Callable[[], object]] = {
            "gensim": lambda: gensim_alone(pieces, settings),
            "zhgen": lambda: embed(open_segmented(seg), settings),
        }
        for number in range(rounds):
            for way in list(ways) if number % 2 == 0 else list(ways)[::-1]:
                taken[way].append(measure(ways[way]))
    print(f"{count:,} pieces, {epochs} epochs, {settings.workers} threads\n")
    print("| | seconds, median | ratio to gensim, median of the rounds | processor seconds | ratio |")
    print("|---|---|---|---|---|")
    for way, rows in taken.items():
        cells = []
        for kind in range(2):
            ratio = statistics.median(mine[kind] / base[kind] for base, mine in zip(taken["gensim"], rows, strict=True))
            cells.append(f"{statistics.median(row[kind] for row in rows):.2f} | {ratio:.2f}")
        print(f"| {way} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
