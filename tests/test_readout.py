"""From cosines to probabilities by two numbers that are fitted on a text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from zhgen.training.readout import Evidence, Readout, best_loss, log_frequencies
from zhgen.vectors.table import unit_rows

START = Readout(scale=10.0, prior=1.0)


def evidence(seed, positions=40, pieces=7, dimensions=4, scale=6.0, prior=0.5):
    """Return a text whose right pieces were drawn by a read-out with the given scale and prior."""
    chance = np.random.default_rng(seed)
    directions = unit_rows(chance.normal(size=(positions, dimensions)).astype(np.float32))
    table = unit_rows(chance.normal(size=(pieces, dimensions)).astype(np.float32))
    log_prior = log_frequencies(chance.integers(0, 50, size=pieces) + (np.arange(pieces) == 0))
    scores = scale * directions @ table.T + prior * log_prior + chance.gumbel(size=(positions, pieces))
    return Evidence(directions, scores.argmax(axis=1).astype(np.int32), table, log_prior)


def nats(text, scale, prior):
    """Return the mean −log probability, written out plainly in float64."""
    scores = scale * text.directions.astype(float) @ text.table.T.astype(float) + prior * text.log_prior
    right = scores[np.arange(len(text.targets)), text.targets]
    highest = scores.max(axis=1)
    return float((np.log(np.exp(scores - highest[:, None]).sum(axis=1)) + highest - right).mean())


def test_perplexity_by_hand():
    """Of two pieces on one axis, +1 and −1, equally frequent, an output at +1 gives the right one 1/(1 + e^−2s)."""
    axis = np.array([[1], [-1]], dtype=np.float32)
    text = Evidence(axis[:1], np.array([0], np.int32), axis, np.log(np.array([0.5, 0.5], np.float32)))
    assert text.perplexity(Readout(0.0, 1.0)) == pytest.approx(2)
    assert text.perplexity(Readout(1.5, 1.0)) == pytest.approx(1 + np.exp(-3))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.floats(-5, 40), st.floats(-2, 3))
def test_no_other_pair_is_better(seed, scale, prior):
    """Whatever the text, the fitted pair has a perplexity as low as any other pair, and as low as scipy's search finds."""
    text = evidence(seed, positions=60)
    fitted = text.fit(START)
    best = minimize(lambda point: nats(text, *point), [10.0, 1.0], method="BFGS").fun
    assert nats(text, fitted.scale, fitted.prior) <= min(nats(text, scale, prior), best) + 2e-5
    assert text.perplexity(fitted) == pytest.approx(np.exp(nats(text, fitted.scale, fitted.prior)), rel=1e-4)


def test_the_pair_that_made_a_text_is_found_again():
    """From 20,000 draws with a scale of 6 and a prior of 0.5 both come back within five standard errors; in several chunks."""
    fitted = evidence(3, positions=20_000).fit(START)
    assert fitted.scale == pytest.approx(6.0, abs=0.35)
    assert fitted.prior == pytest.approx(0.5, abs=0.1)


def test_where_the_search_begins_makes_no_difference():
    """There is one best pair: from far away it is found as well, by steps that are halved where they lead too far."""
    text = evidence(5, positions=300)
    fitted = [text.fit(start) for start in (START, Readout(0.0, 0.0), Readout(200.0, -3.0), Readout(-80.0, 5.0))]
    for other in fitted[1:]:
        assert (other.scale, other.prior) == pytest.approx((fitted[0].scale, fitted[0].prior), rel=1e-2)


def test_a_text_that_says_nothing_of_the_scale():
    """Where all outputs are zero the scale stays where it was, the prior is fitted, and nothing becomes NaN."""
    text = evidence(1, positions=500)
    blind = Evidence(np.zeros_like(text.directions), text.targets, text.table, text.log_prior)
    fitted = blind.fit(START)
    assert fitted.scale == pytest.approx(START.scale)
    assert np.isfinite(fitted.prior)
    assert blind.perplexity(fitted) <= blind.perplexity(START)


def test_cosines_that_are_all_alike():
    """Where all rows are the same one the scale changes nothing, and rounding does not carry it away."""
    text = evidence(1, positions=500)
    same = Evidence(text.directions, text.targets, np.repeat(text.table[:1], len(text.table), axis=0), text.log_prior)
    assert same.fit(START).scale == pytest.approx(START.scale, abs=0.1)


def test_log_frequencies():
    """Of 15 occurrences 8, 4, 2, 1 and none: the last counts as half an occurrence."""
    found = log_frequencies(np.array([8, 4, 2, 1, 0], dtype=np.int64))
    np.testing.assert_allclose(found, np.log(np.array([8, 4, 2, 1, 0.5]) / 15), rtol=1e-6)
    assert found.dtype == np.float32


class TestBestLoss:
    """What an epoch is judged by."""

    def test_a_parabola_by_hand(self):
        """Losses of 2 + (place − 2.25)² have their least, 2, between the third and the fourth."""
        losses = np.array([2 + (place - 2.25) ** 2 for place in range(5)])
        assert best_loss(losses, 1000) == pytest.approx(2)

    def test_the_least_at_an_end_stands(self):
        """Where the least loss is the first or the last, that is it."""
        assert best_loss(np.array([1.0, 2, 3, 4, 5]), 1000) == 1
        assert best_loss(np.array([5.0, 4, 3, 2, 1]), 1000) == 1

    def test_a_short_text_and_other_losses_are_judged_as_they_stand(self):
        """Too little to fit a read-out on, and a loss that no scale changes, count as they are."""
        assert best_loss(np.array([3.0, 2, 1, 2, 3]), 999) == 3
        assert best_loss(np.array(7.0), 1000) == 7
        assert np.isnan(best_loss(np.array([np.nan] * 5), 1000))
