"""How much is heard of each source."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.evaluation.predictors import KneserNeyReader, MixtureReader, ModelReader
from zhgen.generation.fitting import SHARPNESSES, fit_mixtures, fit_shares, fit_weights, perplexity
from zhgen.generation.generator import Generator
from zhgen.generation.mixture import shares_at

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


class TestWeights:
    """Shares that follow signs."""

    @staticmethod
    def moments(count=3000):
        """Return what three sources give to right pieces, and signs: where the second is high the n-grams are right."""
        random = np.random.default_rng(8)
        signs = np.column_stack([np.ones(count), random.normal(size=(count, 4))])
        right = np.full((count, 3), 0.1)
        good = random.random(count) < 1 / (1 + np.exp(-2 * signs[:, 2]))
        right[good, 1], right[~good, 0] = 0.9, 0.9
        return right, signs

    def test_the_sign_that_tells_is_found(self):
        """The weights follow it, the other signs hardly count, and the text gets likelier than with even shares."""
        right, signs = self.moments()
        weights = fit_weights(right, signs, np.array([0.5, 0.4, 0.1]), [True, True])
        assert weights[0, 2] > 1.5
        assert np.abs(np.delete(weights[0], [0, 2])).max() < 0.3
        shares = shares_at(signs, weights, [True, True])
        mixed = right[:, 0] * (1 - shares.sum(axis=1)) + (right[:, 1:] * shares).sum(axis=1)
        assert perplexity(mixed) < 0.85 * fit_shares(right)[1]

    def test_what_is_absent_has_no_weights(self):
        """Without a cache its weights are 0, and a sign that never changes has none."""
        right, signs = self.moments()
        signs[:, 4] = 0
        weights = fit_weights(right, signs, np.array([0.5, 0.5, 0]), [True, False])
        assert weights[1].tolist() == [0] * 5
        assert weights[0, 4] == 0

    @pytest.mark.parametrize("number", range(5))
    def test_no_step_makes_it_better(self, number):
        """From where the fit ends no weight can be changed for the better, but for what large weights cost."""
        right, signs = self.moments(1500)
        weights = fit_weights(right, signs, np.array([0.5, 0.4, 0.1]), [True, True])

        def reached(changed):
            shares = shares_at(signs, changed, [True, True])
            mixed = right[:, 0] * (1 - shares.sum(axis=1)) + (right[:, 1:] * shares).sum(axis=1)
            return -np.log(mixed).mean()

        for row, step in itertools.product((0, 1), (-0.3, 0.3)):
            changed = weights.copy()
            changed[row, number] += step
            assert reached(changed) > reached(weights) - 1e-3


@pytest.fixture(scope="module")
def text(tiny_bundle):
    """Return a text in the pieces of the small model: its words out of order, and said again."""
    ids = np.random.default_rng(3).integers(0, len(tiny_bundle.vocabulary), size=600)
    return np.concatenate([ids, ids]).astype(np.int32)


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
    # Weights are kept rounded, and this model is surer than one of a real text: hence three in a thousand.
    assert reached == {name: pytest.approx(fitted[name]["perplexity"], rel=3e-3) for name in nats}
    assert any("weights" in fitted[name] for name in ("mix", "cache", "both"))
    assert fitted["both"]["perplexity"] <= min(fitted[name]["perplexity"] for name in ("model", "mix", "cache")) + 1e-6
    assert fitted["mix"]["cache"] == fitted["cache"]["counts"] == 0


def test_a_text_of_one_piece(tiny_bundle):
    """The shortest text can be fitted on."""
    fitted = fit_mixtures(Generator(tiny_bundle), tiny_bundle.ngrams(), np.array([1], dtype=np.int32))
    assert fitted["cache"]["perplexity"] == fitted["model"]["perplexity"]
