"""Texts that a model is evaluated on, raw or segmented, as a stream of pieces: one paragraph and one chunk are in memory."""

import functools
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen.bundle import Bundle
from zhgen.corpus.segmented import differing_cut, is_segmented, open_segmented
from zhgen.corpus.vocabulary import PARAGRAPH_END, Vocabulary
from zhgen.corpus.whitespace import restore
from zhgen.errors import RefusedError
from zhgen.files import check_input_file, sha256
from zhgen.progress import SILENT, Reporter
from zhgen.raw.encoding import TextReader

STDIN = Path("-")


@dataclass
class Reading:
    """What was read of a text so far.

    Attributes:
        name: The text's.
        paragraphs: How many there were.
        pieces: How many known pieces, paragraph ends included.
        chars: Characters that are not white space, plus paragraphs.
        bytes: The length of what was read in UTF-8, about.
        unseen: How often each character occurred that is no piece; `</s>` where that is none.
    """

    name: str
    paragraphs: int = 0
    pieces: int = 0
    chars: int = 0
    bytes: int = 0
    unseen: Counter[str] = field(default_factory=Counter)


def characters_of(piece: str) -> int:
    """Return how many characters a piece has that are not white space; a paragraph's end counts as one."""
    return 1 if piece == PARAGRAPH_END else sum(not character.isspace() for character in restore(piece))


def check_texts(paths: Sequence[Path], bundle: Bundle, reporter: Reporter) -> None:
    """Refuse texts that cannot be read, before time is spent on the first, and warn of those that mislead.

    Args:
        paths: The texts; `-` is stdin.
        bundle: The model that is to be evaluated on them.
        reporter: What is told when a text was cut otherwise than the model's corpus, or is the one it was trained on.

    Raises:
        RefusedError: A file is missing, no text, empty or damaged, or stdin is named twice.
    """
    check_stdin_once(paths)
    for path in paths:
        if path == STDIN:
            continue
        if is_segmented(path):
            _check_segmented(path, bundle, reporter)
        else:
            _check_raw(path, reporter)
        if _was_trained_on(path, bundle):
            reporter.warn(f"The model was trained on {path}: these figures say nothing about how it predicts other text.")


def _check_segmented(path: Path, bundle: Bundle, reporter: Reporter) -> None:
    sidecar = open_segmented(path).sidecar
    differs = "" if sidecar is None else differing_cut(sidecar.segmenter, bundle.config["segmenter"])
    if differs:
        reporter.warn(f"{path} was cut otherwise than the model's corpus ({differs}); give the raw text to have it cut alike.")


def _check_raw(path: Path, reporter: Reporter) -> None:
    check_input_file(path)
    with path.open("rb") as file:
        if next(TextReader(file, str(path), reporter=reporter).paragraphs(), None) is None:
            raise RefusedError(f"There is no text in {path}, only white space.", "Give a file with text in it.")


def _was_trained_on(path: Path, bundle: Bundle) -> bool:
    corpus = bundle.config["corpus"]
    return sha256(path) in {corpus["sha256"], *(source["sha256"] for source in corpus["sources"])}


class PieceReader:
    """Reads texts in chunks of ids.

    Args:
        bundle: The model whose pieces they are.
        reporter: What is told where another engine has to cut raw texts.

    Attributes:
        lengths: int64 (V,), the characters of each piece that are not white space; 1 for `</s>`.
    """

    def __init__(self, bundle: Bundle, reporter: Reporter = SILENT) -> None:
        self.bundle, self.reporter = bundle, reporter
        self.vocabulary: Vocabulary = bundle.vocabulary
        self.lengths = np.array([characters_of(piece) for piece in self.vocabulary.pieces], dtype=np.int64)

    def chunks(self, path: Path, size: int, reading: Reading) -> Iterator[NDArray[np.int32]]:
        """Yield the ids of a text, int32 (n,) with n = `size` except in the last chunk; `reading` is kept up to date.

        Characters that are no piece are counted and left out.

        Raises:
            RefusedError: The text has no paragraph, or is not UTF-8.
        """
        waiting = array("i")
        for words in self._paragraphs(path):
            self._read(words, waiting, reading)
            full = len(waiting) - len(waiting) % size
            for start in range(0, full, size):
                yield self._count(waiting[start : start + size], reading)
            del waiting[:full]
        if reading.paragraphs == 0:
            raise RefusedError(f"There is no text in {reading.name}, only white space.", "Give a file with text in it.")
        if waiting:
            yield self._count(waiting, reading)

    def _read(self, words: Sequence[str], waiting: "array[int]", reading: Reading) -> None:
        """Append the pieces of a paragraph and count what is no piece."""
        index, spell = self.vocabulary.index, self.vocabulary.spell
        unseen: list[str] = []
        for word in words:
            for piece in spell(word):
                identity = index.get(piece)
                if identity is None:
                    unseen.append(piece)
                else:
                    waiting.append(identity)
        if self.vocabulary.end is None:
            unseen.append(PARAGRAPH_END)
        else:
            waiting.append(self.vocabulary.end)
        reading.unseen.update(unseen)
        reading.chars += sum(map(characters_of, unseen))
        reading.paragraphs += 1
        reading.bytes += len("".join(words).encode()) + 1

    def _count(self, ids: "array[int]", reading: Reading) -> NDArray[np.int32]:
        chunk = np.array(ids, dtype=np.int32)
        reading.pieces += len(chunk)
        reading.chars += int(self.lengths[chunk].sum())
        return chunk

    def _paragraphs(self, path: Path) -> Iterator[list[str]]:
        """Yield the words of each paragraph; a raw text is cut as the model's corpus was."""
        if is_segmented(path):
            yield from open_segmented(path).paragraphs()
            return
        for paragraph in raw_paragraphs(path):
            yield list(self._cut(paragraph))

    @functools.cached_property
    def _cut(self) -> Callable[[str], Iterator[str]]:
        """What cuts a raw paragraph into words; loading it takes a second."""
        return self.bundle.segmenter(self.reporter).words


def check_stdin_once(paths: Sequence[Path]) -> None:
    """Refuse texts among which stdin is named twice: it can be read once.

    Raises:
        RefusedError: It is.
    """
    if paths.count(STDIN) > 1:
        raise RefusedError("stdin is named twice.", "Give - once.")


def raw_paragraphs(path: Path) -> Iterator[str]:
    """Yield the paragraphs of a raw text; `-` is stdin.

    Raises:
        RefusedError: It is not UTF-8.
    """
    with ExitStack() as stack:
        file = sys.stdin.buffer if path == STDIN else stack.enter_context(path.open("rb"))
        yield from TextReader(file, name_of(path)).paragraphs()


def bytes_of(paths: Sequence[Path]) -> int | None:
    """Return how many bytes texts have together; None when stdin is among them."""
    return None if STDIN in paths else sum(path.stat().st_size for path in paths)


def name_of(path: Path) -> str:
    """Return what a text is called."""
    return "stdin" if path == STDIN else str(path)
