"""Guesses added up, and the figures that come of them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.evaluation.tally import UNSEEN_CHARACTERS, Bands, Guesses, Tally, TextSize, ranks


def guesses(probabilities, places, **more):
    """Return guesses from probabilities and ranks."""
    return Guesses(-np.log(np.array(probabilities)), np.array(places), **more)


class TestRanks:
    """The place of a piece among all."""

    def test_by_eye(self):
        """The highest has rank 1; of equals the lower id goes first."""
        scores = np.array([[3, 1, 2], [3, 1, 2], [5, 5, 5], [5, 5, 5], [0, 7, 7]], dtype=np.float32)
        assert ranks(scores, np.array([0, 1, 0, 2, 2])).tolist() == [1, 3, 1, 3, 2]

    @given(
        st.integers(1, 6).flatmap(
            lambda size: st.lists(
                st.tuples(st.lists(st.integers(0, 3), min_size=size, max_size=size), st.integers(0, size - 1)), min_size=1
            )
        )
    )
    def test_as_a_stable_sort_has_it(self, rows):
        """The rank is the place in a stable descending sort, ties or not."""
        scores = np.array([row for row, _ in rows], dtype=np.float64)
        ids = np.array([identity for _, identity in rows])
        order = np.argsort(-scores, axis=1, kind="stable")
        assert ranks(scores, ids).tolist() == [
            line.tolist().index(identity) + 1 for line, identity in zip(order, ids, strict=True)
        ]


class TestTextSize:
    """Bits of a code for a text."""

    def test_by_hand(self):
        """Three known pieces at half a bit's probability and an unseen character at P = 1/4 cost what the docstring says."""
        size = TextSize(pieces=3, chars=7, unseen=1, unseen_probability=0.25)
        expected = 3 + 3 * -math.log2(0.75) + 2 + math.log2(20_992)
        assert size.bits(3 * math.log(2)) == pytest.approx(expected)

    @given(st.lists(st.floats(0.01, 1), min_size=1, max_size=9), st.floats(0.001, 0.5))
    def test_the_code_is_proper(self, weights, unseen_probability):
        """The probabilities that the bits of all that may come next stand for add up to one, so nothing is hidden."""
        chances = np.array(weights) / sum(weights)
        known = [2 ** -TextSize(1, 1, 0, unseen_probability).bits(-math.log(chance)) for chance in chances]
        unseen = 2 ** -TextSize(0, 1, 1, unseen_probability).bits(0)
        assert sum(known) + UNSEEN_CHARACTERS * unseen == pytest.approx(1)


class TestTally:
    """The figures."""

    def test_by_hand(self):
        """Four guesses in two chunks give their mean figures."""
        tally = Tally()
        tally.add(guesses([1 / 2, 1 / 4], [1, 2], cosines=np.array([0.5, 0.1]), nearest=np.array([True, False])))
        tally.add(guesses([1 / 8, 1 / 16], [5, 10], cosines=np.array([0.2, 0.0]), nearest=np.array([True, True])))
        figures = tally.figures(TextSize(pieces=4, chars=5, unseen=0, unseen_probability=0.5))
        expected = {
            "perplexity": 2 ** (10 / 4),
            "bits_per_char": (10 + 4) / 5,
            "top1": 1 / 4,
            "top5": 3 / 4,
            "mrr": (1 + 1 / 2 + 1 / 5 + 1 / 10) / 4,
            "mean_cosine": 0.2,
            "top1_cosine": 3 / 4,
            "pieces": 4,
            "chars": 5,
            "unseen_chars": 0,
            "seconds": 0.0,
        }
        assert figures == pytest.approx(expected)
        assert list(figures) == list(expected)

    def test_what_puts_out_no_vector_has_no_cosines(self):
        """The cosines of a baseline are None, not 0."""
        tally = Tally()
        tally.add(guesses([1 / 2], [1]))
        figures = tally.figures(TextSize(1, 1, 0, 0.5))
        assert (figures["mean_cosine"], figures["top1_cosine"]) == (None, None)


class TestBands:
    """Accuracy by frequency."""

    def test_bands_are_powers_of_ten(self):
        """Pieces seen 1 to 9 times, 10 to 99 and so on are told apart at their edges; bands without pieces are left out."""
        counts = np.array([0, 1, 9, 10, 99, 100, 12_345])
        bands = Bands(counts)
        bands.add(np.arange(6), guesses([1 / 2, 1 / 4, 1 / 16, 1 / 2, 1 / 2, 1 / 8], [1, 1, 2, 3, 1, 9]))
        bands.add(np.array([5]), guesses([1 / 2], [1]))
        assert bands.rows() == [
            {"least": 0, "most": 0, "pieces": 1, "perplexity": pytest.approx(2), "top1": 1},
            {"least": 1, "most": 9, "pieces": 2, "perplexity": pytest.approx(8), "top1": 0.5},
            {"least": 10, "most": 99, "pieces": 2, "perplexity": pytest.approx(2), "top1": 0.5},
            {"least": 100, "most": 999, "pieces": 2, "perplexity": pytest.approx(4), "top1": 0.5},
        ]
