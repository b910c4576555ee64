"""What predicts a text piece by piece."""

import numpy as np
import pytest

from zhgen.bundle import Bundle
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.evaluation.predictors import KneserNeyReader, MixtureReader, ModelReader, Unigram
from zhgen.generation.cache import remember
from zhgen.generation.generator import Generator
from zhgen.ngrams.kneser_ney import KneserNey
from zhgen.vectors.table import unit_rows

PIECES = ("宝玉", "</s>", "黛玉", "笑", "道", "▁", "。", "好")
WITHOUT_END = ("宝玉", "们", "黛玉", "笑", "道", "▁", "。", "好")
V, D, H = len(PIECES), 6, 5
TEXT = np.random.default_rng(1).integers(0, V, 40).astype(np.int32)


def normal(seed, *shape):
    """Return normal float32 numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def model(state="carried", pieces=PIECES, timesteps=4, **more):
    """Return a generator with random weights: one layer of five units, six dimensions."""
    weights = {"output/kernel": normal(1, H, D), "output/bias": normal(2, D), "input/scale": np.float32(2.5)}
    weights |= {"lstm_1/kernel": normal(3, D, 4 * H), "lstm_1/recurrent_kernel": normal(4, H, 4 * H)}
    weights |= {"lstm_1/bias": normal(5, 4 * H), "decoder/table": unit_rows(normal(6, V, D))}
    weights |= {"decoder/scale": np.float32(4), "decoder/bias": normal(7, V)}
    return Generator(Bundle({"timesteps": timesteps, "state": state, **more}, Vocabulary(pieces), weights))


def outputs_one_by_one(generator, ids):
    """Return the output before each piece of a text, every one of them computed from a zero state."""
    end, config = generator.vocabulary.end, generator.bundle.config
    text = [*([] if end is None else [end]), *ids.tolist()]
    found = []
    for stop in range(len(text) - len(ids), len(text)):
        start = 0 if config["state"] == "carried" else max(0, stop - config["timesteps"])
        read = generator.input_table[text[start:stop]] * np.float32(generator.input_scale)
        outputs, _ = generator.network.forward(read[np.newaxis], generator.network.zero_state(1))
        found.append(outputs[0, -1] if stop else np.zeros(D, np.float32))
    return np.array(found)


@pytest.mark.parametrize("sizes", [(40,), (1, 1, 38), (7, 13, 20), (1,) * 40], ids=len)
@pytest.mark.parametrize("pieces", [PIECES, WITHOUT_END], ids=["end", "no end"])
@pytest.mark.parametrize("state", ["carried", "zero"])
def test_outputs_in_chunks(state, pieces, sizes):
    """In chunks of any size, carried or from windows, the outputs are those of reading from the start."""
    generator = model(state, pieces)
    reader, chunks = ModelReader(generator), np.split(TEXT, np.cumsum(sizes)[:-1])
    found = np.concatenate([reader.outputs(chunk) for chunk in chunks])
    np.testing.assert_allclose(found, outputs_one_by_one(generator, TEXT), atol=1e-6)


@pytest.mark.parametrize("timesteps", [1, 5000])
def test_windows_of_any_length(timesteps):
    """Windows of one step, and of more than the text has, are read too."""
    generator = model("zero", timesteps=timesteps)
    np.testing.assert_allclose(ModelReader(generator).outputs(TEXT), outputs_one_by_one(generator, TEXT), atol=1e-6)


def test_what_the_model_makes_of_a_chunk():
    """Losses, ranks and cosines are those of the scores, computed apart in float64."""
    generator = model()
    sight, decoder = ModelReader(generator).see(TEXT), generator.decoder
    outputs = outputs_one_by_one(generator, TEXT).astype(np.float64)
    cosines = outputs / np.linalg.norm(outputs, axis=1, keepdims=True) @ decoder.table.T.astype(np.float64)
    scores = 4 * cosines + decoder.bias
    rows = np.arange(len(TEXT))
    np.testing.assert_allclose(sight.guesses.nats, np.logaddexp.reduce(scores, axis=1) - scores[rows, TEXT], rtol=1e-5)
    assert sight.guesses.ranks.tolist() == [1 + int((row > row[right]).sum()) for row, right in zip(scores, TEXT, strict=True)]
    np.testing.assert_allclose(sight.guesses.cosines, cosines[rows, TEXT], atol=1e-6)
    assert sight.guesses.nearest.tolist() == (cosines.argmax(axis=1) == TEXT).tolist()
    np.testing.assert_allclose(sight.below, scores - scores.max(axis=1, keepdims=True), atol=1e-5)
    np.testing.assert_allclose(sight.right, sight.below[rows, TEXT])


def test_unigram_by_hand():
    """Probabilities are shares of the counts, ranks their order; what never occurs counts as half; ties go to the lower id."""
    guesses = Unigram(np.array([1, 4, 0, 4])).guess(np.array([0, 1, 2, 3, 1], dtype=np.int32))
    np.testing.assert_allclose(np.exp(-guesses.nats), np.array([1, 4, 0.5, 4, 4]) / 9.5)
    assert guesses.ranks.tolist() == [3, 1, 4, 2, 1]
    assert guesses.cosines is None


@pytest.mark.parametrize("sizes", [(40,), (1, 2, 37), (5,) * 8], ids=len)
def test_kneser_ney_in_chunks(sizes):
    """In chunks of any size the losses are those of the whole text, and ranks those of each distribution."""
    ngrams = KneserNey.fit(np.random.default_rng(2).integers(0, V, 300).astype(np.int32), V, 1)
    reader, chunks = KneserNeyReader(ngrams), np.split(TEXT, np.cumsum(sizes)[:-1])
    found = [reader.guess(chunk, reader.probabilities(chunk)) for chunk in chunks]
    np.testing.assert_allclose(np.concatenate([guesses.nats for guesses in found]), -ngrams.log_probabilities(TEXT))
    last = ngrams.after(TEXT[-5:-1].tolist())
    expected = 1 + int((last > last[TEXT[-1]]).sum()) + int((last[: TEXT[-1]] == last[TEXT[-1]]).sum())
    assert found[-1].ranks[-1] == expected


def test_kneser_ney_without_a_paragraph_end():
    """Where there is no `</s>` the first piece has its share without context."""
    ngrams = KneserNey.fit(TEXT, V, None)
    np.testing.assert_allclose(KneserNeyReader(ngrams).probabilities(TEXT[:1]), [ngrams.after([])])


@pytest.mark.parametrize("sizes", [(40,), (1, 2, 37), (5,) * 8], ids=len)
def test_mixtures_by_hand(sizes):
    """Every mixture is the sum of its shares at each piece, in chunks of any size; an empty cache's share is the model's."""
    shares = {"mix": (0.3, 0.0), "cache": (0.0, 0.2), "both": (0.25, 0.15)}
    fitted = {name: {"counts": counts, "cache": cache} for name, (counts, cache) in shares.items()}
    generator = model(mixture={"sharpness": 3.0, "decay": 9.0, "memory": 10, **fitted})
    ngrams = KneserNey.fit(np.random.default_rng(2).integers(0, V, 300).astype(np.int32), V, 1)
    network, counted, mixture = ModelReader(generator), KneserNeyReader(ngrams), MixtureReader(generator.bundle)
    chunks = np.split(TEXT, np.cumsum(sizes)[:-1])
    found = [mixture.guess(chunk, network.see(chunk), counted.probabilities(chunk)) for chunk in chunks]
    whole = ModelReader(generator).see(TEXT)
    cached = remember(TEXT, whole.outputs, 3.0, 9.0, 10).right
    for name, (of_counts, of_cache) in shares.items():
        own = (1 - of_counts - of_cache) * np.exp(-whole.guesses.nats)
        expected = own + of_counts * np.exp(ngrams.log_probabilities(TEXT)) + of_cache * cached
        expected[0] += of_cache * np.exp(-whole.guesses.nats[0])
        nats = np.concatenate([guesses[name].nats for guesses in found])
        np.testing.assert_allclose(nats, -np.log(expected), rtol=1e-5)
        assert {1} <= set(np.concatenate([guesses[name].ranks for guesses in found]).tolist()) <= set(range(1, V + 1))
