"""The first recipe: the vector of the piece after a window."""

import keras
import numpy as np
import pytest

from zhgen.config import TrainSettings
from zhgen.training.last_step import LastStep

VECTORS = np.array([[3, 1, 1], [1, 4, 1], [1, 1, 5], [2, 2, -1], [-2, 0, -1]], dtype=np.float32)
X = np.array([[0, 1], [2, 0], [1, 2]], dtype=np.int32)
Y = np.array([[2, 0], [1, 2], [4, 3]], dtype=np.int32)
"""Two windows of three steps, (T, B)."""


def squared(**given):
    """Return the objective of the recipe `seed` over five pieces."""
    keras.utils.set_random_seed(1)
    return LastStep(VECTORS, TrainSettings.recipe("seed", units=4, **given))


def test_squared_error_hits_the_raw_vector_of_the_last_piece():
    """The loss is the mean squared difference of the output after the last step to the raw vector of what follows."""
    objective = squared()
    outputs = objective.network(X, objective.network.zero_state(2))[0].numpy()[-1]
    expected = ((outputs - VECTORS[[4, 3]]) ** 2).mean()
    np.testing.assert_allclose(objective.predict(X), outputs, rtol=1e-6)
    assert float(objective.loss(X, Y[-1:], None)[0]) == pytest.approx(expected, rel=1e-5)
    assert float(objective.validation_loss(X, Y[-1:], None)[0]) == pytest.approx(2 * expected, rel=1e-5)
    assert not objective.carries_state


def test_squared_error_leaves_the_table_as_it_is():
    """Only the network's five variables are learnt, and what is exported reads the raw vectors and writes to unit ones."""
    objective = squared()
    assert len(objective.trainable_variables) == 5
    weights = objective.exported()
    np.testing.assert_array_equal(weights["input/table"], VECTORS)
    np.testing.assert_allclose(np.linalg.norm(weights["decoder/table"], axis=1), 1, rtol=1e-6)
    assert float(weights["decoder/scale"]) == 20
    assert weights["decoder/bias"].tolist() == [0] * 5


def test_what_it_is_read_out_with_is_fixed():
    """No text is read to fit it."""
    assert squared().fit_readout(None) == {}
