"""A trained model in memory; what is large is read from the disk when it is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.bundle.parts import Weights, hash_of, read_arrays
from zhgen.corpus.dictionary import Dictionary
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.ngrams.kneser_ney import KneserNey
from zhgen.progress import SILENT, Reporter
from zhgen.vectors.binary import read_vectors
from zhgen.vectors.table import Table


@dataclass(frozen=True)
class Bundle:
    """A trained model.

    Attributes:
        config: What `config.json` holds, less what `save` adds (format, vocabulary size, parts).
        vocabulary: The pieces and their ids.
        weights: Arrays by name, float32: for every layer N from 1 `lstm_N/kernel` (D, 4H), `lstm_N/recurrent_kernel` (H, 4H)
            and `lstm_N/bias` (4H,); `output/kernel` (H, D) and `output/bias` (D,); with attention the arrays of
            `zhgen.recurrent.attention` under `attention/`; `input/table` (V, D), what is read, or
            `input/scale` () when that is the decoder's table times a number; `decoder/table` (V, D) with rows of length 1,
            `decoder/bias` (V,), and `decoder/scale` () or, when scores are plain products, `decoder/lengths` (V,) of the rows.
        dictionary: The user dictionary that the corpus was cut with, if there was one.
        path: Where it was loaded from.
        counted: The n-grams of the training part, to be saved; of a model that was loaded `ngrams` reads them.
        kept: int32 (N,), the training part, to be saved; of a model that was loaded `text` reads it.
    """

    config: dict[str, Any]
    vocabulary: Vocabulary
    weights: Weights
    dictionary: Dictionary | None = None
    path: Path | None = None
    history: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    counted: KneserNey | None = field(default=None, repr=False)
    kept: NDArray[np.int32] | None = field(default=None, repr=False)

    @property
    def layers(self) -> int:
        """How many LSTM layers there are."""
        return count_layers(self.weights)

    @property
    def sha256(self) -> str:
        """The hash of the config, which has those of the parts: another model has another."""
        return hash_of(self.config)

    def segmenter(self, reporter: Reporter = SILENT) -> Segmenter:
        """Return a segmenter that cuts as the corpus was cut; `reporter` is told where another engine has to do it."""
        return Segmenter.like(self.config["segmenter"], self.dictionary, reporter)

    def table(self) -> Table:
        """Return the word2vec table that training began with.

        Raises:
            RefusedError: The file was damaged.
        """
        assert self.path is not None
        return read_vectors(self.path / "vectors.bin").table

    def ngrams(self) -> KneserNey | None:
        """Return the n-grams of the training part, read anew each time; None where they were not counted.

        Raises:
            RefusedError: The file was damaged, or is of another vocabulary.
        """
        if self.path is None or "ngrams.npz" not in self.config["parts"]:
            return self.counted
        path = self.path / "ngrams.npz"
        arrays = read_arrays(path)
        try:
            ngrams = KneserNey.from_arrays(arrays)
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedError(f"{path} is damaged ({error}).", "Train the model again.") from None
        if len(ngrams.counts) != len(self.vocabulary) or ngrams.end != self.vocabulary.end:
            raise RefusedError(
                f"The parts of {self.path} do not fit (vocabulary.txt: {len(self.vocabulary)} pieces, </s> is "
                f"{self.vocabulary.end}; ngrams.npz: {len(ngrams.counts)}, {ngrams.end}).",
                "Train the model again.",
            )
        return ngrams

    def text(self) -> NDArray[np.int32] | None:
        """Return the training part as ids, int32 (N,), read anew each time; None where it was not kept.

        Raises:
            RefusedError: The file was damaged, or is of another vocabulary.
        """
        if self.kept is not None or self.path is None or "text.npz" not in self.config["parts"]:
            return self.kept
        path = self.path / "text.npz"
        ids = read_arrays(path, names=["ids"])["ids"]
        if ids.ndim != 1 or ids.dtype.kind not in "iu":
            raise RefusedError(f"{path} is damaged (it holds no list of pieces).", "Train the model again.")
        if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < len(self.vocabulary):
            raise RefusedError(f"{path} and vocabulary.txt do not fit: it has other pieces.", "Train the model again.")
        return ids.astype(np.int32)


def count_layers(weights: Weights) -> int:
    """Return how many LSTM layers there are in weights."""
    return sum(name.endswith("/recurrent_kernel") for name in weights)
