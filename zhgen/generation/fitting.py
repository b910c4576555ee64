"""Fits how much is heard of the model, of the n-grams and of the cache, on text that none of them was made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]  # it ships no types

from zhgen.generation.cache import DECAY, MEMORY, remember
from zhgen.generation.decoder import Decoder
from zhgen.generation.generator import Generator
from zhgen.generation.mixture import shares_at
from zhgen.ngrams.kneser_ney import KneserNey

SHARPNESSES = (0.0, 5.0, 7.0, 10.0, 14.0, 20.0, 40.0)
"""Those of which the one that foretells the text best is kept."""

_MOST_PIECES = 20_000  # of a longer text; the shares hardly change with more, and this takes seconds
_PIECES_FOR_SHARPNESS = 5_000
_CHUNK = 256  # positions whose scores are held at once
_LEAST_GAIN = 1e-8  # of the mean log probability, in nats, below which fitting ends
_MOST_STEPS = 1000
_LEAST_PIECES = 1000  # of which it can be learnt how shares follow the signs
_LEAST_SPREAD = 1e-9  # of a sign that tells moments apart
_LEAST_SHARE = 1e-6
_WEIGHT_COST = 1e-4  # nats for a weight of 1 on a sign of spread 1

Floats = NDArray[np.float64]
Ids = NDArray[np.int32]
Outputs = NDArray[np.float32]


def fit_mixtures(generator: Generator, ngrams: KneserNey, ids: Ids) -> dict[str, Any]:
    """Return what `config.json` says under `mixture`.

    Args:
        generator: The model.
        ngrams: The n-grams of its training part.
        ids: int32 (n,), a text that it was not trained on; it begins as after `</s>`.

    Returns:
        `sharpness`, `decay` and `memory` of the cache, and for `model`, `mix`, `cache` and `both` the mean shares `counts` and
        `cache`, the `weights` that shares follow, and the perplexity that they give to the text.
    """
    ids = ids[:_MOST_PIECES]
    model = _foretold(generator, ids)
    counts = _counted(ngrams, ids, generator.vocabulary.end)
    sharpness = _sharpness(ids, model)
    said = remember(ids, model.outputs, sharpness)
    cache = np.where(np.arange(len(ids)) == 0, model.right, said.right)  # nothing was said yet
    right = np.stack([model.right, counts.right, cache], axis=1)
    sure = np.log(np.stack([model.highest, counts.highest, said.highest], axis=1))
    signs = np.concatenate([np.ones((len(ids), 1)), sure, said.evidence[:, np.newaxis]], axis=1)
    return {
        "sharpness": sharpness,
        "decay": DECAY,
        "memory": MEMORY,
        "model": {"counts": 0.0, "cache": 0.0, "perplexity": perplexity(model.right)},
        "mix": _fitted(right, signs, counts=True, cache=False),
        "cache": _fitted(right, signs, counts=False, cache=True),
        "both": _fitted(right, signs, counts=True, cache=True),
    }


def _fitted(right: Floats, signs: Floats, *, counts: bool, cache: bool) -> dict[str, Any]:
    """Return the entry of a mixture.

    Args:
        right: float64 (n, 3), what model, n-grams and cache give to each right piece.
        signs: float64 (n, 5), by what the shares may be decided.
        counts: Whether the n-grams are part of it.
        cache: Whether the cache is.
    """
    present = [counts, cache]
    signs = signs * [True, True, *present, cache]
    shares, reached = fit_shares(right[:, [True, *present]])
    whole = np.zeros(3)
    whole[[True, *present]] = shares
    entry = {"counts": float(whole[1]), "cache": float(whole[2]), "perplexity": reached}
    if whole[0] == 1 or len(right) < _LEAST_PIECES:
        return entry
    weights = fit_weights(right, signs, whole, present)
    following = shares_at(signs, weights, present)
    better = perplexity((right * np.column_stack([1 - following.sum(axis=1), following])).sum(axis=1))
    if better < reached:
        mean = following.mean(axis=0)
        entry = {"counts": float(mean[0]), "cache": float(mean[1]), "weights": weights.tolist(), "perplexity": better}
    return entry


def fit_weights(right: Floats, signs: Floats, shares: Floats, present: Sequence[bool]) -> Floats:
    """Return the weights of the signs, float64 (2, 5), with which shares give a text a high probability.

    By L-BFGS from shares that are the same everywhere; large weights cost a little.

    Args:
        right: float64 (n, 3), what model, n-grams and cache give to each right piece.
        signs: float64 (n, 5).
        shares: float64 (3,), the best ones that are the same everywhere.
        present: Whether there are n-grams, and whether there is a cache.
    """
    middle, spread = signs.mean(axis=0), signs.std(axis=0)
    middle[0], spread[spread < _LEAST_SPREAD] = 0, np.inf
    spread[0] = 1
    scaled = (signs - middle) / spread
    start = np.zeros((2, signs.shape[1]))
    start[:, 0] = np.log(np.maximum(shares[1:], _LEAST_SHARE) / np.maximum(shares[0], _LEAST_SHARE))

    def cost(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(start.shape)
        following = shares_at(scaled, weights, present)
        parts = right[:, 1:] * following
        mixed = right[:, 0] * (1 - following.sum(axis=1)) + parts.sum(axis=1)
        slopes = -(parts / mixed[:, np.newaxis] - following).T @ scaled / len(right)
        away = weights * ([0.0] + [1.0] * (signs.shape[1] - 1))
        return -float(np.log(mixed).mean()) + _WEIGHT_COST * float((away**2).sum()), (slopes + 2 * _WEIGHT_COST * away).ravel()

    found = minimize(cost, start.ravel(), jac=True, method="L-BFGS-B").x.reshape(start.shape) / spread
    found[:, 0] -= found[:, 1:] @ middle[1:]
    return np.where(np.reshape(present, (2, 1)), found, 0)


def _sharpness(ids: Ids, model: "_Foretold") -> float:
    """Return the sharpness with which the cache helps the model most on the beginning of a text."""
    part = slice(0, _PIECES_FOR_SHARPNESS)
    caches = [remember(ids[part], model.outputs[part], sharpness).right for sharpness in SHARPNESSES]
    reached = [fit_shares(np.stack([model.right[part], cache], axis=1))[1] for cache in caches]
    return SHARPNESSES[int(np.argmin(reached))]


def fit_shares(right: Floats) -> tuple[Floats, float]:
    """Return the shares of K sources that give a text its highest probability, float64 (K,), and the perplexity they give.

    Found by expectation maximisation (Jelinek and Mercer 1980) from even shares: the problem is concave. The shares are never
    worse than the first source alone.

    Args:
        right: float64 (n, K), the probability that each source gives to the right piece at each position.
    """
    shares = np.full(right.shape[1], 1 / right.shape[1])
    before = -np.inf
    for _ in range(_MOST_STEPS):
        mixed = right @ shares
        reached = float(np.log(mixed).mean())
        if reached - before < _LEAST_GAIN:
            break
        before = reached
        shares = shares * (right / mixed[:, np.newaxis]).mean(axis=0)
    found, alone = perplexity(right @ shares), perplexity(right[:, 0])
    return (shares, found) if found < alone else (np.eye(len(shares))[0], alone)


def perplexity(right: Floats) -> float:
    """Return exp of the mean −log of probabilities, float64 (n,)."""
    return float(np.exp(-np.log(right).mean()))


@dataclass(frozen=True)
class _Said:
    """What a source says before each piece is read: the probability of the right one and of the likeliest, float64 (n,)."""

    right: Floats
    highest: Floats


@dataclass(frozen=True)
class _Foretold(_Said):
    """The same of the model, and its outputs before each piece, float32 (n, D)."""

    outputs: Outputs


def _foretold(generator: Generator, ids: Ids) -> _Foretold:
    """Return what the model says of a text."""
    reader, decoder, end = generator.reader(), generator.decoder, generator.vocabulary.end
    first = np.zeros((1, decoder.table.shape[1]), np.float32) if end is None else reader.read([end])
    outputs = np.concatenate([first, reader.outputs(ids[:-1])])
    said = [_of_the_model(decoder, outputs[chunk], ids[chunk]) for chunk in _chunks(len(ids))]
    right, highest = np.concatenate(said, axis=1)
    return _Foretold(right, highest, outputs)


def _of_the_model(decoder: Decoder, outputs: Outputs, ids: Ids) -> Floats:
    """Return the probability of the right piece and of the likeliest, float64 (2, n)."""
    scores = decoder.scores(outputs)
    scores -= scores.max(axis=1, keepdims=True)
    sums = np.log(np.exp(scores).sum(axis=1, dtype=np.float64))
    right = scores[np.arange(len(ids)), ids].astype(np.float64)
    chances: Floats = np.exp(np.stack([right - sums, -sums]))
    return chances


def _counted(ngrams: KneserNey, ids: Ids, end: int | None) -> _Said:
    """Return what the n-grams say of a text."""
    read = ids if end is None else np.append(np.int32(end), ids)
    first = len(read) - len(ids)
    said = []
    for chunk in _chunks(len(ids)):
        contexts = [read[max(0, place - ngrams.order + 1) : place] for place in range(chunk.start + first, chunk.stop + first)]
        chances = ngrams.probabilities(contexts)
        said.append(np.stack([chances[np.arange(len(chances)), ids[chunk]], chances.max(axis=1)]))
    right, highest = np.concatenate(said, axis=1)
    return _Said(right, highest)


def _chunks(length: int) -> list[slice]:
    return [slice(start, min(start + _CHUNK, length)) for start in range(0, length, _CHUNK)]
