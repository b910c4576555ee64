"""Measures of a text by its ids, with numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.evaluation import measures


def _ids(values):
    return np.array(values, dtype=np.int32)


def test_stretches_cover_a_text_evenly():
    """Ten in fours are three stretches that overlap by one; eight in fours are two; three in fours is one."""
    assert measures.stretches(10, 4).tolist() == [0, 3, 6]
    assert measures.stretches(8, 4).tolist() == [0, 4]
    assert measures.stretches(3, 4).tolist() == [0]


@given(st.integers(1, 5000), st.integers(1, 600))
def test_stretches_leave_nothing_out(length, size):
    """Every place is in a stretch, none reaches beyond the end, and there are no more than needed."""
    starts = measures.stretches(length, size)
    assert starts[0] == 0
    assert (np.diff(starts) <= size).all()
    assert starts[-1] == max(length - size, 0)
    assert len(starts) == -(-length // size)


def test_means_of_stretches():
    """0 to 9 in fours: the means of 0–3, 3–6 and 6–9."""
    assert measures.window_means(np.arange(10.0), 4).tolist() == [1.5, 4.5, 7.5]
    assert measures.window_means(np.arange(3.0), 4).tolist() == [1.0]


def test_distinct():
    """In 1 2 1 2 1 2 two of six words, two of five pairs, two of four triples and two of three 4-grams are different."""
    shares = measures.distinct(_ids([1, 2, 1, 2, 1, 2, 3, 4, 5, 6, 7, 8]), 6)
    assert shares[:, 0].tolist() == pytest.approx([2 / 6, 2 / 5, 2 / 4, 2 / 3])
    assert shares[:, 1].tolist() == [1, 1, 1, 1]
    assert measures.diversity(shares).tolist() == pytest.approx([2 / 5 * 2 / 4 * 2 / 3, 1])


@given(st.lists(st.integers(0, 4), min_size=6, max_size=30))
def test_distinct_counts_what_a_set_counts(values):
    """In one stretch it is the number of different n-grams over the number of n-grams."""
    shares = measures.distinct(_ids(values), len(values))
    for n, share in zip(measures.ORDERS, shares[:, 0], strict=True):
        ngrams = [tuple(values[i : i + n]) for i in range(len(values) - n + 1)]
        assert share == pytest.approx(len(set(ngrams)) / len(ngrams))


@given(st.lists(st.integers(0, 60), min_size=33, max_size=120))
def test_recent_looks_32_back(values):
    """A word counts when it is among the 32 before it."""
    assert measures.recent(_ids(values)).tolist() == [values[i] in values[i - 32 : i] for i in range(32, len(values))]


def test_zipf_of_a_text_that_obeys_the_law():
    """Where the word of rank r occurs 5040 ÷ r times the coefficient is 1; where all occur alike it is 0."""
    ids = np.repeat(np.arange(10), [5040 // rank for rank in range(1, 11)])
    assert measures.zipf(_ids(ids), len(ids)) == pytest.approx(1)
    assert measures.zipf(_ids([1, 1, 2, 2, 3, 3]), 6) == 0
    assert measures.zipf(_ids([1, 1]), 2) == 0


def test_the_longest_run_is_cut_where_its_stretch_ends():
    """A match of five that begins two before the end of a stretch counts two there; the median of stretches is told."""
    lengths = _ids([0, 0, 5, 4, 3, 2, 1, 0])
    assert measures.longest_run(lengths, 8) == 5
    assert measures.longest_run(lengths, 4) == 2.5


def test_sentence_ends():
    """Of marks in a row the last ends the sentence, and a paragraph's end always does."""
    marks = np.array([False, False, True])
    ends = measures.sentence_ends(_ids([1, 2, 1, 2, 2, 1, 0]), marks, 0)
    assert ends.tolist() == [False, True, False, False, True, False, True]
