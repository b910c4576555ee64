"""Two ways down a gradient."""

import numpy as np
import pytest

from zhgen.labs.descent import Adam, Momentum


def test_momentum_takes_part_of_the_last_step_again():
    """A gradient of 1 twice, at a rate of 0.1 with a momentum of 0.5: steps of 0.1 and 0.15."""
    weights = {"w": np.array([1.0])}
    descent = Momentum(weights, rate=0.1, momentum=0.5)
    descent.step({"w": np.array([1.0])})
    assert weights["w"] == pytest.approx([0.9])
    descent.step({"w": np.array([1.0])})
    assert weights["w"] == pytest.approx([0.75])


def test_adams_first_step_is_the_rate_whatever_the_gradient():
    """Its mean over its root mean square is 1, or −1."""
    weights = {"a": np.array([1.0, 1.0]), "b": np.array([1.0])}
    Adam(weights, longest=1e9).step({"a": np.array([4.0, -0.5]), "b": np.array([100.0])}, 0.1)
    np.testing.assert_allclose(weights["a"], [0.9, 1.1], atol=1e-6)
    np.testing.assert_allclose(weights["b"], [0.9], atol=1e-6)


def test_adam_is_keras():
    """Five steps with changing gradients are those of Keras's Adam to rounding."""
    import keras

    random = np.random.default_rng(0)
    gradients = [random.normal(size=3) for _ in range(5)]
    mine, theirs = {"w": np.ones(3)}, keras.Variable(np.ones(3), dtype="float32")
    descent = Adam(mine, longest=1e9)
    other = keras.optimizers.Adam(0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-8)
    for gradient in gradients:
        descent.step({"w": gradient}, 0.01)
        other.apply([keras.ops.convert_to_tensor(gradient, dtype="float32")], [theirs])
    np.testing.assert_allclose(mine["w"], theirs.numpy(), rtol=1e-5)


def test_long_gradients_are_shortened_together():
    """(3, 4) is 5 long; made as long as 1 it is (0.6, 0.8), whatever it was multiplied with."""
    moments = []
    for factor in (1, 10):
        descent = Adam({"a": np.zeros(1), "b": np.zeros(1)}, longest=1.0)
        descent.step({"a": factor * np.array([3.0]), "b": factor * np.array([4.0])}, 0.1)
        moments.append([float(descent._moments[name][0][0]) for name in "ab"])
    np.testing.assert_allclose(moments, [[0.06, 0.08]] * 2, rtol=1e-6)
