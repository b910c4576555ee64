"""How much is heard of each source."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.evaluation.predictors import KneserNeyReader, MixtureReader, ModelReader
from zhgen.generation.fitting import SHARPNESSES, fit_mixtures, fit_shares, perplexity
from zhgen.generation.generator import Generator

chances = st.floats(1e-6, 1)


def drawn(seed, positions=400, sources=3):
    """Return probabilities of right pieces, of sources that are good at different positions."""
    return np.random.default_rng(seed).beta(0.4, 2, size=(positions, sources)) + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_no_point_of_a_grid_is_better(seed):
    """Of all shares in steps of a fiftieth none gives the text a lower perplexity, and the nearest come close."""
    right = drawn(seed)
    shares, reached = fit_shares(right)
    grid = [(a / 50, b / 50) for a, b in itertools.product(range(51), repeat=2) if a + b <= 50]
    best = min(perplexity(right @ np.array([1 - a - b, a, b])) for a, b in grid)
    assert shares.sum() == pytest.approx(1)
    assert reached <= best
    assert reached == pytest.approx(best, rel=1e-3)
    assert reached == pytest.approx(perplexity(right @ shares))


@given(right=st.lists(st.tuples(chances, chances, chances), min_size=1, max_size=50))
def test_it_is_never_worse_than_the_first_source(right):
    """On the text they are fitted on shares never cost anything."""
    shares, reached = fit_shares(np.array(right))
    assert reached <= perplexity(np.array(right)[:, 0])
    assert shares.min() >= 0


def test_a_source_that_is_always_worse_is_not_heard():
    """Where the first source is the best everywhere it is heard alone."""
    shares, reached = fit_shares(np.array([[0.5, 0.4], [0.3, 0.1], [0.9, 0.2]]))
    assert shares.tolist() == [1, 0]
    assert reached == perplexity(np.array([0.5, 0.3, 0.9]))


@pytest.fixture(scope="module")
def text(tiny_bundle):
    """Return a text in the pieces of the small model: its words out of order."""
    ids = np.random.default_rng(3).integers(0, len(tiny_bundle.vocabulary), size=300)
    return ids.astype(np.int32)


def test_the_perplexities_are_those_of_reading_the_text(tiny_bundle, text):
    """What is said of the model and of each mixture is what they give to the text when it is read piece by piece."""
    ngrams = tiny_bundle.ngrams()
    fitted = fit_mixtures(Generator(tiny_bundle), ngrams, text)
    assert fitted["sharpness"] in SHARPNESSES
    bundle = dataclasses.replace(tiny_bundle, config={**tiny_bundle.config, "mixture": fitted})
    reader, counts, mixtures = ModelReader(Generator(bundle)), KneserNeyReader(ngrams), MixtureReader(bundle)
    nats: dict[str, list[float]] = {name: [] for name in ("model", "mix", "cache", "both")}
    for chunk in np.split(text, [1, 7, 200]):
        sight = reader.see(chunk)
        guesses = {"model": sight.guesses, **mixtures.guess(chunk, sight, counts.probabilities(chunk))}
        for name, found in nats.items():
            found.extend(guesses[name].nats)
    reached = {name: float(np.exp(np.mean(parts))) for name, parts in nats.items()}
    assert reached == {name: pytest.approx(fitted[name]["perplexity"], rel=1e-5) for name in nats}
    assert fitted["both"]["perplexity"] <= min(fitted[name]["perplexity"] for name in ("model", "mix", "cache")) + 1e-6
    assert fitted["mix"]["cache"] == fitted["cache"]["counts"] == 0


def test_a_text_of_one_piece(tiny_bundle):
    """The shortest text can be fitted on."""
    fitted = fit_mixtures(Generator(tiny_bundle), tiny_bundle.ngrams(), np.array([1], dtype=np.int32))
    assert fitted["cache"]["perplexity"] == fitted["model"]["perplexity"]
