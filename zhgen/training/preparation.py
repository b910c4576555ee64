"""From a segmented text and a table of vectors to the ids that training reads."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen.bundle import Bundle
from zhgen.config import TrainSettings
from zhgen.corpus.segmented import SegmentedText, is_segmented, open_segmented, sidecar_dictionary
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.vocabulary import PARAGRAPH_END, Vocabulary, describe_unseen
from zhgen.corpus.whitespace import characters
from zhgen.errors import RefusedError
from zhgen.files import check_input_file
from zhgen.progress import SILENT, Reporter
from zhgen.raw.encoding import TextReader
from zhgen.training.continuation import extend
from zhgen.vectors.binary import read_vectors
from zhgen.vectors.table import Table
from zhgen.wording import counted

_FEW_WORDS_KNOWN = 0.5


@dataclass(frozen=True)
class TrainingData:
    """What a model is trained on.

    Attributes:
        vocabulary: The pieces and their ids.
        table: The vectors that training begins with, a row a piece.
        train: int32 (N,), the training part.
        valid: int32 (M,), what is validated on; empty if nothing is.
        words: How many words of the text were trained on.
        rows: float32 (V, D), what the network's table begins as where it goes on from another model's.
    """

    vocabulary: Vocabulary
    table: Table
    train: NDArray[np.int32]
    valid: NDArray[np.int32]
    words: int
    rows: NDArray[np.float32] | None = None

    @property
    def counts(self) -> NDArray[np.int64]:
        """How often each piece occurs in the training part, int64 (V,)."""
        return np.bincount(self.train, minlength=len(self.vocabulary)).astype(np.int64)


def prepare(
    text: SegmentedText,
    vectors: Path | None,
    validation: Path | None,
    settings: TrainSettings,
    reporter: Reporter = SILENT,
    other: Bundle | None = None,
) -> TrainingData:
    """Return a text as ids, with the vectors of its pieces.

    A word that the table has is a piece; other words are spelled by their characters, and a character that the table lacks
    gets the mean vector of the words it stands in. Where only the first windows are learnt, words that it lacks are left
    out, and so are paragraph ends: this is how the first recipe read its text.

    Args:
        text: The segmented text.
        vectors: A word2vec file; None where there is another model to go on from.
        validation: A text, raw or segmented, to validate on; None is the end of `text`.
        settings: The recipe.
        reporter: What is told about words left out.
        other: The model that is gone on from: its pieces keep their ids, and what is new follows.

    Raises:
        RefusedError: A file cannot be used, or no word of the text has a vector.
    """
    words = text.words if validation else text.split_position(settings.validation_split)
    counts = text.count_words(stop=words)
    if not counts:
        raise RefusedError("The split leaves nothing to train on.", "Give a smaller --validation-split.")
    spelled = settings.windows == "all"
    given = _read_table(vectors, counts, spelled, reporter) if vectors is not None else None
    table, rows = _tables(given, other, counts, settings, reporter)
    vocabulary = Vocabulary(table.words)
    held_out = list(_paragraphs(validation, text, reporter) if validation else text.paragraphs(start=words))
    train, valid = (
        vocabulary.encode_paragraphs(paragraphs, ends=spelled, spell=spelled)
        for paragraphs in (text.paragraphs(stop=words), held_out)
    )
    if validation and set(np.unique(valid).tolist()) <= {vocabulary.end}:
        raise RefusedError(f"No word of {validation} is in the vocabulary.", "Validate on a text of the same kind.")
    if spelled:
        _tell_unseen(vocabulary, held_out, reporter)
    return TrainingData(vocabulary, table, train, valid, words, rows)


def _tables(
    given: Table | None, other: Bundle | None, counts: Counter[str], settings: TrainSettings, reporter: Reporter
) -> tuple[Table, NDArray[np.float32] | None]:
    """Return the vectors of a text's pieces, and what the network's table begins as where it goes on from another model's."""
    if other is not None:
        return _extend(other, counts, given, settings.seed, reporter)
    assert given is not None
    spelled = settings.windows == "all"
    return (_complete(given, counts, settings.seed, reporter) if spelled else given), None


def _extend(
    other: Bundle, counts: Counter[str], vectors: Table | None, seed: int, reporter: Reporter
) -> tuple[Table, NDArray[np.float32]]:
    """Return the tables of a model with what is new in a text, and say how much that is."""
    extension = extend(other, counts, vectors, seed)
    known = sum(count for word, count in counts.items() if word in other.vocabulary.index)
    reporter.say(
        f"{other.path} knows {known / counts.total():.0%} of the text's words; its {len(other.vocabulary):,} pieces go on, and "
        f"{len(extension.vocabulary) - len(other.vocabulary):,} more"
    )
    return extension.table, extension.rows


