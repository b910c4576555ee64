"""How a table of vectors fills its space."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zhgen.vectors.health as module
from zhgen.vectors.health import measure_health


def test_a_table_by_hand():
    """Two pairs of opposite points, one pair three times as far out: variances 4.5 and 0.5, so 25 / 20.5 directions."""
    health = measure_health(np.array([[3, 0], [-3, 0], [0, 1], [0, -1]], dtype=np.float32))
    assert health.participation_ratio == pytest.approx(25 / 20.5)
    assert health.variance_in_ten_directions == pytest.approx(1)
    assert health.median_nearest_cosine == pytest.approx(0)
    assert health.mean_pair_cosine == pytest.approx(-2 / 6)
    assert (health.rows_asked, health.equal_rows, health.zero_rows) == (4, 0, 0)


def test_the_participation_ratio_counts_directions():
    """Where k of twelve directions carry the same variance and the others none it is k, and ten of them hold 10/k."""
    for k in (1, 5, 12):
        vectors = np.zeros((2 * k, 12), dtype=np.float32)
        vectors[np.arange(2 * k), np.arange(2 * k) // 2] = np.tile([1, -1], k)
        health = measure_health(vectors)
        assert health.participation_ratio == pytest.approx(k)
        assert health.variance_in_ten_directions == pytest.approx(min(1, 10 / k))


def test_equal_rows_and_zeros_are_counted():
    """Copies of a row before count once each, −0 is 0, and rows of zeros count apart and give no NaN."""
    health = measure_health(np.array([[1, 0], [1, -0.0], [1, 0], [0, 0], [0, 2]], dtype=np.float32))
    assert (health.equal_rows, health.zero_rows) == (2, 1)
    assert health.median_nearest_cosine == pytest.approx(1)
    assert health.mean_pair_cosine == pytest.approx(3 / 6)


@pytest.mark.parametrize(
    "rows", [np.zeros((1, 3)), np.zeros((4, 3)), np.ones((1, 1)), np.full((5, 2), 7.25), np.full((7, 3), 0.1)]
)
def test_tables_in_which_nothing_differs(rows):
    """A single row, zeros, and equal rows have no direction in use; every figure is a number."""
    health = measure_health(rows.astype(np.float32))
    assert (health.participation_ratio, health.variance_in_ten_directions) == (0, 0)
    assert np.isfinite([health.median_nearest_cosine, health.mean_pair_cosine]).all()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(2, 40), st.integers(1, 15))
def test_the_figures_are_what_the_full_matrices_give(seed, rows, size):
    """Whatever the table: the same as from NumPy's covariance and from all cosines at once."""
    vectors = np.random.default_rng(seed).normal(1, 1, (rows, size)).astype(np.float32)
    health = measure_health(vectors)
    variances = np.sort(np.linalg.eigvalsh(np.atleast_2d(np.cov(vectors.T.astype(np.float64), ddof=0))))
    assert health.participation_ratio == pytest.approx(variances.sum() ** 2 / (variances**2).sum(), rel=1e-4)
    assert health.variance_in_ten_directions == pytest.approx(variances[-10:].sum() / variances.sum(), rel=1e-4)
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = (units @ units.T)[~np.eye(rows, dtype=bool)].reshape(rows, rows - 1)
    assert health.mean_pair_cosine == pytest.approx(cosines.mean(), abs=1e-5)
    assert health.median_nearest_cosine == pytest.approx(np.median(cosines.max(axis=1)), abs=1e-5)


def test_blocks_change_nothing(monkeypatch):
    """In blocks of a few rows the figures are the same."""
    vectors = np.random.default_rng(3).normal(size=(50, 6)).astype(np.float32)
    whole = measure_health(vectors)
    monkeypatch.setattr(module, "_BLOCK", 7)
    monkeypatch.setattr(module, "_CELLS", 120)
    parted = measure_health(vectors)
    assert parted.participation_ratio == pytest.approx(whole.participation_ratio)
    assert parted.median_nearest_cosine == pytest.approx(whole.median_nearest_cosine, abs=1e-6)


def test_of_a_large_table_the_nearest_is_sought_for_some_rows(monkeypatch):
    """How many is told, the others still count as neighbours, and the seed decides which are asked."""
    monkeypatch.setattr(module, "MOST_PAIRS", 40 * 300)
    monkeypatch.setattr(module, "_FEWEST_QUERIES", 10)
    vectors = np.random.default_rng(4).normal(size=(150, 3)).astype(np.float32)
    vectors = np.concatenate([vectors, vectors])  # each row has its copy
    health = measure_health(vectors)
    assert (health.rows_asked, health.equal_rows) == (40, 150)
    assert health.median_nearest_cosine == pytest.approx(1, abs=1e-6)
    first, again, other = (measure_health(vectors[:150], seed) for seed in (1, 1, 2))
    assert first == again != other
    monkeypatch.setattr(module, "MOST_PAIRS", 1)
    assert measure_health(vectors).rows_asked == 10


def test_what_the_figures_mean():
    """A cone is called narrow and a ball is not; the figures stand beside it."""
    ball = np.random.default_rng(5).normal(size=(300, 40)).astype(np.float32)
    cone = measure_health(ball * np.float32(0.1) + np.float32(1))
    assert cone.is_narrow
    assert "a cosine of 0.99: the words lie in a narrow cone" in cone.describe()
    assert measure_health(ball).describe().endswith("cosine of 0.00: the words lie all around, and cosines tell them apart.")
