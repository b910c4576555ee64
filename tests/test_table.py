"""A table of words and their vectors."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.vectors.table import Table, centred_unit_rows, nearest, starting_table, unit_rows, whitened_unit_rows

AXES = np.diag(np.array([2, 3, 5], dtype=np.float32))
"""Three words on three axes of unequal length."""


def test_vector_size_is_the_number_of_columns():
    """A table of two words in three dimensions has the vector size 3."""
    assert Table(("风", "月"), np.zeros((2, 3), np.float32)).vector_size == 3


class TestUnitRows:
    """Rows of length 1."""

    def test_every_row_has_length_one(self):
        """A row of length 5 is divided by 5, one on an axis by its own length."""
        vectors = np.array([[3, 4], [0, 2], [-8, 6]], dtype=np.float32)
        units = unit_rows(vectors)
        np.testing.assert_allclose(units, [[0.6, 0.8], [0, 1], [-0.8, 0.6]], rtol=1e-6)
        assert units.dtype == np.float32

    def test_a_row_of_zeros_stays_one(self):
        """No row becomes NaN."""
        units = unit_rows(np.array([[0, 0], [0, 7]], dtype=np.float32))
        assert units.tolist() == [[0, 0], [0, 1]]

    def test_what_is_given_is_not_changed(self):
        """The table as trained is still there afterwards."""
        vectors = np.arange(6, dtype=np.float32).reshape(3, 2)
        unit_rows(vectors)
        centred_unit_rows(vectors)
        assert vectors.tolist() == [[0, 1], [2, 3], [4, 5]]


def test_centred_rows_are_those_less_their_mean():
    """Around their mean (4, 5) two points lie at −1 and 1 on a line at (0.6, 0.8), and the mean itself stays at zero."""
    vectors = np.array([[1, 1], [7, 9], [4, 5]], dtype=np.float32)
    units = centred_unit_rows(vectors)
    np.testing.assert_allclose(units, [[-0.6, -0.8], [0.6, 0.8], [0, 0]], rtol=1e-6)
    assert units.dtype == np.float32


class TestWhitened:
    """Rows made as wide in every direction."""

    def test_a_cross_by_hand(self):
        """Four points at ±6 along one axis and ±1 along the other, around (5, 5), are equally far along both afterwards."""
        vectors = np.array([[11, 5], [-1, 5], [5, 6], [5, 4]], dtype=np.float32)
        np.testing.assert_allclose(whitened_unit_rows(vectors), [[1, 0], [-1, 0], [0, 1], [0, -1]], atol=1e-6)

    @settings(deadline=None, max_examples=50)
    @given(st.integers(0, 10**6), st.integers(1, 6))
    def test_no_direction_is_wider_than_another(self, seed, dimensions):
        """Whatever the table: before its rows are made as long as 1 their covariance is that of a sphere."""
        chance = np.random.default_rng(seed)
        mixing = chance.normal(size=(dimensions, dimensions)) + 2 * np.eye(dimensions)
        vectors = (chance.normal(size=(100, dimensions)) @ mixing + chance.normal(size=dimensions)).astype(np.float32)
        units = whitened_unit_rows(vectors)
        assert units.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(units, axis=1), 1, rtol=1e-5)
        centred = vectors - vectors.mean(axis=0, dtype=np.float64)
        squares = np.einsum("ij,jk,ik->i", centred, np.linalg.inv(centred.T @ centred / 100), centred)
        whitened = units * np.sqrt(squares)[:, np.newaxis]
        np.testing.assert_allclose(whitened.T @ whitened / 100, np.eye(dimensions), atol=1e-2)

    def test_directions_in_which_nothing_differs_stay_at_zero(self):
        """Fewer rows than dimensions, or the same number in a column throughout: no NaN, and nothing blown up from rounding."""
        vectors = np.zeros((3, 5), dtype=np.float32)
        vectors[:, 0], vectors[:, 1], vectors[:, 4] = (1, 2, 4), (3, 9, 1), 7
        units = whitened_unit_rows(vectors)
        assert np.abs(units[:, 2:]).max() < 1e-6
        np.testing.assert_allclose(np.linalg.norm(units, axis=1), 1, rtol=1e-6)

    def test_equal_rows(self):
        """A table of nothing but one vector has no direction at all: zeros."""
        assert whitened_unit_rows(np.full((4, 3), 2.5, np.float32)).tolist() == [[0, 0, 0]] * 4


def test_what_a_table_starts_as():
    """By the setting's name: as it is, centred, whitened; one that is learnt starts centred."""
    vectors = np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)
    assert starting_table(vectors, "raw") is vectors
    for kind in ("learnt", "centred"):
        np.testing.assert_array_equal(starting_table(vectors, kind), centred_unit_rows(vectors))
    np.testing.assert_array_equal(starting_table(vectors, "whitened"), whitened_unit_rows(vectors))


class TestNearest:
    """The rows nearest to a vector."""

    def test_nearest_first(self):
        """By cosine (2, 1, −2)/3 is nearest to the first axis, then to the second, however long the words' vectors were."""
        found = nearest(unit_rows(AXES), np.array([20, 10, -20], dtype=np.float32), 3)
        assert [row for row, _ in found] == [0, 1, 2]
        assert [cosine for _, cosine in found] == pytest.approx([2 / 3, 1 / 3, -2 / 3], abs=1e-6)

    def test_of_equal_ones_the_lower_row_comes_first(self):
        """Five rows on the same spot come in their order."""
        found = nearest(np.ones((5, 1), np.float32), np.array([3], dtype=np.float32), 4)
        assert found == [(0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0)]

    def test_banned_rows_are_not_returned(self):
        """Of three rows with one banned (twice over) at most two are returned, however many are asked for."""
        units = unit_rows(AXES)
        assert [row for row, _ in nearest(units, np.array([3, 2, 1], np.float32), 9, banned=[1, 1])] == [0, 2]
        assert nearest(units, np.array([3, 2, 1], np.float32), 9, banned=[0, 1, 2]) == []
        assert units.tolist() == np.eye(3).tolist()

    def test_a_query_of_zeros_has_cosine_zero_to_all(self):
        """There is an answer without NaN, in the order of the rows."""
        assert nearest(unit_rows(AXES), np.zeros(3, np.float32), 2) == [(0, 0.0), (1, 0.0)]

    def test_none_asked_for(self):
        """A count of zero returns nothing."""
        assert nearest(unit_rows(AXES), np.ones(3, np.float32), 0) == []

    def test_gensim_agrees(self):
        """gensim's similar_by_vector names the same words with the same cosines."""
        vectors = np.random.default_rng(7).normal(size=(50, 8)).astype(np.float32)
        other = KeyedVectors(8)
        other.add_vectors([str(row) for row in range(50)], vectors)
        for query in np.random.default_rng(8).normal(size=(5, 8)).astype(np.float32):
            ours = nearest(unit_rows(vectors), query, 12)
            theirs = other.similar_by_vector(query, topn=12)
            assert [str(row) for row, _ in ours] == [word for word, _ in theirs]
            assert [cosine for _, cosine in ours] == pytest.approx([cosine for _, cosine in theirs], abs=1e-6)
