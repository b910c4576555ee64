"""Other words for a model: it puts out vectors, and a vector has a nearest word in any list of words in its space.

The network stays as it is; what is exchanged is the table that its outputs are compared with. Words that it knows keep their
rows. Those of words that it has never seen are placed by their vectors in another table and by their characters.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from zhgen.bundle import Bundle
from zhgen.corpus.vocabulary import PARAGRAPH_END, Vocabulary
from zhgen.corpus.whitespace import as_word, characters
from zhgen.errors import RefusedError
from zhgen.files import check_input_file
from zhgen.generation.decoder import Decoder
from zhgen.generation.placement import FEWEST, Fit, Floats, fit_placement, spelling
from zhgen.progress import SILENT, Reporter
from zhgen.raw.encoding import TextReader
from zhgen.vectors.binary import read_header, read_vectors
from zhgen.vectors.table import Table, unit_rows
from zhgen.wording import counted

_SAME = 0.9  # median cosine of the same words in two tables from which on these are one space
_NAMED = 8  # words in a sentence
_POOR = 0.3  # mean cosine of held-out words below which new words are hardly placed


@dataclass(frozen=True)
class Account:
    """What became of another list of words.

    Attributes:
        known: How many of them the model knows.
        placed: How many it does not, and that were placed by their vectors and their characters.
        spelled: How many were placed by their characters alone.
        dropped: Those of which nothing is known.
        fit: How well such words are placed, where any were: of the first kind if there is one.
    """

    known: int
    placed: int = 0
    spelled: int = 0
    dropped: tuple[str, ...] = ()
    fit: Fit = field(default_factory=Fit)

    def describe(self) -> str:
        """Return it in a sentence."""
        parts = [f"{counted(self.known, 'word')} the model knows"]
        if self.placed:
            parts.append(f"{self.placed:,} that it has never seen, placed by their vectors and characters")
        if self.spelled:
            parts.append(f"{self.spelled:,} that it has never seen, placed by their characters")
        if self.fit.words:
            parts.append(
                f"of {self.fit.words:,} known words placed likewise {self.fit.nearest:.0%} come nearest to their own place, "
                f"the mean cosine being {self.fit.cosine:.2f}"
            )
        if self.dropped:
            more = f" and {len(self.dropped) - _NAMED:,} more" if len(self.dropped) > _NAMED else ""
            parts.append(f"left out, since nothing is known of them: {' '.join(self.dropped[:_NAMED])}{more}")
        return "; ".join(parts)


def open_lexicon(bundle: Bundle, vectors: Path | None, words: Path | None, reporter: Reporter = SILENT) -> Bundle:
    """Return a model that writes with other words, and say what became of them.

    Args:
        bundle: The model.
        vectors: A file of vectors, in any form that `read_vectors` reads. Without `words` its words are the list.
        words: A text file, a word a line.
        reporter: What is told.

    Raises:
        RefusedError: A file cannot be used, or it has other dimensions than the model, or no word in common with it.
    """
    listed = None if words is None else read_words(words, reporter)
    table = None
    if vectors is not None:
        _check_dimensions(bundle, vectors)
        keep = None if listed is None else {*listed, *bundle.vocabulary.pieces}
        reading = read_vectors(vectors, keep=keep)
        if reading.dropped:
            reporter.warn(reading.describe(vectors))
        table = reading.table
    other, account = exchange(bundle, listed, table, f"{vectors}")
    reporter.say(f"{words or vectors}: {account.describe()}.")
    if account.fit.cosine < _POOR:
        reporter.warn(f"The words of {vectors or words} that the model has never seen are hardly more than guesses.")
    return other


def read_words(path: Path, reporter: Reporter = SILENT) -> list[str]:
    """Return the words of a file, one a line, each once.

    Raises:
        RefusedError: It cannot be read, or there is none.
    """
    check_input_file(path)
    with path.open("rb") as file:
        lines = (line.strip() for line in TextReader(file, str(path), reporter=reporter).paragraphs())
        words = list(dict.fromkeys(as_word(line) for line in lines if line and line != PARAGRAPH_END))
    if not words:
        raise RefusedError(f"There is no word in {path}.", "Write one a line.")
    return words


def _check_dimensions(bundle: Bundle, path: Path) -> None:
    size, (_, other) = bundle.weights["decoder/table"].shape[1], read_header(path)
    if other != size:
        raise RefusedError(
            f"The vectors of {path} have {counted(other, 'dimension')}, and those of the model {size}.",
            f"Make vectors with zhgen embed --vector-size {size}.",
        )


def exchange(bundle: Bundle, words: Sequence[str] | None, table: Table | None, name: str = "") -> tuple[Bundle, Account]:
    """Return a model that writes with other words, and what became of these.

    It reads its own words as before. `</s>` can still be written; the bias of any other word that is not in the list is −∞.

    Args:
        bundle: The model.
        words: The words; None is all of the table.
        table: Vectors of words, the most frequent first; None places new words by their characters alone.
        name: What to call the table.

    Raises:
        RefusedError: The table has no word of the model, or no word can be placed.
    """
    vocabulary = bundle.vocabulary
    if table is not None and not any(word in vocabulary.index for word in table.words if word != PARAGRAPH_END):
        raise RefusedError(f"{name} has no word of the model.", "Give vectors of a text in the same language and script.")
    wanted = [word for word in (words or (table.words if table else ())) if word != PARAGRAPH_END]
    new = [word for word in wanted if word not in vocabulary.index]
    index = {word: row for row, word in enumerate(table.words)} if table is not None else {}
    placed = [word for word in new if word in index]
    spelled = [word for word in new if word not in index and any(c in vocabulary.index for c in characters(word))]
    if len(wanted) == len(new) and not placed and not spelled:
        raise RefusedError("None of the words can be written: the model knows none of their characters.", "Give other words.")
    placer = _Placer(bundle)
    parts, fits = [], []
    if placed and table is not None:
        rows, fit = placer.by_vectors(placed, table, index)
        parts.append(rows)
        fits.append(fit)
    if spelled:
        rows, fit = placer.by_characters(spelled)
        parts.append(rows)
        fits.append(fit)
    dropped = set(new) - {*placed, *spelled}
    account = Account(
        known=len(wanted) - len(new),
        placed=len(placed),
        spelled=len(spelled),
        dropped=tuple(word for word in new if word in dropped),
        fit=fits[0] if fits else Fit(),
    )
    added = np.concatenate(parts) if parts else np.empty((0, placer.targets.shape[1]), dtype=np.float32)
    return _extended(bundle, wanted, (*placed, *spelled), placer.weights(added)), account


class _Placer:
    """Places words in the tables of a model.

    Attributes:
        targets: float32 (V, K), of every piece its rows in these tables side by side, and its bias.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle, self.vocabulary = bundle, bundle.vocabulary
        weights = bundle.weights
        self.rows = Decoder.of(weights).rows
        read = [weights["input/table"]] if "input/table" in weights else []
        self.targets = np.concatenate([self.rows, *read, weights["decoder/bias"][:, np.newaxis]], axis=1)

    def by_vectors(self, words: Sequence[str], table: Table, index: dict[str, int]) -> tuple[Floats, Fit]:
        """Return the targets of words of another table, float32 (n, K)."""
        pieces = self.vocabulary.pieces
        common = [row for row, piece in enumerate(pieces) if piece in index]
        theirs = table.vectors[[index[pieces[row]] for row in common]]
        mean, places = table.vectors.mean(axis=0), _log_places([index[pieces[row]] for row in common], len(table.words))
        own = self.bundle.table().vectors if self.bundle.path is not None else None
        if own is not None and _are_one_space(own[common], theirs):  # then all words of the model tell how to place
            common, theirs, mean = [*range(len(own))], own, own.mean(axis=0)
            places = _log_places(common, len(own))
        chosen = self._telling(common)
        common = [common[number] for number in chosen]
        features = self._features([pieces[row] for row in common], theirs[chosen] - mean, places[chosen])
        fitted, fit = fit_placement(features, self.targets[common], self.rows.shape[1])
        asked = [index[word] for word in words]
        return fitted.place(self._features(words, table.vectors[asked] - mean, _log_places(asked, len(table.words)))), fit

    def by_characters(self, words: Sequence[str]) -> tuple[Floats, Fit]:
        """Return the targets of words by their characters alone, float32 (n, K)."""
        common = self._telling(range(len(self.vocabulary)))
        features = spelling([self.vocabulary.pieces[row] for row in common], self.vocabulary, self.rows)
        fitted, fit = fit_placement(features, self.targets[common], self.rows.shape[1])
        return fitted.place(spelling(words, self.vocabulary, self.rows)), fit

    def _telling(self, rows: Sequence[int]) -> list[int]:
        """Return the numbers of those rows whose pieces have several characters, as new words have; all if these are few."""
        pieces, end = self.vocabulary.pieces, self.vocabulary.end
        several = [number for number, row in enumerate(rows) if row != end and len(characters(pieces[row])) > 1]
        return several if len(several) >= FEWEST else [*range(len(rows))]

    def _features(self, words: Sequence[str], vectors: Floats, places: Floats) -> Floats:
        return np.concatenate([unit_rows(vectors), spelling(words, self.vocabulary, self.rows), places[:, np.newaxis]], axis=1)

    def weights(self, added: Floats) -> dict[str, Floats]:
        """Return the weights of the model with the targets of more words, float32 (n, K)."""
        size, weights = self.rows.shape[1], dict(self.bundle.weights)
        rows, lengths = added[:, :size], np.linalg.norm(added[:, :size], axis=1)
        more = {"decoder/table": unit_rows(rows), "decoder/bias": added[:, -1]}
        if "decoder/lengths" in weights:
            more["decoder/lengths"] = lengths
        if "input/table" in weights:
            more["input/table"] = added[:, size:-1]
        return weights | {name: np.concatenate([weights[name], array]) for name, array in more.items()}


