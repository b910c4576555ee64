"""Going on from another model: its pieces keep their rows, and what is new in the text gets rows in its space.

The vocabulary is the union: a model of several books does not forget their words when it learns one more.
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.bundle import Bundle
from zhgen.config import FOR_CONTRASTIVE, Recipe, TrainSettings, option_name
from zhgen.corpus.segmented import SegmentedText, differing_cut
from zhgen.corpus.vocabulary import Vocabulary, default_min_count
from zhgen.corpus.whitespace import characters
from zhgen.errors import RefusedError
from zhgen.progress import Reporter
from zhgen.vectors.table import Table, centred_unit_rows, unit_rows

Floats = NDArray[np.float32]

_OF_THE_MODEL = ("loss", "table", "windows", "units", "layers", "members", "attention")
_OF_THE_TEXT = ("epochs", "batch_size", "patience", "max_minutes", "validation_split", "seed")
_GENTLER = 0.2  # of the learning rates: more undoes what was learnt, and the validation is worse for it
_RIDGE = 0.1  # share of the mean variance; .01 and .3 put held-out words of another novel no nearer to where they are
_FEWEST_SHARED = 20
_SEEN_OFTEN = 5


def settings_from(other: Bundle, recipe: Recipe | None, given: Mapping[str, Any]) -> tuple[Recipe, TrainSettings]:
    """Return the recipe and the settings of a model, with those that were given in their place.

    What depends on the text (epochs, batch size, patience, the split) and the seed are not taken over. Of the learning rates
    a fifth is, once: a model that went on from another itself has such rates already.

    Args:
        other: The model that is gone on from.
        recipe: The recipe that was asked for, if one was.
        given: The settings that were given.

    Raises:
        RefusedError: One contradicts the weights; it is named. Or the model cannot be gone on from.
    """
    if other.config["state"] != "carried":
        raise RefusedError(
            f"{other.path} has the recipe {other.config['recipe']}, which nothing can go on from.",
            "Give --from a model of another recipe.",
        )
    names = {field.name for field in dataclasses.fields(TrainSettings)}
    taken = {name: value for name, value in other.config["settings"].items() if name in names - set(_OF_THE_TEXT)}
    taken |= {"units": other.config["units"], "layers": other.config["layers"]}
    taken |= {"members": other.config.get("members", 1), "attention": other.config.get("attention", 0)}
    if taken["loss"] != "contrastive":
        taken = {name: value for name, value in taken.items() if name not in FOR_CONTRASTIVE}
    own: Recipe = other.config["recipe"]
    base = TrainSettings.recipe(own, **taken)
    clashes = [(option_name(name), given[name], getattr(base, name)) for name in _OF_THE_MODEL if name in given]
    if recipe is not None:
        clashes.append(("--recipe", recipe, own))
    for option, asked, found in clashes:
        if asked != found:
            raise RefusedError(
                f"{option} {asked} does not go with --from {other.path}, which has {found}.",
                f"Leave out {option}, or train without --from.",
            )
    if "from" not in other.config:
        rates = ("learning_rate", "table_rate") if base.loss == "contrastive" else ("learning_rate",)
        taken |= {name: getattr(base, name) * _GENTLER for name in rates}
    return own, TrainSettings.recipe(own, **{**taken, **given})


def warn_of_another_cut(text: SegmentedText, other: Bundle, reporter: Reporter) -> None:
    """Say where a text was cut otherwise than the text of the model that is gone on from."""
    if text.sidecar is None:
        return
    differs = differing_cut(text.sidecar.segmenter, other.config["segmenter"])
    if differs:
        reporter.warn(
            f"{text.path} was cut otherwise than the text of {other.path} ({differs}): words that only one of them has start "
            "anew, and prompts will be cut as this text was."
        )


@dataclass(frozen=True)
class Extension:
    """A model's vocabulary with what is new in a text.

    Attributes:
        vocabulary: The model's pieces with their ids, then the new ones, the most frequent first.
        table: The model's word2vec vectors, and for each new piece one in their space.
        rows: float32 (V, D), what the model's network reads and writes to, and for each new piece one in that space.
    """

    vocabulary: Vocabulary
    table: Table
    rows: Floats


def extend(other: Bundle, words: Mapping[str, int], vectors: Table | None, seed: int) -> Extension:
    """Return the vocabulary and the tables of a model with what is new in a text.

    A word is new that the vectors have and the model has not; without vectors, one that occurs as often as `embed` asks for.
    Of the words that are still no piece the characters that the model lacks are new. A new piece lies where its vector comes
    to lie when the vectors of shared pieces are mapped to the model's (least squares), and where its characters are, half and
    half; a new character is only mapped. What has neither vector nor characters is drawn at random.

    Args:
        other: The model.
        words: How often each word occurs in the text.
        vectors: word2vec vectors of the text, of any dimension.
        seed: Random number seed.
    """
    new = _new_pieces(other.vocabulary, words, vectors)
    pieces = (*other.vocabulary.pieces, *new)
    old = other.table()
    mapped = _Mapping(other.vocabulary, new, words, vectors, seed)
    return Extension(
        Vocabulary(pieces),
        Table(pieces, np.concatenate([old.vectors, mapped.rows(old.vectors)])),
        np.concatenate([read_rows(other.weights), mapped.rows(read_rows(other.weights))]),
    )


def read_rows(weights: Mapping[str, Floats]) -> Floats:
    """Return what a network's table holds, float32 (V, D), from the weights of a bundle."""
    if "input/table" in weights:
        return weights["input/table"]
    if "decoder/lengths" in weights:
        return weights["decoder/table"] * weights["decoder/lengths"][:, np.newaxis]
    return weights["decoder/table"]


