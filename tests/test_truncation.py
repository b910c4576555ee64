"""Which pieces may be drawn."""

from fractions import Fraction

import numpy as np
import pytest
from chances import NO, scores_of_any_kind
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zhgen.sampling.scores import probabilities
from zhgen.sampling.truncation import candidates, is_in_top_p, keep_top_k, keep_top_p


class TestTopK:
    """The K highest stay."""

    @pytest.mark.parametrize(("top_k", "expected"), [(1, [0]), (3, [0, 2, 4]), (5, [0, 1, 2, 3, 4])])
    def test_by_eye(self, top_k, expected):
        """Of 5, 1, 4, 2, 3 the three highest are 5, 4 and 3."""
        assert keep_top_k(np.array([5.0, 1, 4, 2, 3]), top_k).tolist() == expected

    def test_of_equal_ones_the_lower_ids_stay(self):
        """Of four equals two are kept: the first two; one above them stays beside the first."""
        assert keep_top_k(np.array([0.0, 7, 7, 7, 7]), 2).tolist() == [1, 2]
        assert keep_top_k(np.array([0.0, 7, 7, 7, 9]), 2).tolist() == [1, 4]


class TestTopP:
    """The fewest likeliest that together have the probability."""

    @pytest.mark.parametrize(
        ("top_p", "kept"),
        [
            (1e-9, [1]),
            (0.5, [1]),
            (0.51, [1, 3]),
            (0.75, [1, 3]),
            (0.76, [0, 1, 3]),
            (0.875, [0, 1, 3]),
            (0.876, [0, 1, 2, 3]),
            (1, [0, 1, 2, 3, 4]),
        ],
    )
    def test_by_eye(self, top_p, kept):
        """With chances of 1/8, 1/2, 1/8, 1/4, 0 a half is reached with one piece, 3/4 with two, 7/8 with three."""
        assert keep_top_p(np.array([1 / 8, 1 / 2, 1 / 8, 1 / 4, 0]), top_p).tolist() == kept

    def test_of_equal_ones_the_lower_ids_stay(self):
        """Of eight equals a half are kept: the first four."""
        assert keep_top_p(np.full(8, 1 / 8), 0.5).tolist() == [0, 1, 2, 3]

    @given(scores=scores_of_any_kind, top_p=st.floats(0.001, 1))
    @settings(deadline=None, max_examples=200)
    def test_a_naive_implementation_agrees(self, scores, top_p):
        """Taking the likeliest piece, lower ids first, until the sum is reached keeps the same pieces."""
        chances = [Fraction(chance) for chance in probabilities(np.array(scores)).tolist()]
        total, kept = Fraction(0), set()
        for number in sorted(range(len(chances)), key=lambda number: (-chances[number], number)):
            assume(top_p == 1 or abs(float(total - Fraction(top_p))) > 1e-9)  # what rounding may decide
            if total < top_p or top_p == 1:
                kept.add(number)
            total += chances[number]
        assert candidates(np.array(scores), 0, top_p, 0)[0].tolist() == sorted(kept)


class TestIsInTopP:
    """Whether a single piece is one of them."""

    @given(amounts=st.lists(st.integers(0, 8), min_size=1, max_size=12).filter(any), sixteenths=st.integers(1, 16))
    def test_a_naive_implementation_agrees(self, amounts, sixteenths):
        """Of every piece with a weight it tells whether those before it, lower ids first, have less than the share."""
        order = sorted(range(len(amounts)), key=lambda piece: (-amounts[piece], piece))
        before = {piece: sum(amounts[other] for other in order[:place]) for place, piece in enumerate(order)}
        for piece in filter(amounts.__getitem__, order):
            found = is_in_top_p(np.array(amounts, np.float32), piece, sixteenths / 16, sum(amounts))
            assert found == (16 * before[piece] < sixteenths * sum(amounts))


class TestCandidates:
    """top_k, top_p and min_p, one after the other."""

    @pytest.mark.parametrize("size", [12_000, 20_000])
    def test_of_many_equals(self, size):
        """Where no piece is likely at all, as many stay as have the share."""
        ids, weights = candidates(np.zeros(size, np.float32), 0, 0.85, 0)
        assert len(ids) == pytest.approx(0.85 * size, abs=1)
        assert (weights == 1).all()

    @pytest.mark.parametrize(
        ("top_k", "top_p", "min_p", "kept"),
        [
            (0, 1, 0, [0, 1, 2, 3]),
            (3, 1, 0, [1, 2, 3]),
            (9, 1, 0, [0, 1, 2, 3]),
            (0, 1, 0.49, [1, 2, 3]),  # 0.2 is half of 0.4
            (0, 1, 0.51, [2, 3]),
            (0, 1, 1, [3]),
            (0, 0.7, 0, [2, 3]),
            (0, 0.71, 0, [1, 2, 3]),
            (2, 0.55, 0, [3]),  # 4/7 of the two kept is enough
            (0, 0.55, 0, [2, 3]),
            (0, 0.71, 0.74, [2, 3]),
            (2, 0.99, 0.76, [3]),
        ],
    )
    def test_by_eye(self, top_k, top_p, min_p, kept):
        """With chances of .1, .2, .3, .4 the sums from above are .4, .7, .9, 1, and the weights ¼, ½, ¾, 1."""
        scores = np.log(np.array([16, 32, 48, 64]) / 160)
        ids, weights = candidates(scores, top_k, top_p, min_p)
        assert ids.tolist() == kept
        np.testing.assert_allclose(weights, [(number + 1) / 4 for number in kept])

    @given(
        scores=scores_of_any_kind,
        top_k=st.integers(0, 15),
        top_p=st.sampled_from([1, 0.95, 0.5, 1e-300]),
        min_p=st.sampled_from([0.0, 0.05, 1.0]),
    )
    def test_the_likeliest_always_stays(self, scores, top_k, top_p, min_p):
        """However narrow the settings, one of the likeliest pieces may be drawn, and ids come once and in order."""
        given_scores = np.array(scores, np.float32)
        kept = candidates(given_scores, top_k, top_p, min_p)[0].tolist()
        likeliest = np.exp(given_scores - given_scores.max())  # which makes some of them equal
        assert max(likeliest[kept]) == max(likeliest)
        assert kept == sorted(set(kept))

    def test_what_is_given_is_not_changed(self):
        """The scores are as they were."""
        scores = np.array([3, 1, NO, 2], np.float32)
        candidates(scores, 3, 0.9, 0.01)
        assert scores.tolist() == [3, 1, NO, 2]
