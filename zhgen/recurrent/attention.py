"""Attention: a network looks back at what it read after moments like this one (Bahdanau et al. 2015; Daniluk et al. 2017).

h_t is what the highest layer puts out after piece t, x_t the vector that was read there. Piece j was read after the moment
h_{j−1}: what came after a moment like this one may come now.

    query_t = h_t · Q + q        key_j = h_{j−1} · K + k
    a_j ∝ exp( query_t · key_j / √A + fading · log(t − j + 1) )   for j = t − N … t − 1        a_nothing ∝ exp(nothing)
    found_t = Σ_j a_j x_j

found_t · R is added to what the linear layer puts out. Where no moment was like this one, `nothing` has the greatest share, and
little is found. q lets some moments count whatever comes now, and k lets some look back less than others.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from zhgen.recurrent.cells import Floats

KEY_SIZE = 64
"""A, the numbers of a query and of a key that are learnt."""

ARRAYS = ("query", "query_bias", "key", "key_bias", "output", "nothing", "fading")
"""What a bundle has of it, each under `attention/`."""

_BLOCK = 128  # moments whose likenesses to what they look back at are held at once


@dataclass(frozen=True)
class Attention:
    """What M networks side by side look back with, at the same vectors, each in its own way.

    Args:
        query: (M, H/M, A), Q / √A.
        query_bias: (M, A), q / √A.
        key: (M, H/M, A), K.
        key_bias: (M, A), k.
        output: (M, D, D), R.
        nothing: (M,).
        fading: (M,).
        length: N, how many of the last vectors are looked back at.

    Raises:
        ValueError: The shapes do not belong together.
    """

    query: Floats
    query_bias: Floats
    key: Floats
    key_bias: Floats
    output: Floats
    nothing: Floats
    fading: Floats
    length: int

    def __post_init__(self) -> None:
        members, biases = self.query.shape[:1], (self.query_bias.shape, self.key_bias.shape)
        if self.key.shape != self.query.shape or set(biases) != {(*members, self.query.shape[-1])}:
            raise ValueError(f"queries {self.query.shape} and keys {self.key.shape} with biases {biases} do not match")
        if self.nothing.shape != members or self.fading.shape != members:
            raise ValueError(f"{self.nothing.shape} and {self.fading.shape} do not match queries {self.query.shape}")
        if self.output.shape[:-2] != members or self.length < 1:
            raise ValueError(f"output {self.output.shape} does not match queries {self.query.shape}")

    @classmethod
    def of(cls, weights: Mapping[str, Floats], length: int) -> "Attention | None":
        """Return that of a bundle's weights, where one network's have no leading axis; None where there is none."""
        if not length:
            return None
        arrays = {name: weights[f"attention/{name}"] for name in ARRAYS}
        for name in ("query", "query_bias"):
            arrays[name] = arrays[name] / np.float32(math.sqrt(arrays["query"].shape[-1]))
        one = arrays["query"].ndim == 2
        return cls(**{name: array[np.newaxis] if one else array for name, array in arrays.items()}, length=length)

    @property
    def members(self) -> int:
        """M."""
        return len(self.query)

    @property
    def vector_size(self) -> int:
        """D, the length of a vector."""
        return int(self.output.shape[-1])

    def queries(self, h: Floats) -> Floats:
        """Return queries divided by √A, (M, …, A), for what the highest layer puts out, (M, …, H/M)."""
        return cast("Floats", h @ _between(self.query, h.ndim) + _between(self.query_bias, h.ndim))

    def keys(self, h: Floats) -> Floats:
        """Return keys, (M, …, A), for what the highest layer put out, (M, …, H/M)."""
        return cast("Floats", h @ _between(self.key, h.ndim) + _between(self.key_bias, h.ndim))

    def faded(self, ages: NDArray[np.integer]) -> Floats:
        """Return fading · log(age + 1), (M, …), for ages (…)."""
        faded: Floats = _between(self.fading, ages.ndim + 1) * np.log(ages + 1).astype(self.fading.dtype)
        return faded

    def shares(self, scores: Floats) -> Floats:
        """Return a, (M, …, n), for scores of n vectors each, those of −inf left out; the scores are overwritten."""
        nothing = _between(self.nothing, scores.ndim)
        highest = np.maximum(scores.max(axis=-1, keepdims=True, initial=-np.inf), nothing)
        scores -= highest
        np.exp(scores, out=scores)
        scores /= np.add.reduce(scores, axis=-1, keepdims=True) + np.exp(nothing - highest)
        return scores

    def put_out(self, found: Floats) -> Floats:
        """Return found · R, (M, …, D), for what was found, (M, …, D)."""
        return cast("Floats", found @ _between(self.output, found.ndim))

    def look(self, h: Floats, before: Floats, x: Floats, memory: "Memory") -> Floats:
        """Return what is found at each step of whole sequences, (M, B, T, D), and remember the steps.

        Args:
            h: (M, B, T, H/M), what the highest layer puts out.
            before: (M, B, H/M), what it put out before the first step.
            x: (B, T, D), what is read.
            memory: What was read before; it is changed.
        """
        queries, keys = self.queries(h), self.keys(np.concatenate([before[:, :, np.newaxis], h], axis=2)[:, :, :-1])
        known = memory.vectors.shape[1]
        all_keys = np.concatenate([memory.keys, keys], axis=2)
        all_vectors = np.concatenate([memory.vectors, x], axis=1)
        found = np.empty((self.members, *x.shape), dtype=x.dtype)
        for start in range(0, x.shape[1], _BLOCK):
            stop = min(start + _BLOCK, x.shape[1])
            seen = slice(max(known + start - self.length, 0), known + stop)
            ages = known + np.arange(start, stop)[:, np.newaxis] - np.arange(seen.start, seen.stop)
            scores = queries[:, :, start:stop] @ all_keys[:, :, seen].swapaxes(-1, -2)
            scores += self.faded(np.maximum(ages, 0))[:, np.newaxis]
            scores[..., (ages < 1) | (ages > self.length)] = -np.inf
            found[:, :, start:stop] = self.shares(scores) @ all_vectors[:, seen]
        memory.remember(all_keys, all_vectors)
        return found


class Memory:
    """What was read of texts side by side, in its order, and not longer ago than is looked back at.

    Args:
        attention: What looks back.
        batch_size: B, how many texts there are.

    Attributes:
        keys: (M, B, n, A).
        vectors: (B, n, D).
    """

    def __init__(self, attention: Attention, batch_size: int) -> None:
        self.length, dtype = attention.length, attention.key.dtype
        self.keys = np.zeros((attention.members, batch_size, 0, attention.key.shape[-1]), dtype)
        self.vectors = np.zeros((batch_size, 0, attention.vector_size), dtype)

    def remember(self, keys: Floats, vectors: Floats) -> None:
        """Take over the last of keys and vectors."""
        self.keys, self.vectors = keys[:, :, -self.length :], vectors[:, -self.length :]


def _between(array: Floats, dimensions: int) -> Floats:
    """Return an array with a leading axis of members as one of so many dimensions."""
    return array.reshape(len(array), *[1] * (dimensions - array.ndim), *array.shape[1:])
