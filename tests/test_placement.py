"""Where words belong that a model has never seen."""

import numpy as np
import pytest

from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.placement import Fit, fit_placement, spelling
from zhgen.vectors.table import unit_rows


def normal(seed, *shape):
    """Return normal float32 numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_a_map_that_is_known():
    """Of three words on a line with known targets a fourth one lands between; so few words say nothing of the fit."""
    features, targets = np.array([[0], [2], [4]], np.float32), np.array([[1, 0], [1, 20], [1, 40]], np.float32)
    placement, fit = fit_placement(features, targets, 2)
    np.testing.assert_allclose(placement.place(np.array([[3]], np.float32)), [[1, 30]], atol=0.2)
    assert fit.words == 0
    assert np.isnan(fit.cosine)


def test_the_fit_is_measured_on_words_held_out():
    """A table that was turned is turned back: one word in ten is held out, and lands where it stands."""
    features = normal(1, 200, 8)
    turn, _ = np.linalg.qr(normal(2, 8, 8))
    placement, fit = fit_placement(features, features @ turn, 8)
    assert fit == Fit(20, pytest.approx(1, abs=1e-3), 1)
    placed = placement.place(normal(3, 5, 8))
    assert (unit_rows(placed) * unit_rows(normal(3, 5, 8) @ turn)).sum(axis=1) == pytest.approx(1, abs=1e-3)


def test_a_table_that_says_nothing_is_known_to_say_nothing():
    """Where targets have nothing to do with features the words held out lie anywhere."""
    _, fit = fit_placement(normal(1, 400, 8), normal(2, 400, 8), 8)
    assert abs(fit.cosine) < 0.2
    assert fit.nearest < 0.1


def test_targets_behind_the_row_do_not_count_as_its_direction():
    """A bias beside the rows is placed with them and measured with nothing."""
    features = normal(1, 100, 4)
    bias = 1000 * features[:, :1]
    placement, fit = fit_placement(features, np.concatenate([features, bias], axis=1), 4)
    assert fit.cosine == pytest.approx(1, abs=1e-3)
    assert placement.place(features[:1])[0, 4] == pytest.approx(bias[0, 0], rel=0.02)


def test_features_that_are_all_alike():
    """Words of which nothing is known get the mean of the targets."""
    placement, _ = fit_placement(np.zeros((4, 3), np.float32), np.array([[1], [2], [3], [6]], np.float32), 1)
    np.testing.assert_allclose(placement.place(np.zeros((1, 3), np.float32)), [[3]])


def test_what_characters_say():
    """The mean of those that are pieces, the first and the last; one character alone says nothing of itself."""
    vocabulary = Vocabulary(("大", "观", "园", "大观"))
    table = np.array([[2, 0], [0, 4], [6, 6], [9, 9]], np.float32)
    assert spelling(["大观园", "园?", "?大", "大", "??"], vocabulary, table).tolist() == [
        [pytest.approx(8 / 3), pytest.approx(10 / 3), 2, 0, 6, 6],
        [6, 6, 6, 6, 0, 0],
        [2, 0, 0, 0, 2, 0],
        [0] * 6,
        [0] * 6,
    ]