def extended_weights(other: Bundle, rows: Floats, counts: NDArray[np.int64]) -> dict[str, Floats]:
    """Return the weights of a model for an extended vocabulary, under the names that a bundle gives them.

    A new piece's bias is the logarithm of its frequency, more or less what the biases of shared pieces lie above theirs.

    Args:
        other: The model.
        rows: float32 (V, D), of the extended vocabulary.
        counts: int64 (V,), how often each piece occurs in the text's training part.
    """
    old = other.weights["decoder/bias"]
    logs = np.log(np.maximum(counts, 1)).astype(np.float32)
    shared = counts[: len(old)] >= _SEEN_OFTEN
    offset = np.median((old - logs[: len(old)])[shared]) if shared.any() else -np.log(max(counts.sum(), 1))
    tables = {
        "decoder/table": unit_rows(rows),
        "decoder/lengths": np.linalg.norm(rows, axis=1).astype(np.float32),
        "decoder/bias": np.concatenate([old, logs[len(old) :] + np.float32(offset)]),
        "input/table": rows,
    }
    return {name: tables.get(name, value) for name, value in other.weights.items()}


def _new_pieces(vocabulary: Vocabulary, words: Mapping[str, int], vectors: Table | None) -> list[str]:
    """Return the new words and characters of a text, the most frequent first, equals in code point order."""
    have = None if vectors is None else set(vectors.words)
    least = default_min_count(sum(words.values()))
    found: Counter[str] = Counter()
    for word, count in words.items():
        if word in vocabulary.index:
            continue
        if count >= least if have is None else word in have:
            found[word] += count
        else:
            for character in characters(word):
                if character not in vocabulary.index:
                    found[character] += count
    return sorted(found, key=lambda piece: (-found[piece], piece))


class _Mapping:
    """Places new pieces in a model's space.

    Args:
        vocabulary: The model's pieces.
        new: The new ones.
        words: How often each word occurs in the text: frequent shared ones count for more.
        vectors: word2vec vectors of the text, if there are any.
        seed: Random number seed.
    """

    def __init__(
        self, vocabulary: Vocabulary, new: list[str], words: Mapping[str, int], vectors: Table | None, seed: int
    ) -> None:
        self.new, self.seed = new, seed
        self.places = vocabulary.index
        self.characters = [[self.places[c] for c in characters(piece) if c in self.places] for piece in new]
        self.with_vector: list[int] = []
        if vectors is None:
            return
        source = {word: row for row, word in enumerate(vectors.words)}
        shared = [word for word in vectors.words if word in self.places]
        if len(shared) < _FEWEST_SHARED:
            return
        units = centred_unit_rows(vectors.vectors)
        self.shared_places = [self.places[word] for word in shared]
        self.shared_vectors = units[[source[word] for word in shared]]
        self.shares = np.log1p([words.get(word, 0) + 1 for word in shared]).astype(np.float32)
        self.shares /= self.shares.sum()
        self.with_vector = [number for number, piece in enumerate(new) if piece in source]
        self.vectors = units[[source[new[number]] for number in self.with_vector]]

    def rows(self, table: Floats) -> Floats:
        """Return a row for each new piece in the space of a model's table, (V, D), as long as its rows are in the mean."""
        found = np.zeros((len(self.new), table.shape[1]), dtype=np.float32)
        if self.with_vector:
            found[self.with_vector] += unit_rows(self._mapped(table))
        for number, places in enumerate(self.characters):
            if places:
                found[number] += unit_rows(table[places].mean(axis=0, keepdims=True))[0]
        lost = np.flatnonzero(~found.any(axis=1))
        found[lost] = np.random.default_rng(self.seed).normal(size=(len(lost), table.shape[1])).astype(np.float32)
        return unit_rows(found) * np.float32(np.linalg.norm(table, axis=1).mean())

    def _mapped(self, table: Floats) -> Floats:
        """Return where the vectors of new pieces come to lie when those of shared ones are mapped by ridge regression."""
        shares = self.shares[:, np.newaxis]
        targets = table[self.shared_places]
        middle, target_middle = (shares * self.shared_vectors).sum(axis=0), (shares * targets).sum(axis=0)
        centred = self.shared_vectors - middle
        covariance = centred.T @ (shares * centred)
        covariance += _RIDGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance), dtype=np.float32)
        slope = np.linalg.solve(covariance, centred.T @ (shares * targets))
        mapped: Floats = (self.vectors - middle) @ slope + target_middle
        return mapped
