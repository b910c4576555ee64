"""The control: an ordinary softmax over all pieces."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from zhgen.config import TrainSettings
from zhgen.training.backend import compile_step
from zhgen.training.softmax import Softmax, log_sum_exp
from zhgen.vectors.table import centred_unit_rows

VECTORS = np.array([[3, 1, 1], [1, 4, 1], [1, 1, 5], [2, 2, -1], [-2, 0, -1]], dtype=np.float32)
COUNTS = np.array([8, 4, 2, 1, 0], dtype=np.int64)
X = np.array([[0, 1], [2, 0], [1, 2]], dtype=np.int32)
Y = np.array([[2, 0], [1, 2], [4, 3]], dtype=np.int32)
"""Two streams of three steps, (T, B)."""


def softmax(**given):
    """Return the objective over five pieces, without dropout."""
    keras.utils.set_random_seed(1)
    settings = {"units": 4, "word_dropout": 0.0, "input_dropout": 0.0, "output_dropout": 0.0, **given}
    return Softmax(VECTORS, COUNTS, TrainSettings.recipe("softmax", **settings))


def drawn(seed):
    """Return outputs (4, 3), a table (6, 3) and a bias (6,)."""
    chance = np.random.default_rng(seed)
    return tuple(tf.constant(chance.normal(size=shape), dtype=tf.float32) for shape in ((4, 3), (6, 3), (6,)))


def test_log_sum_exp_is_what_it_says():
    """It is log Σ exp(product + bias) over the pieces, also where exp alone would overflow."""
    outputs, table, bias = drawn(1)
    scores = outputs.numpy() @ table.numpy().T + bias.numpy()
    np.testing.assert_allclose(log_sum_exp(outputs, table, bias), np.log(np.exp(scores).sum(axis=1)), rtol=1e-5)
    np.testing.assert_allclose(log_sum_exp(outputs, table, bias + 1000), np.log(np.exp(scores).sum(axis=1)) + 1000, rtol=1e-5)


def test_the_gradient_written_out_is_that_of_the_loss():
    """TensorFlow, differentiating step by step, finds the same gradients with respect to outputs, table and bias."""
    arguments, weights = drawn(2), tf.constant([1.0, -2.0, 0.5, 3.0])
    found = []
    for function in (log_sum_exp, lambda o, t, b: ops.logsumexp(ops.matmul(o, ops.transpose(t)) + b, axis=1)):
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            value = tf.reduce_sum(function(*arguments) * weights)
        found.append(tape.gradient(value, arguments))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_where_it_starts():
    """The bias starts as the logarithm of the frequency, the table centred and of length 4; it is read as it is."""
    weights = softmax().exported()
    np.testing.assert_allclose(weights["decoder/table"], centred_unit_rows(VECTORS), rtol=1e-5)
    np.testing.assert_allclose(weights["decoder/lengths"], 4, rtol=1e-5)
    np.testing.assert_allclose(weights["decoder/bias"], np.log(np.array([8, 4, 2, 1, 0.5]) / 15), rtol=1e-6)
    assert float(weights["input/scale"]) == 1


def test_the_loss_is_the_softmax_of_plain_products():
    """Without dropout learning and validation lose −log softmax(output · row + bias), the one in the mean, the other summed."""
    objective = softmax()
    state = objective.network.zero_state(2)
    outputs = objective.network(X, state)[0].numpy().reshape(-1, 3)
    scores = outputs @ objective.network.table.numpy().T + objective.bias.numpy()
    expected = (np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(6), Y.ravel()]).sum()
    assert float(objective.loss(X, Y, state)[0]) * 6 == pytest.approx(expected, rel=1e-5)
    assert float(objective.validation_loss(X, Y, state)[0]) == pytest.approx(expected, rel=1e-5)


def test_the_state_is_carried():
    """The state after a batch is that of the network, for the next window to go on with."""
    objective = softmax()
    state = objective.network.zero_state(2)
    expected = objective.network(X, state)[1]
    for found in (objective.loss(X, Y, state)[1], objective.validation_loss(X, Y, state)[1]):
        for part, right in zip(found, expected, strict=True):
            np.testing.assert_allclose(part, right, rtol=1e-5)
    assert objective.carries_state


@pytest.mark.parametrize(("table", "learnt"), [("learnt", True), ("centred", False), ("raw", False)])
def test_the_table_is_learnt_unless_it_is_frozen(table, learnt):
    """The bias is learnt in any case; a raw table keeps the lengths of its rows for the decoder."""
    objective = softmax(table=table)
    assert ((5, 3) in [tuple(variable.shape) for variable in objective.trainable_variables]) == learnt
    assert (5,) in [tuple(variable.shape) for variable in objective.trainable_variables]
    if table == "raw":
        np.testing.assert_allclose(objective.exported()["decoder/lengths"], np.linalg.norm(VECTORS, axis=1), rtol=1e-6)


def test_steps_down_the_gradient_lower_the_loss():
    """Forty steps on one batch, compiled as training does it, change every variable and make the right pieces likelier."""
    objective = softmax()
    state, before = objective.network.zero_state(2), objective.get_weights()
    optimizer = keras.optimizers.Adam(0.05)
    optimizer.build(objective.trainable_variables)
    step = compile_step(objective.loss, objective, optimizer)
    losses = [float(step(X, Y, state)[0]) for _ in range(40)]
    assert losses[-1] < losses[0] / 2
    assert all((old != new).any() for old, new in zip(before, objective.get_weights(), strict=True) if old.ndim)