def _are_one_space(own: Floats, theirs: Floats) -> bool:
    """Return whether the same words have about the same vectors, float32 (n, D), in two tables."""
    return float(np.median((unit_rows(own) * unit_rows(theirs)).sum(axis=1))) > _SAME


def _log_places(rows: Sequence[int], size: int) -> Floats:
    """Return how far down a table rows stand, float32 (n,): what is frequent stands above."""
    places: Floats = np.log((np.asarray(rows) + 1) / size).astype(np.float32)
    return places


def _extended(bundle: Bundle, wanted: Sequence[str], added: Sequence[str], weights: dict[str, Floats]) -> Bundle:
    """Return the model with words added behind its own, and all barred that are not wanted."""
    vocabulary = Vocabulary((*bundle.vocabulary.pieces, *added))
    barred = np.ones(len(vocabulary), dtype=bool)
    barred[[vocabulary.index[word] for word in wanted if word in vocabulary.index]] = False
    if vocabulary.end is not None:
        barred[vocabulary.end] = False
    weights["decoder/bias"] = np.where(barred, np.float32(-np.inf), weights["decoder/bias"])
    digest = hashlib.sha256("\n".join(wanted).encode())
    digest.update(np.ascontiguousarray(weights["decoder/table"][len(bundle.vocabulary) :]).tobytes())
    config = {name: value for name, value in bundle.config.items() if name != "mixture"}
    if "parts" in config:  # nothing was counted of the words that are new
        config["parts"] = {name: part for name, part in config["parts"].items() if name != "ngrams.npz"}
    config["lexicon"] = {"words": int((~barred).sum()), "sha256": digest.hexdigest()}
    return replace(bundle, config=config, vocabulary=vocabulary, weights=weights, counted=None)
