"""word2vec by gensim: the pieces of a segmented text in, a table out."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.config import EmbedSettings
from zhgen.corpus.segmented import SegmentedText
from zhgen.corpus.vocabulary import Vocabulary, count_pieces, default_min_count, vocabulary_of
from zhgen.errors import RefusedError
from zhgen.progress import SILENT, Reporter, Task
from zhgen.vectors.binary import read_header, read_vectors
from zhgen.vectors.table import Table
from zhgen.wording import counted

LONGEST_SENTENCE = 10_000
"""gensim drops what a sentence has beyond this, without a word."""

_FEWEST_PIECES = 10


@dataclass(frozen=True)
class Embedding:
    """Trained vectors and how they came about.

    Attributes:
        table: A row a piece of the training part, the most frequent first.
        min_count: Words seen less often were spelled by their characters.
        words: How many words of the text were trained on.
        pieces: How many pieces that made.
    """

    table: Table
    min_count: int
    words: int
    pieces: int


def embed(text: SegmentedText, settings: EmbedSettings, reporter: Reporter = SILENT, *, start: Path | None = None) -> Embedding:
    """Train vectors for the pieces of a text's training part.

    Args:
        text: The text.
        settings: How they are trained.
        reporter: What is told how it goes on.
        start: A file of vectors. Pieces that it has start there, the others where gensim starts them, near the origin.

    Raises:
        RefusedError: The text is too short, or the file is damaged, has another dimension or none of the text's pieces.
    """
    words = text.split_position(settings.validation_split)
    counts = text.count_words(stop=words)
    min_count = settings.min_count or default_min_count(words)
    ends = sum(1 for _ in text.paragraphs(stop=words))
    vocabulary = vocabulary_of(count_pieces(counts, min_count, ends))
    ids = vocabulary.encode_paragraphs(text.paragraphs(stop=words))
    if len(ids) < _FEWEST_PIECES:
        raise RefusedError(f"{text.path} has only {counted(words, 'word')}.", "Give a longer text; a novel is best.")
    given = None if start is None else _read_start(start, ids, vocabulary, settings, reporter)
    return Embedding(_train(ids, vocabulary, settings, given, reporter), min_count, words, len(ids))


def _read_start(
    path: Path, ids: NDArray[np.int32], vocabulary: Vocabulary, settings: EmbedSettings, reporter: Reporter
) -> Table:
    """Return the rows that a file has for the pieces of a text, and say how many these are."""
    size = read_header(path)[1]
    if size != settings.vector_size:
        raise RefusedError(
            f"The vectors in {path} have {counted(size, 'dimension')} and --vector-size is {settings.vector_size:,}.",
            "Leave out --vector-size to have the file's.",
        )
    reading = read_vectors(path, keep=vocabulary.index)
    words = reading.table.words
    if not words:
        raise RefusedError(
            f"{path} has no vector of any piece of the text.",
            "Give vectors of the same language and the same kind of characters.",
        )
    found = np.isin(ids, [vocabulary.index[word] for word in words]).mean()
    dropped = f"; dropped: {reading.describe_dropped()}" if reading.dropped else ""
    reporter.say(f"{path}: {len(words):,} of the text's {len(vocabulary):,} pieces, {found:.1%} of its length{dropped}")
    return reading.table


class Sentences:
    """The sentences of a text for gensim, which goes through them once an epoch: a paragraph each, or a part of a long one.

    Args:
        ids: int32 (N,), pieces of the text with `</s>` at each paragraph's end.
        vocabulary: What the ids mean.
    """

    def __init__(self, ids: NDArray[np.int32], vocabulary: Vocabulary) -> None:
        self.ids, self.pieces = ids, vocabulary.pieces
        assert vocabulary.end is not None
        ends = np.flatnonzero(ids == vocabulary.end) + 1
        self.bounds = [0, *ends.tolist()]

    def __iter__(self) -> Iterator[list[str]]:
        for start, stop in zip(self.bounds, self.bounds[1:], strict=False):
            for part in range(start, stop, LONGEST_SENTENCE):
                chunk = self.ids[part : min(part + LONGEST_SENTENCE, stop)]
                yield [self.pieces[identity] for identity in chunk.tolist()]


def _train(
    ids: NDArray[np.int32], vocabulary: Vocabulary, settings: EmbedSettings, start: Table | None, reporter: Reporter
) -> Table:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of libraries that gensim imports
        from gensim.models import Word2Vec

    with reporter.track("embed", settings.epochs * len(ids), "words") as task:
        sentences = Sentences(ids, vocabulary)
        model = Word2Vec(
            vector_size=settings.vector_size,
            window=settings.window,
            min_count=1,  # rare words are spelled already
            sg=int(settings.sg),
            hs=0,
            negative=settings.negative,
            sample=settings.sample,
            alpha=settings.alpha,
            epochs=settings.epochs,
            seed=settings.seed,
            workers=settings.workers,
        )
        model.build_vocab(sentences)
        if start is not None:
            model.wv.vectors[[model.wv.key_to_index[word] for word in start.words]] = start.vectors
        counter = _epoch_counter(task, len(ids))
        model.train(sentences, total_examples=model.corpus_count, epochs=settings.epochs, callbacks=[counter])
    rows = [model.wv.key_to_index[piece] for piece in vocabulary.pieces]
    return Table(vocabulary.pieces, model.wv.vectors[rows])


def _epoch_counter(task: Task, words: int) -> Any:
    from gensim.models.callbacks import CallbackAny2Vec

    class EpochCounter(CallbackAny2Vec):  # type: ignore[misc]  # gensim ships no types
        def on_epoch_end(self, model: object) -> None:  # noqa: ARG002  gensim passes the model
            task.advance(words)

    return EpochCounter()
