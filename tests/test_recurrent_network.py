"""LSTM layers one above the other in NumPy, beside the same in Keras."""

import numpy as np
import pytest

from zhgen.recurrent.cells import LSTMCell
from zhgen.recurrent.network import LSTMNetwork

BATCH, STEPS, SIZE, UNITS, OUT = 3, 9, 6, 5, 4


def normal(seed, *shape, scale=1.0):
    """Return normal float32 numbers."""
    return np.random.default_rng(seed).normal(scale=scale, size=shape).astype(np.float32)


def random_cells(layers, size=SIZE, units=UNITS):
    """Return layers that fit on each other, with normal weights."""
    return [
        LSTMCell(
            normal(10 * n, size if n == 0 else units, 4 * units),
            normal(10 * n + 1, units, 4 * units),
            normal(10 * n + 2, 4 * units),
        )
        for n in range(layers)
    ]


def random_network(layers):
    """Return a network with normal weights and a linear layer on top."""
    return LSTMNetwork(random_cells(layers), normal(3, UNITS, OUT), normal(4, OUT))


def random_state(layers):
    """Return a state that is not zero."""
    return tuple((normal(20 + n, BATCH, UNITS), normal(30 + n, BATCH, UNITS)) for n in range(layers))


class TestNumPy:
    """The network alone."""

    @pytest.mark.parametrize("layers", [1, 2, 3])
    def test_forward_is_step_after_step(self, layers):
        """Whole sequences give the outputs and the last state that single steps give."""
        network, state, x = random_network(layers), random_state(layers), normal(5, BATCH, STEPS, SIZE)
        outputs, last = network.forward(x, state)
        for t in range(STEPS):
            y, state = network.step(x[:, t], state)
            np.testing.assert_allclose(outputs[:, t], y, atol=1e-5)
        assert outputs.shape == (BATCH, STEPS, OUT)
        np.testing.assert_allclose(np.array(last), np.array(state), atol=1e-5)

    def test_a_sequence_may_be_cut(self):
        """Reading four steps and then five from the state reached is reading nine."""
        network, state, x = random_network(2), random_state(2), normal(5, BATCH, STEPS, SIZE)
        whole, last = network.forward(x, state)
        first, between = network.forward(x[:, :4], state)
        second, end = network.forward(x[:, 4:], between)
        np.testing.assert_allclose(whole, np.concatenate([first, second], axis=1), atol=1e-5)
        np.testing.assert_allclose(np.array(last), np.array(end), atol=1e-5)

    def test_without_a_linear_layer(self):
        """What the highest layer puts out is the output; with the identity and a bias on top, that plus the bias."""
        cells, x, state = random_cells(2), normal(5, BATCH, SIZE), random_state(2)
        bare, after = LSTMNetwork(cells).step(x, state)
        assert bare is after[-1][0]
        identity = np.eye(UNITS, dtype=np.float32)
        assert (LSTMNetwork(cells, identity).step(x, state)[0] == bare).all()
        shifted = LSTMNetwork(cells, identity, np.arange(UNITS, dtype=np.float32)).step(x, state)[0]
        np.testing.assert_array_equal(shifted, bare + np.arange(UNITS, dtype=np.float32))

    def test_several_linear_layers(self):
        """Two linear layers, on a share of the units each, put out the mean of their directions; of zeros nothing comes."""
        cells = [LSTMCell(normal(1, SIZE, 16), normal(2, 4, 16), normal(3, 16))]
        kernel, x = normal(4, 2, 2, OUT), normal(5, BATCH, SIZE)
        state = LSTMNetwork(cells).zero_state(BATCH)
        units = LSTMNetwork(cells).step(x, state)[0]
        apart = [units[:, :2] @ kernel[0], units[:, 2:] @ kernel[1]]
        expected = np.mean([y / np.linalg.norm(y, axis=1, keepdims=True) for y in apart], axis=0)
        np.testing.assert_allclose(LSTMNetwork(cells, kernel).step(x, state)[0], expected, rtol=1e-5)
        sequence, _ = LSTMNetwork(cells, kernel).forward(x[:, np.newaxis], state)
        np.testing.assert_allclose(sequence[:, 0], expected, rtol=1e-5)
        assert not LSTMNetwork(cells, np.zeros_like(kernel)).step(x, state)[0].any()
        assert LSTMNetwork(cells, kernel).forward(x[:, np.newaxis][:, :0], state)[0].shape == (BATCH, 0, OUT)
        np.testing.assert_allclose(LSTMNetwork(cells, kernel * np.float32(1e30)).step(x, state)[0], expected, rtol=1e-5)

    def test_the_zero_state(self):
        """Nothing was read: an output and a state of zeros for each layer."""
        state = random_network(2).zero_state(BATCH)
        assert np.array(state).shape == (2, 2, BATCH, UNITS)
        assert not np.array(state).any()

    def test_layers_that_do_not_fit_are_refused(self):
        """A layer that reads another number than the one below puts out, and a linear layer likewise, are refused."""
        with pytest.raises(ValueError, match="a layer that reads 6 numbers stands on one of 5 units"):
            LSTMNetwork([*random_cells(1), *random_cells(1)])
        with pytest.raises(ValueError, match=r"output kernel \(7, 4\) stands on 5 units"):
            LSTMNetwork(random_cells(1), normal(0, 7, 4))