def _read_table(vectors: Path, counts: Counter[str], spelled: bool, reporter: Reporter) -> Table:
    """Read the vectors of the words and characters of a text."""
    keep = set(counts)
    if spelled:
        keep.add(PARAGRAPH_END)
        keep.update(character for word in counts for character in characters(word))
    reading = read_vectors(vectors, keep=keep)
    if reading.dropped:
        reporter.warn(reading.describe(vectors))
    _check_overlap(vectors, reading.table, counts, reporter)
    return reading.table


def _check_overlap(path: Path, table: Table, counts: Counter[str], reporter: Reporter) -> None:
    """Refuse a table that knows no word of the text, and say so when it knows few."""
    known = sum(counts[word] for word in table.words)
    if known == 0:
        raise RefusedError(
            f"No word of the text is in {path}.",
            "Give vectors made from this text, or from one cut into words likewise.",
        )
    share = known / counts.total()
    if share < _FEW_WORDS_KNOWN:
        reporter.warn(f"Only {share:.0%} of the text's words have a vector in {path}.")


def _complete(table: Table, counts: Counter[str], seed: int, reporter: Reporter) -> Table:
    """Return the table with `</s>` and every character that spells a word it lacks, less what is not in the text."""
    have = {word: row for row, word in enumerate(table.words)}
    spelled: Counter[str] = Counter()
    for word, count in counts.items():
        if word not in have:
            for character in characters(word):
                spelled[character] += count
    used = [word for word in table.words if word in counts or word in spelled or word == PARAGRAPH_END]
    missing = sorted(character for character in {PARAGRAPH_END, *spelled} if character not in have)
    rows = table.vectors[[have[word] for word in used]]
    if not missing:
        return Table(tuple(used), rows)
    if set(missing) != {PARAGRAPH_END}:
        reporter.say(f"{counted(len(missing), 'character')} had no vector yet and got the mean of their words' vectors.")
    return Table((*used, *missing), np.concatenate([rows, _means(missing, used, rows, seed)]))


def _means(missing: Sequence[str], words: Sequence[str], vectors: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Return for each missing piece the mean vector of the words it stands in, or a random one where it stands in none."""
    containing: dict[str, list[int]] = defaultdict(list)
    for row, word in enumerate(words):
        for character in set(characters(word)):
            containing[character].append(row)
    generator = np.random.default_rng(seed)
    drawn = generator.normal(vectors.mean(axis=0), vectors.std(axis=0) + 1e-6, size=(len(missing), vectors.shape[1]))
    result = drawn.astype(np.float32)
    for number, piece in enumerate(missing):
        if containing[piece]:
            result[number] = vectors[containing[piece]].mean(axis=0)
    return result


def _paragraphs(path: Path, text: SegmentedText, reporter: Reporter) -> Iterable[list[str]]:
    """Return the words of a text, raw or segmented; a raw one is cut as the training text was."""
    if is_segmented(path):
        return open_segmented(path).paragraphs()
    check_input_file(path)
    return _cut(path, segmenter_of(text, reporter), reporter)


def _cut(path: Path, segmenter: Segmenter, reporter: Reporter) -> Iterable[list[str]]:
    with path.open("rb") as file:
        for paragraph in TextReader(file, str(path), reporter=reporter).paragraphs():
            yield list(segmenter.words(paragraph))


def segmenter_of(text: SegmentedText, reporter: Reporter = SILENT) -> Segmenter:
    """Return a segmenter that cuts whole texts as a text was cut; with jieba's defaults when nobody wrote down how that was."""
    if text.sidecar is None:
        return Segmenter(long_text=True)
    return Segmenter.like(text.sidecar.segmenter, sidecar_dictionary(text.sidecar), reporter, long_text=True)


def _tell_unseen(vocabulary: Vocabulary, paragraphs: Sequence[Sequence[str]], reporter: Reporter) -> None:
    unseen = vocabulary.unseen(word for paragraph in paragraphs for word in paragraph)
    if unseen:
        reporter.say(
            f"The validation text has {counted(unseen.total(), 'character')} that the training text has not, left out here: "
            f"{describe_unseen(unseen)}"
        )
