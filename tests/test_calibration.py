"""Whether a model is as sure as it should be."""

import numpy as np
import pytest

from zhgen.evaluation.calibration import Reliability, TemperatureSearch


def loss(scores, ids, temperature):
    """Return the mean −log probability under a softmax at a temperature, in float64."""
    divided = scores.astype(np.float64) / temperature
    return float((np.logaddexp.reduce(divided, axis=1) - divided[np.arange(len(ids)), ids]).mean())


def drawn(temperature, seed=3, rows=1500, size=30):
    """Return scores, and pieces drawn with the probabilities the scores have at a temperature."""
    chance = np.random.default_rng(seed)
    scores = (chance.normal(size=(rows, size)) * 2).astype(np.float32)
    noise = chance.gumbel(size=scores.shape)
    return scores, (scores / temperature + noise).argmax(axis=1)


def search(scores, ids, parts=1):
    """Return a search over scores, added in so many parts."""
    found = TemperatureSearch()
    for part in np.array_split(np.arange(len(ids)), parts):
        below = scores[part] - scores[part].max(axis=1, keepdims=True)
        found.add(below, below[np.arange(len(part)), ids[part]])
    return found


class TestReliability:
    """The first guess's probability against how often it is right."""

    def test_by_hand(self):
        """Two guesses of 15 and 19 %, one of them right, and two of 100 %, both right, are 33 points off at half the weight."""
        reliability = Reliability()
        reliability.add(np.array([0.15, 1.0]), np.array([True, True]))
        reliability.add(np.array([0.19, 1.0]), np.array([False, True]))
        assert reliability.error == pytest.approx(0.33 / 2)
        bins = reliability.bins()
        assert len(bins) == 10
        assert bins[0] == {"from": 0.0, "to": 0.1, "pieces": 0, "probability": None, "right": None}
        assert bins[1] == {"from": 0.1, "to": 0.2, "pieces": 2, "probability": pytest.approx(0.17), "right": 0.5}
        assert bins[9] == {"from": 0.9, "to": 1.0, "pieces": 2, "probability": 1.0, "right": 1.0}

    def test_a_model_that_knows_what_it_knows(self):
        """Guesses that are right as often as they say have an error near 0."""
        chance = np.random.default_rng(5)
        sure = chance.random(40_000)
        reliability = Reliability()
        reliability.add(sure, chance.random(40_000) < sure)
        assert reliability.error < 0.01


class TestTemperatureSearch:
    """The temperature that would have been best."""

    @pytest.mark.parametrize("temperature", [0.6, 0.9, 1.0, 1.3, 2.5])
    def test_as_an_exact_search_finds_it(self, temperature):
        """The temperature and the perplexity are those of a search that computes every loss anew."""
        scores, ids = drawn(temperature)
        tried = np.geomspace(0.5, 4, 200)
        losses = [loss(scores, ids, each) for each in tried]
        best, perplexity = search(scores, ids).best()
        assert best == pytest.approx(tried[np.argmin(losses)], rel=0.015)
        assert np.log(perplexity) == pytest.approx(min(losses), abs=1e-3)

    def test_in_chunks_as_at_once(self):
        """How the text is cut into chunks makes no difference."""
        scores, ids = drawn(1.2)
        assert search(scores, ids, parts=7).best() == pytest.approx(search(scores, ids).best(), rel=1e-6)

    def test_never_worse_than_as_it_is(self):
        """The best perplexity is at most the one at temperature 1."""
        scores, ids = drawn(1.0)
        assert search(scores, ids).best()[1] <= np.exp(loss(scores, ids, 1)) * (1 + 1e-9)

    def test_scores_far_apart(self):
        """Differences of a thousand neither overflow nor give NaN."""
        scores = np.array([[1000, 0, -1000], [0, 1000, 500]], dtype=np.float32)
        best, perplexity = search(scores, np.array([0, 1])).best()
        assert np.isfinite([best, perplexity]).all()
        assert perplexity == pytest.approx(1)