@pytest.fixture(scope="module")
def keras():
    """Return Keras."""
    from zhgen.training.backend import load_keras

    return load_keras(1)


def keras_layers(keras, network):
    """Return Keras's LSTM layers with the weights of a network."""
    layers = []
    for cell in network.cells:
        layer = keras.layers.LSTM(cell.units, return_sequences=True, return_state=True)
        layer.build((None, None, cell.input_size))
        layer.set_weights([cell.kernel, cell.recurrent_kernel, cell.bias])
        layers.append(layer)
    return layers


def run_keras(keras, network, x, state):
    """Return the outputs and the last state of the same network in Keras."""
    dense = keras.layers.Dense(OUT)
    dense.build((None, None, UNITS))
    dense.set_weights([network.kernel, network.bias])
    after = []
    for layer, (h, c) in zip(keras_layers(keras, network), state, strict=True):
        x, h, c = layer(x, initial_state=[h, c])
        after.append((np.asarray(h), np.asarray(c)))
    return np.asarray(dense(x)), np.array(after)


@pytest.mark.parametrize("layers", [1, 2])
class TestKeras:
    """Keras is the second opinion."""

    @pytest.mark.parametrize("start", ["zero", "random"])
    def test_whole_sequences(self, keras, layers, start):
        """Outputs and last state agree within 1e-5, from a state of zeros and from another."""
        network, x = random_network(layers), normal(5, BATCH, STEPS, SIZE)
        state = network.zero_state(BATCH) if start == "zero" else random_state(layers)
        expected, expected_state = run_keras(keras, network, x, state)
        outputs, last = network.forward(x, state)
        assert outputs.shape == expected.shape == (BATCH, STEPS, OUT)
        assert np.abs(expected).max() > 0.1
        np.testing.assert_allclose(outputs, expected, rtol=0, atol=1e-5)
        np.testing.assert_allclose(np.array(last), expected_state, rtol=0, atol=1e-5)

    def test_step_by_step(self, keras, layers):
        """Each single step agrees with Keras reading the whole sequence."""
        network, state, x = random_network(layers), random_state(layers), normal(6, BATCH, STEPS, SIZE)
        expected, expected_state = run_keras(keras, network, x, state)
        for t in range(STEPS):
            y, state = network.step(x[:, t], state)
            np.testing.assert_allclose(y, expected[:, t], rtol=0, atol=1e-5)
        np.testing.assert_allclose(np.array(state), expected_state, rtol=0, atol=1e-5)
