"""The LSTM over a whole window, asked against Keras's own layer."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from zhgen.training.sequence import lstm_sequence

T, B, D, H = 7, 3, 4, 5
CLOSE = {"rtol": 2e-5, "atol": 2e-6}


def drawn(*shape, seed):
    """Return numbers from a fixed seed, float32, large enough for the gates to bend."""
    return tf.constant(np.random.default_rng(seed).normal(size=shape).astype(np.float32))


@pytest.fixture(scope="module")
def problem():
    """Return a window, a state before it, the weights of a layer (kernel, recurrent kernel, bias) and what weighs outputs."""
    x, h, c = drawn(T, B, D, seed=1), drawn(B, H, seed=2), drawn(B, H, seed=3)
    weights = [drawn(D, 4 * H, seed=4), drawn(H, 4 * H, seed=5), drawn(4 * H, seed=6)]
    return x, h, c, weights, drawn(T, B, H, seed=7)


def by_keras(x, h, c, weights):
    """Return the outputs of Keras's LSTM, (T, B, H), the state after the last, and its weights."""
    layer = keras.layers.LSTM(H, return_sequences=True, return_state=True)
    layer.build((None, None, D))
    layer.set_weights(weights)
    outputs, _, state = layer(tf.transpose(x, (1, 0, 2)), initial_state=[h, c])
    return tf.transpose(outputs, (1, 0, 2)), state, layer.trainable_variables


def test_outputs_and_state_are_those_of_keras(problem):
    """Every output of a window, from a state that is not zero, and the state after it are what keras.layers.LSTM has."""
    x, h, c, weights, _ = problem
    expected, expected_state, _ = by_keras(x, h, c, weights)
    outputs, state = lstm_sequence(x, h, c, *weights)
    assert outputs.shape == (T, B, H)
    np.testing.assert_allclose(outputs, expected, **CLOSE)
    np.testing.assert_allclose(state, expected_state, **CLOSE)


def test_gradients_are_those_of_keras(problem):
    """The written-out gradients of input, kernel, recurrent kernel and bias are those that keras.layers.LSTM has."""
    x, h, c, weights, weigh = problem
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs, _, variables = by_keras(x, h, c, weights)
        loss = tf.reduce_sum(outputs * weigh)
    expected = tape.gradient(loss, [x, *(variable.value for variable in variables)])
    with tf.GradientTape() as tape:
        tape.watch([x, *weights])
        outputs, _ = lstm_sequence(x, h, c, *weights)
        loss = tf.reduce_sum(outputs * weigh)
    found = tape.gradient(loss, [x, *weights])
    assert [gradient.shape for gradient in found] == [(T, B, D), (D, 4 * H), (H, 4 * H), (4 * H,)]
    for gradient, right in zip(found, expected, strict=True):
        np.testing.assert_allclose(gradient, right, **CLOSE)


def test_gradients_are_the_same_when_compiled(problem):
    """Inside a tf.function, as training calls it, the gradients are the same as outside."""
    x, h, c, weights, weigh = problem

    def gradients():
        with tf.GradientTape() as tape:
            tape.watch(weights)
            loss = tf.reduce_sum(lstm_sequence(x, h, c, *weights)[0] * weigh)
        return tape.gradient(loss, weights)

    for compiled, eager in zip(tf.function(gradients)(), gradients(), strict=True):
        np.testing.assert_allclose(compiled, eager, **CLOSE)


def test_no_gradient_flows_through_the_states(problem):
    """The state before a window counts as given, and what is made of the state after it teaches nothing."""
    x, h, c, weights, _ = problem
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, h, c, *weights])
        outputs, state = lstm_sequence(x, h, c, *weights)
        from_outputs, from_state = tf.reduce_sum(outputs), tf.reduce_sum(state)
    assert tape.gradient(from_outputs, [h, c]) == [None, None]
    assert tape.gradient(from_state, [x, *weights]) == [None] * 4
