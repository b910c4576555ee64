"""One piece drawn of those that may come."""

import itertools
import math

import numpy as np
import pytest
from chances import NO, logs, scores_of_any_kind
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.sampling.drawing import Limits, draw
from zhgen.sampling.truncation import candidates


class Numbers:
    """Random numbers that are known: one, again and again, or several, one after the other."""

    def __init__(self, *numbers):
        self.coming = itertools.cycle(numbers)

    def random(self):
        """Return the next."""
        return next(self.coming)


def drawn(scores, *uniform, top_k=0, top_p=1.0, min_p=0.0, temperature=1.0):
    """Return what is drawn of scores."""
    return draw(np.array(scores), Limits(top_k, top_p, min_p, temperature), Numbers(*uniform))


@pytest.mark.parametrize(
    ("uniform", "expected"),
    [(0, 1), (0.2499, 1), (0.25, 2), (0.4999, 2), (0.5, 4), (0.9999, 4), (math.nextafter(1, 0), 4)],
)
def test_by_eye(uniform, expected):
    """With chances of 0, 1/4, 1/4, 0, 1/2, 0 a number below 1/4 draws 1, below 1/2 draws 2, below 1 draws 4."""
    assert drawn(logs(0, 1 / 4, 1 / 4, 0, 1 / 2, 0), uniform) == expected


def test_how_often():
    """A thousand evenly spaced numbers draw each piece as often as its probability says."""
    found = [drawn(logs(0.1, 0.2, 0.3, 0.4), (number + 0.5) / 1000) for number in range(1000)]
    assert np.bincount(found).tolist() == [100, 200, 300, 400]


def test_the_order():
    """1/3 and 2/3 are both within .7, then the temperature of one half makes 1/5 and 4/5 of them."""
    scores = logs(1 / 3, 2 / 3, 0)
    assert [drawn(scores, uniform, top_p=0.7, temperature=0.5) for uniform in (0.19, 0.21)] == [0, 1]
    assert drawn(scores, 0, top_p=0.6, temperature=0.5) == 1


def test_the_best_of_one():
    """With top_k 1 it is the likeliest, of equal ones the first, and no number is drawn."""
    assert drawn([1.0, 3, 3], top_k=1) == 1


class TestTrials:
    """In the usual settings a piece is drawn of all, until one is among those that may be drawn."""

    def test_by_eye(self):
        """Of 1/8, 1/2, 1/8, 1/4 the second and the last have three quarters: the others are tried in vain."""
        scores = logs(1 / 8, 1 / 2, 1 / 8, 1 / 4)
        assert drawn(scores, 0.1, 0.7, 0.6, top_p=0.75) == 1
        assert drawn(scores, 0.1, 0.7, 0.9, top_p=0.75) == 3

    def test_when_all_are_in_vain(self):
        """After four tries the pieces that may be drawn are listed, and one number more draws one of them."""
        scores = logs(1 / 8, 1 / 2, 1 / 8, 1 / 4)
        assert [drawn(scores, *[0] * 4, uniform, top_p=0.75) for uniform in (0.66, 0.67)] == [1, 3]

    @pytest.mark.parametrize(("top_p", "expected"), [(0.5, 4), (0.51, 5), (0.75, 6), (1, 8)])
    def test_of_equals_the_lower_ids(self, top_p, expected):
        """Of eight equals the first four have a half, and one more has more."""
        found = {drawn(np.zeros(8), (number + 0.5) / 8, 0.01, top_p=top_p) for number in range(8)}
        assert found == set(range(expected))

    @pytest.mark.parametrize("shift", [-200, -100, -80, 0, 80, 89, 200])
    @pytest.mark.parametrize("kind", [np.float32, np.float64])
    def test_from_where_scores_count_does_not_matter(self, shift, kind):
        """Far above and below 0 the same piece is drawn."""
        scores = (logs(0.1, 0.2, 0.3, 0.4) + shift).astype(kind)
        assert [drawn(scores, uniform) for uniform in (0.09, 0.11, 0.29, 0.31, 0.59, 0.61)] == [0, 1, 1, 2, 2, 3]

    @pytest.mark.parametrize("top_p", [0.5, 0.85, 0.99, 1.0])
    @pytest.mark.parametrize("spread", [0.5, 3])
    def test_as_of_a_list(self, top_p, spread):
        """Of a thousand pieces those that may be drawn come as often as if they had been listed, and no other comes."""
        scores = np.random.default_rng(7).normal(0, spread, 1000).astype(np.float32)
        ids, weights = candidates(scores, 0, top_p, 0)
        random, draws = np.random.default_rng(8), 20_000
        found = np.bincount([draw(scores, Limits(0, top_p, 0, 1), random) for _ in range(draws)], minlength=1000)
        expected = draws * weights / weights.sum()
        assert found[ids].sum() == draws
        # Pearson's statistic has about as much as there are pieces, with the square root of twice that many as its spread.
        pearson = ((found[ids] - expected) ** 2 / expected).sum()
        assert abs(pearson - len(ids)) < 5 * np.sqrt(2 * len(ids) + (1 / expected).sum())


@given(
    scores=scores_of_any_kind,
    top_k=st.sampled_from([0, 1, 3]),
    top_p=st.sampled_from([1.0, 0.95, 0.5, 1e-300]),
    min_p=st.sampled_from([0.0, 0.05, 1.0]),
    temperature=st.sampled_from([1.0, 0.8, 1.5, 1e-300, 1e300]),
    uniform=st.floats(0, 1, exclude_max=True),
)
@settings(deadline=None, max_examples=200)
def test_never_what_is_excluded(scores, top_k, top_p, min_p, temperature, uniform):
    """Whatever the number and the settings, a piece with a probability is drawn, and the scores stay as they are."""
    array = np.array(scores, np.float32)
    piece = draw(array, Limits(top_k, top_p, min_p, temperature), Numbers(uniform))
    assert type(piece) is int
    assert scores[piece] > NO
    assert array.tolist() == scores
