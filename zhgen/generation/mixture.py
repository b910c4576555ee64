"""Probabilities of the next piece out of three sources: the model, what was counted, and what was just said.

p = (1 − λ − μ) · p_model + λ · p_counts + μ · p_cache

The shares are not the same everywhere: a source is heard the more, the surer it is and the less sure the others are,

    λ = e^a / (1 + e^a + e^b)    μ = e^b / (1 + e^a + e^b)

with a and b linear in the logarithms of the highest probability that each source gives to a piece, and in how much the cache
has to go by (`Cache.after`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhgen.bundle import Bundle
from zhgen.config import GenerateSettings
from zhgen.errors import RefusedError
from zhgen.generation.cache import Cache
from zhgen.ngrams.kneser_ney import KneserNey

NAMES = ("mix", "cache", "both")
"""The mixtures: with counts, with a cache, with both. Each has its own shares, fitted on the validation text."""

Floats = NDArray[np.float64]
Ids = NDArray[np.int32]
Outputs = NDArray[np.float32]


SIGNS = ("constant", "model", "counts", "cache", "evidence")
"""By what shares are decided: 1, the log of the highest probability that each source gives, and what the cache has to go by."""


class Said(NamedTuple):
    """What is said of the next piece beside the model.

    Attributes:
        counts: float64 (V,), the probabilities of the n-grams; None when they say nothing.
        cache: float64 (V,), those of the cache; None likewise.
        evidence: How much speaks for those of the cache.
    """

    counts: Floats | None = None
    cache: Floats | None = None
    evidence: float = 0.0


def shares_at(signs: Floats, weights: Floats, present: Sequence[bool]) -> Floats:
    """Return λ and μ at each of n moments, float64 (n, 2).

    Args:
        signs: float64 (n, 5), in the order of `SIGNS`.
        weights: float64 (2, 5).
        present: Whether there are n-grams, and whether there is a cache; what is not has no share.
    """
    heights = np.where(present, signs @ weights.T, -np.inf)
    highest = np.maximum(heights.max(axis=1, keepdims=True), 0)
    raised = np.exp(heights - highest)
    shares: Floats = raised / (np.exp(-highest) + raised.sum(axis=1, keepdims=True))
    return shares


@dataclass(frozen=True)
class Shares:
    """How much is heard of what stands beside the model.

    Attributes:
        counts: λ, the share of the n-grams; the mean of it on the validation text where it is not the same everywhere.
        cache: μ, the share of the cache, likewise.
        weights: float64 (2, 5), of a and b for each of `SIGNS`; None where the shares are the same everywhere.
    """

    counts: float = 0.0
    cache: float = 0.0
    weights: Floats | None = None

    @classmethod
    def of(cls, fitted: Mapping[str, Any], name: str) -> "Shares":
        """Return those of one mixture in what `config.json` says under `mixture`."""
        entry = fitted[name]
        return cls(entry["counts"], entry["cache"], np.array(entry["weights"]) if "weights" in entry else None)

    def combine(self, model: Floats, said: Said) -> Floats:
        """Return the mixture, float64 (V,); a source that says nothing, or is none of it, leaves its share to the model.

        Args:
            model: float (V,), the model's probabilities.
            said: What the others say.
        """
        heard = [source if share else None for share, source in ((self.counts, said.counts), (self.cache, said.cache))]
        shares = (self.counts, self.cache)
        if self.weights is not None:
            sure = [0.0 if source is None else math.log(source.max()) for source in (model, *heard)]
            signs = np.array([1.0, *sure, 0.0 if heard[1] is None else said.evidence])
            shares = tuple(shares_at(signs[np.newaxis], self.weights, [source is not None for source in heard])[0])
        parts = [(share, source) for share, source in zip(shares, heard, strict=True) if source is not None]
        mixed: Floats = model * (1 - sum(share for share, _ in parts))
        for share, source in parts:
            mixed += share * source
        return mixed


class Sources:
    """What stands beside the model while a text is read or written: n-grams, and a cache of the text itself.

    Args:
        ngrams: The n-grams; None leaves them out.
        cache: The cache, still empty; None leaves it out.
        begin: The pieces before the text, which are no part of it.
    """

    def __init__(self, ngrams: KneserNey | None, cache: Cache | None, begin: Sequence[int]) -> None:
        self.ngrams, self.cache = ngrams, cache
        self.context = list(begin)

    def look(self, output: Outputs) -> Said:
        """Return what the n-grams and the cache say of the next piece.

        Args:
            output: float32 (D,), what the network puts out after all that was read.
        """
        counts = None if self.ngrams is None else self.ngrams.after(self.context)
        cache, evidence = (None, 0.0) if self.cache is None or len(self.cache) == 0 else self.cache.after(output)
        return Said(counts, cache, evidence)

    def add(self, ids: Sequence[int] | Ids, outputs: Outputs) -> None:
        """Take note of pieces, each with the output before it was read, float32 (n, D)."""
        if self.cache is not None:
            self.cache.add(ids, outputs)
        if self.ngrams is not None:
            self.context = [*self.context, *ids][-self.ngrams.order :]


def name_of(settings: GenerateSettings) -> str | None:
    """Return the name of the mixture that settings ask for; None for the model alone."""
    return {(True, False): "mix", (False, True): "cache", (True, True): "both"}.get((settings.mix, settings.cache))


def sources_of(bundle: Bundle, name: str, ngrams: KneserNey | None = None, *, exact: bool = False) -> tuple[Shares, Sources]:
    """Return the shares and the sources of a mixture, before anything is read.

    Args:
        bundle: The model.
        name: One of `NAMES`.
        ngrams: Those of the model, where they were read before.
        exact: Whether the cache is to say the same to the last bit however it is computed.

    Raises:
        RefusedError: The model was trained without what the mixture needs.
    """
    if "lexicon" in bundle.config:
        raise RefusedError(
            "--mix and --cache know the model's own words alone.", "Leave them out, or leave out --vectors and --lexicon."
        )
    fitted = bundle.config.get("mixture")
    if not fitted:
        raise RefusedError(
            "This model has no shares for --mix and --cache: they are fitted on validation text when a model is trained.",
            "Leave the options out, or train the model again with a recipe other than seed and with text to validate on.",
        )
    size, vector_size = bundle.weights["decoder/table"].shape
    cache = None
    if name != "mix":
        cache = Cache(size, vector_size, fitted["sharpness"], fitted["decay"], fitted["memory"], exact=exact)
    counted = None if name == "cache" else ngrams or bundle.ngrams()
    return Shares.of(fitted, name), Sources(counted, cache, [] if bundle.vocabulary.end is None else [bundle.vocabulary.end])
