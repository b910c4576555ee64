"""Vectors laid out in a plane."""

import importlib.util

import numpy as np
import pytest

from zhgen.errors import RefusedError
from zhgen.vectors.projection import check_projection, project

needs_scikit_learn = pytest.mark.skipif(importlib.util.find_spec("sklearn") is None, reason="scikit-learn is not installed")
METHODS = ["pca", pytest.param("tsne", marks=needs_scikit_learn)]


def groups(per_group=20, size=10):
    """Return rows around three axes, a group after the other."""
    chance = np.random.default_rng(1)
    return np.concatenate([np.eye(size)[axis] * 3 + chance.normal(0, 0.2, (per_group, size)) for axis in range(3)]).astype("f4")


def test_the_widest_directions():
    """Directions at 0°, 90°, 180° and 270° in a plane of a larger space lie at the four ends of the picture."""
    vectors = np.zeros((4, 5), np.float32)
    vectors[:, 1], vectors[:, 3] = (4, 0, -4, 0), (0, 1, 0, -1)
    points = project(vectors, "pca", 1)
    assert points.dtype == np.float64
    np.testing.assert_allclose(sorted(points.tolist()), [[0, 0.5], [0.5, 0], [0.5, 1], [1, 0.5]], atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_near_words_lie_near_each_other(method):
    """Three groups of words are three groups in the picture, which they fill."""
    points = project(groups(), method, 1).reshape(3, 20, 2)
    middles = points.mean(axis=1)
    within = np.linalg.norm(points - middles[:, np.newaxis], axis=2).mean()
    between = min(np.linalg.norm(middles[a] - middles[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert between > 3 * within
    np.testing.assert_allclose([points.min(axis=(0, 1)), points.max(axis=(0, 1))], [[0, 0], [1, 1]], atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_points(method):
    """To the last bit."""
    first, again = project(groups(), method, 5), project(groups(), method, 5)
    assert first.tobytes() == again.tobytes()


@needs_scikit_learn
def test_another_seed_gives_another_map():
    """The seed is where t-SNE begins."""
    assert project(groups(), "tsne", 5).tobytes() != project(groups(), "tsne", 6).tobytes()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("vectors", [np.ones((3, 1)), np.zeros((4, 3)), np.array([[1, 0], [0, 0], [2, 1]])])
def test_odd_tables(method, vectors):
    """One dimension, zeros, three words: every point is a number from 0 to 1."""
    points = project(vectors.astype(np.float32), method, 1)
    assert points.shape == (len(vectors), 2)
    assert ((points >= 0) & (points <= 1)).all()


def test_lengths_do_not_count():
    """Only directions do: rows made longer and shorter lie where they lay."""
    vectors = groups()
    lengths = np.random.default_rng(2).uniform(0.1, 50, (len(vectors), 1)).astype(np.float32)
    np.testing.assert_allclose(project(vectors * lengths, "pca", 1), project(vectors, "pca", 1), atol=1e-4)


def test_what_cannot_be_drawn_is_refused(monkeypatch):
    """Too few words, too many, and t-SNE where scikit-learn is not installed."""
    for count in (0, 2, 5001):
        with pytest.raises(RefusedError, match=f"3 to 5,000 words.*Received: {count:,}"):
            check_projection("pca", count)
    check_projection("pca", 3)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(RefusedError, match=r"needs scikit-learn\. .*zhgen\[map\].*--method pca"):
        check_projection("tsne", 5000)
