"""What the network is taught, and what a trained one is read out with."""

import keras
import numpy as np
import pytest

from zhgen.config import TrainSettings
from zhgen.training.objectives import Contrastive, SquaredError

VECTORS = np.array([[3, 1, 1], [1, 4, 1], [1, 1, 5], [2, 2, -1], [-2, 0, -1]], dtype=np.float32)
COUNTS = np.array([8, 4, 2, 1, 0], dtype=np.int64)
X = np.array([[0, 1], [2, 0], [1, 2]], dtype=np.int32)
Y = np.array([[2, 0], [1, 2], [4, 3]], dtype=np.int32)
"""Two streams of three steps, (T, B)."""


def contrastive(**given):
    """Return the contrastive objective over five pieces, without dropout."""
    keras.utils.set_random_seed(1)
    settings = {"units": 4, "negatives": 5, "input_dropout": 0.0, "output_dropout": 0.0, **given}
    return Contrastive(VECTORS, COUNTS, TrainSettings(**settings))


def squared(**given):
    """Return the objective of the recipe `seed` over five pieces."""
    keras.utils.set_random_seed(1)
    return SquaredError(VECTORS, TrainSettings.recipe("seed", units=4, **given))


def test_where_contrastive_starts():
    """The table starts centred and of length 1, the bias as the logarithm of the frequency, the scale at 16."""
    weights = contrastive().exported()
    centred = VECTORS - VECTORS.mean(axis=0)
    np.testing.assert_allclose(weights["decoder/table"], centred / np.linalg.norm(centred, axis=1)[:, None], rtol=1e-5)
    np.testing.assert_allclose(weights["decoder/bias"], np.log(np.array([8, 4, 2, 1, 0.5]) / 15), rtol=1e-6)
    assert float(weights["decoder/scale"]) == pytest.approx(16)
    assert float(weights["input/scale"]) == pytest.approx(3**0.5)


def test_the_place_of_the_right_piece_among_the_drawn():
    """With pieces 3 and 0 drawn, a right piece 0 stands in column 1, 3 in column 0 and any other in the dummy's, 2."""
    objective = contrastive(negatives=2)
    objective.noise.draw = lambda: np.array([3, 0], dtype=np.int32)
    pieces, corrections, hits = objective.extra(Y)
    assert pieces.tolist() == [3, 0]
    np.testing.assert_allclose(corrections, [*objective.noise.corrections[[3, 0]], -1e30])
    assert hits.tolist() == [[0, 2], [1, 1], [2, 2], [3, 2], [4, 2], [5, 0]]


def test_what_was_drawn_before_has_no_place():
    """With 3 and 0 drawn for one batch and 4 and 2 for the next, 3 and 0 stand in the dummy's column in the second."""
    objective = contrastive(negatives=2)
    draws = iter([[3, 0], [4, 2]])
    objective.noise.draw = lambda: np.array(next(draws), dtype=np.int32)
    objective.extra(Y)
    assert objective.extra(Y)[2].tolist() == [[0, 1], [1, 2], [2, 2], [3, 1], [4, 0], [5, 2]]


def test_with_every_piece_drawn_learning_and_validation_lose_the_same():
    """With K = V and no dropout the mean loss that is learnt is the validation's sum over six predictions."""
    objective = contrastive()
    learnt, _ = objective.loss(X, Y, objective.network.zero_state(2), *objective.extra(Y))
    validated, _ = objective.validation_loss(X, Y, objective.network.zero_state(2))
    assert float(learnt) * 6 == pytest.approx(float(validated), rel=1e-5)


def test_validation_is_the_softmax_of_what_is_exported():
    """The validation loss is −log softmax(scale · cosine + bias), worked out in NumPy from the exported decoder."""
    objective = contrastive(negatives=2)
    weights = objective.exported()
    outputs = objective.network(X, objective.network.zero_state(2))[0].numpy().reshape(-1, 3)
    outputs /= np.linalg.norm(outputs, axis=1, keepdims=True)
    scores = weights["decoder/scale"] * outputs @ weights["decoder/table"].T + weights["decoder/bias"]
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    expected = -np.log(probabilities[np.arange(6), Y.ravel()]).sum()
    assert float(objective.validation_loss(X, Y, objective.network.zero_state(2))[0]) == pytest.approx(expected, rel=1e-5)


def test_contrastive_carries_its_state():
    """The state after a batch is that of the network, for the next window to go on with."""
    objective = contrastive()
    state = objective.network.zero_state(2)
    expected = objective.network(X, state)[1]
    for found in (objective.loss(X, Y, state, *objective.extra(Y))[1], objective.validation_loss(X, Y, state)[1]):
        for part, right in zip(found, expected, strict=True):
            np.testing.assert_allclose(part, right, rtol=1e-5)
    assert objective.carries_state


def test_contrastive_learns_the_table_the_bias_and_the_scale():
    """Eleven variables of one layer: bias, scale, table, and the network's five."""
    shapes = sorted(tuple(variable.shape) for variable in contrastive().trainable_variables)
    assert shapes == sorted([(5,), (), (5, 3), (3, 16), (4, 16), (16,), (4, 3), (3,)])


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


def test_what_is_exported():
    """Both losses export the arrays that the bundle promises, float32, by name."""
    common = {
        "lstm_1/kernel": (3, 16),
        "lstm_1/recurrent_kernel": (4, 16),
        "lstm_1/bias": (16,),
        "output/kernel": (4, 3),
        "output/bias": (3,),
        "decoder/table": (5, 3),
        "decoder/scale": (),
        "decoder/bias": (5,),
    }
    for objective, read in ((contrastive(), {"input/scale": ()}), (squared(), {"input/table": (5, 3)})):
        weights = objective.exported()
        assert {name: array.shape for name, array in weights.items()} == common | read
        assert {array.dtype for array in weights.values()} == {np.dtype(np.float32)}
