"""Texts to be compared: cut into words alike and spelled in the same pieces."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen.corpus.segmented import SegmentedText, is_segmented, open_segmented
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.vocabulary import PARAGRAPH_END, Vocabulary, count_pieces, default_min_count
from zhgen.corpus.whitespace import characters
from zhgen.errors import RefusedError
from zhgen.evaluation.reading import STDIN, check_stdin_once, name_of, raw_paragraphs
from zhgen.files import check_input_file
from zhgen.progress import SILENT, Reporter
from zhgen.training.preparation import segmenter_of

Ids = NDArray[np.int32]


@dataclass(frozen=True)
class Words:
    """A text as it was cut.

    Attributes:
        name: What it is called.
        ids: int32 (N,), words by the numbers of the reader that read them, 0 at each paragraph's end.
        text: The path, the sidecar if there is one, and how many words each paragraph has.
    """

    name: str
    ids: Ids
    text: SegmentedText


class WordReader:
    """Reads texts, raw or segmented, and numbers their words from 1 on; raw ones are cut as the segmented ones were.

    Args:
        paths: All texts that are to be compared, the one first that decides how the others are cut; `-` is stdin.
        reporter: What is told how it goes on, and when texts are not cut alike.

    Attributes:
        words: The words by their numbers; 0 is a paragraph's end.

    Raises:
        RefusedError: A file cannot be used, or stdin is named twice.
    """

    def __init__(self, paths: Sequence[Path], reporter: Reporter = SILENT) -> None:
        self.reporter = reporter
        self.words = [PARAGRAPH_END]
        self._numbers: dict[str, int] = {}
        check_stdin_once(paths)
        for path in paths:
            if path != STDIN:
                check_input_file(path)
        self._opened = {path: open_segmented(path) for path in paths if is_segmented(path)}
        self._segmenter: Segmenter | None = None
        self._warn_of_differences()

    def read(self, path: Path) -> Words:
        """Return the words of one of the texts.

        Raises:
            RefusedError: It is not UTF-8 text, or is empty.
        """
        ids, lengths = array("i"), []
        with self.reporter.track(f"read {name_of(path)}", None, "words") as task:
            for paragraph in self._paragraphs(path):
                ids.extend(map(self._number, paragraph))
                ids.append(0)
                lengths.append(len(paragraph))
                task.advance(len(paragraph))
        if not lengths:
            raise RefusedError(f"There is no text in {name_of(path)}, only white space.", "Give a file with text in it.")
        text = self._opened.get(path) or SegmentedText(path, None, lengths)
        return Words(name_of(path), np.array(ids, dtype=np.int32), text)

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.words)
            self.words.append(word)
        return number

    def _paragraphs(self, path: Path) -> Iterator[list[str]]:
        if path in self._opened:
            yield from self._opened[path].paragraphs()
            return
        if self._segmenter is None:
            texts = self._opened.values()
            pattern = next((text for text in texts if text.sidecar), next(iter(texts), None))
            self._segmenter = segmenter_of(pattern, self.reporter) if pattern else Segmenter(long_text=True)
        for paragraph in raw_paragraphs(path):
            yield list(self._segmenter.words(paragraph))

    def _warn_of_differences(self) -> None:
        known = [(path, text.sidecar.segmenter) for path, text in self._opened.items() if text.sidecar]
        for path, segmenter in known[1:]:
            if segmenter != known[0][1]:
                self.reporter.warn(f"{path} was cut otherwise than {known[0][0]}; give the raw text to have it cut alike.")


class Speller:
    """Spells words in pieces: the words that are frequent in one text, characters for the others.

    Args:
        words: The words by their numbers; 0 is a paragraph's end.
        counts: int64 (W,), how often each occurs in the text that decides.

    Attributes:
        vocabulary: The pieces, with every character that spells any of the words; `</s>` has the id 0.
        min_count: Words seen less often are spelled.
    """

    def __init__(self, words: Sequence[str], counts: NDArray[np.int64]) -> None:
        self.min_count = default_min_count(int(counts[1:].sum()))
        frequent = Counter(dict(zip(words[1:], counts[1:].tolist(), strict=True)))
        # Every character is a piece here, also one that the text lacks: two unseen characters are not the same.
        pieces = dict.fromkeys((PARAGRAPH_END, *count_pieces(frequent, self.min_count, 1)))
        self.vocabulary = Vocabulary(tuple(pieces))
        index = self.vocabulary.index
        spelled = array("i", [0])
        ends = array("q", [1])
        for word, count in zip(words[1:], counts[1:].tolist(), strict=True):
            whole = count >= self.min_count and word != PARAGRAPH_END
            spelled.extend(index[piece] for piece in ([word] if whole else characters(word)))
            ends.append(len(spelled))
        self._spelled = np.array(spelled, dtype=np.int32)
        self._starts = np.concatenate([[0], np.array(ends, dtype=np.int64)])

    def spell(self, ids: Ids) -> Ids:
        """Return the pieces that spell words, int32 (M,), of the numbers of words, int32 (N,)."""
        starts, lengths = self._starts[ids], (self._starts[1:] - self._starts[:-1])[ids]
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        spelled: Ids = self._spelled[np.repeat(starts, lengths) + offsets]
        return spelled
