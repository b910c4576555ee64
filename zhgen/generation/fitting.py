"""Fits how much is heard of the model, of the n-grams and of the cache, on text that none of them was made from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.generation.cache import DECAY, MEMORY, remembered
from zhgen.generation.decoder import Decoder
from zhgen.generation.generator import Generator
from zhgen.ngrams.kneser_ney import KneserNey

SHARPNESSES = (0.0, 5.0, 7.0, 10.0, 14.0, 20.0, 40.0)
"""Those of which the one that foretells the text best is kept."""

_MOST_PIECES = 20_000  # of a longer text; the shares hardly change with more, and this takes seconds
_PIECES_FOR_SHARPNESS = 5_000
_CHUNK = 256  # positions whose scores are held at once
_LEAST_GAIN = 1e-8  # of the mean log probability, in nats, below which fitting ends
_MOST_STEPS = 1000

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
        `sharpness`, `decay` and `memory` of the cache, and for `model`, `mix`, `cache` and `both` the shares `counts` and
        `cache` and the perplexity that they give to the text.
    """
    ids = ids[:_MOST_PIECES]
    outputs, model = _foretold(generator, ids)
    counts = np.exp(ngrams.log_probabilities(ids))
    sharpness = _sharpness(ids, outputs, model)
    (cache,) = remembered(ids, outputs, [sharpness])
    cache[:1] = model[:1]  # nothing was said yet
    (_, counted), mix = fit_shares(np.stack([model, counts], axis=1))
    (_, cached), kept = fit_shares(np.stack([model, cache], axis=1))
    (_, *parts), both = fit_shares(np.stack([model, counts, cache], axis=1))
    return {
        "sharpness": sharpness,
        "decay": DECAY,
        "memory": MEMORY,
        "model": _entry(0, 0, perplexity(model)),
        "mix": _entry(counted, 0, mix),
        "cache": _entry(0, cached, kept),
        "both": _entry(parts[0], parts[1], both),
    }


def _sharpness(ids: Ids, outputs: Outputs, model: Floats) -> float:
    """Return the sharpness with which the cache helps the model most on the beginning of a text."""
    part = slice(0, _PIECES_FOR_SHARPNESS)
    reached = [
        fit_shares(np.stack([model[part], cache], axis=1))[1] for cache in remembered(ids[part], outputs[part], SHARPNESSES)
    ]
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


def _entry(counts: float, cache: float, reached: float) -> dict[str, float]:
    return {"counts": float(counts), "cache": float(cache), "perplexity": reached}


def _foretold(generator: Generator, ids: Ids) -> tuple[Outputs, Floats]:
    """Return the outputs before each piece, float32 (n, D), and the probability of each, float64 (n,)."""
    reader, decoder, end = generator.reader(), generator.decoder, generator.vocabulary.end
    first = np.zeros((1, decoder.table.shape[1]), np.float32) if end is None else reader.read([end])
    outputs = np.concatenate([first, reader.outputs(ids[:-1])])
    chunks = [slice(start, start + _CHUNK) for start in range(0, len(ids), _CHUNK)]
    return outputs, np.concatenate([_right(decoder, outputs[chunk], ids[chunk]) for chunk in chunks])


def _right(decoder: Decoder, outputs: Outputs, ids: Ids) -> Floats:
    scores = decoder.scores(outputs)
    scores -= scores.max(axis=1, keepdims=True)
    right = scores[np.arange(len(ids)), ids].astype(np.float64)
    chances: Floats = np.exp(right - np.log(np.exp(scores).sum(axis=1, dtype=np.float64)))
    return chances
