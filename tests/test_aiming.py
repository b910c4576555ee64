"""Losses that aim at the right piece's vector and look at no other."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import ive

from zhgen.config import TrainSettings
from zhgen.training.aiming import Aiming, cosine_distance, squared_distance, von_mises_fisher
from zhgen.training.windows import Batch
from zhgen.vectors.table import starting_table, unit_rows

VECTORS = np.array([[3, 1, 1], [1, 4, 1], [1, 1, 5], [2, 2, -1], [-2, 0, -1]], dtype=np.float32)
COUNTS = np.array([8, 4, 2, 1, 0], dtype=np.int64)
X = np.array([[0, 1], [2, 0], [1, 2]], dtype=np.int32)
Y = np.array([[2, 0], [1, 2], [4, 3]], dtype=np.int32)
"""Two streams of three steps, (T, B)."""


def aiming(recipe, **given):
    """Return the objective of a recipe over five pieces, without dropout."""
    keras.utils.set_random_seed(1)
    settings = {"units": 4, "word_dropout": 0.0, "input_dropout": 0.0, "output_dropout": 0.0, **given}
    return Aiming(VECTORS, COUNTS, TrainSettings.recipe(recipe, **settings))


OUTPUTS = np.array([[3, 4, 0], [0, 0, 2]], dtype=np.float32)
RIGHT = np.array([[0, 2, 0], [0, 0, -1]], dtype=np.float32)


def test_squared_distance_by_hand():
    """Differences of (3, 2, 0) and (0, 0, 3) are 13/3 and 9/3 in the mean over three dimensions."""
    np.testing.assert_allclose(squared_distance(OUTPUTS, RIGHT), [13 / 3, 3])


def test_cosine_distance_by_hand():
    """The cosines are 0.8 and −1, whatever the lengths."""
    np.testing.assert_allclose(cosine_distance(OUTPUTS, RIGHT), [0.2, 2], rtol=1e-6)


@pytest.mark.parametrize("dimensions", [50, 200])
def test_the_von_mises_fisher_loss_is_the_likelihood(dimensions):
    """Against scipy's Bessel function: the error in −log C(κ) is the same to 0.15 nats for κ from 0 to 500, in float32."""
    kappa = np.linspace(0.5, 500, 1000)
    order = dimensions / 2 - 1
    # −log C(κ) less what does not depend on κ; ive is I · exp(−κ).
    right = np.log(ive(order, kappa)) + kappa - order * np.log(kappa)
    outputs = np.zeros((1000, dimensions), dtype=np.float32)
    outputs[:, 0] = kappa
    across = np.zeros((1000, dimensions), dtype=np.float32)
    across[:, 1] = 1
    error = np.asarray(von_mises_fisher(outputs, across)) - right
    assert np.ptp(error) <= 0.15


@pytest.mark.parametrize("dimensions", [50, 200])
def test_the_slope_of_the_von_mises_fisher_loss(dimensions):
    """The mean cosine at which a length κ is best is the ratio of two Bessel functions, met to 0.003."""
    kappa = np.linspace(1, 500, 200)
    outputs = np.zeros((200, dimensions), dtype=np.float32)
    outputs[:, 0] = kappa
    across = np.zeros((200, dimensions), dtype=np.float32)
    across[:, 1] = 1
    nudge = np.float32(0.5)
    more, less = outputs.copy(), outputs.copy()
    more[:, 0] += nudge
    less[:, 0] -= nudge
    slope = np.asarray(von_mises_fisher(more, across) - von_mises_fisher(less, across)) / (2 * nudge)
    right = ive(dimensions / 2, kappa) / ive(dimensions / 2 - 1, kappa)
    np.testing.assert_allclose(slope, right, atol=3e-3)


def test_an_output_of_zeros_is_as_good_as_knowing_nothing():
    """Without a length every direction is as likely, and the loss is 0."""
    assert np.abs(von_mises_fisher(np.zeros((2, 3), np.float32), RIGHT)).max() < 1e-6


def test_a_sure_output_gains_where_it_is_right_and_loses_where_it_is_wrong():
    """A longer output costs less if it points at the right row and more if it points away; the row's length is nothing."""
    right = np.array([[0, 2, 0]], dtype=np.float32)
    towards, away = ([[0, s, 0]] for s in (1.0, -1.0))
    for direction, sign in ((towards, -1), (away, 1)):
        short, long = (float(von_mises_fisher(ops.convert_to_tensor(direction) * s, right)[0]) for s in (1.0, 3.0))
        assert np.sign(long - short) == sign
    np.testing.assert_allclose(
        von_mises_fisher(np.array(towards, np.float32), right), von_mises_fisher(np.array(towards, np.float32), right / 2)
    )


DISTANCES = {"mse": squared_distance, "cosine": cosine_distance, "vmf": von_mises_fisher}


@pytest.mark.parametrize("recipe", DISTANCES)
def test_every_step_is_aimed_at_its_piece(recipe):
    """Without dropout learning and validation have the recipe's distance of all six outputs from the rows that are right."""
    objective = aiming(recipe)
    state = objective.network.zero_state(2)
    outputs, after = objective.network(X, state)
    table = starting_table(VECTORS, {"mse": "raw", "cosine": "centred", "vmf": "whitened"}[recipe])
    expected = np.asarray(DISTANCES[recipe](np.asarray(outputs).reshape(-1, 3), table[Y.ravel()]))
    learnt, learnt_state = objective.loss(X, Y, state)
    validated, validated_state = objective.validation_loss(X, Y, state)
    assert float(learnt) == pytest.approx(expected.mean(), rel=1e-5)
    assert float(validated) == pytest.approx(expected.sum(), rel=1e-5)
    for found in (learnt_state, validated_state):
        for part, right in zip(found, after, strict=True):
            np.testing.assert_allclose(part, right, rtol=1e-5)
    assert objective.carries_state


@pytest.mark.parametrize("recipe", DISTANCES)
@pytest.mark.parametrize("table", ["raw", "centred", "whitened"])
def test_the_table_stays_as_it_is(recipe, table):
    """Only the network's five variables are learnt; the decoder has the table's directions; a raw table is read as it is."""
    objective = aiming(recipe, table=table)
    assert len(objective.trainable_variables) == 5
    weights = objective.exported()
    np.testing.assert_allclose(weights["decoder/table"], unit_rows(starting_table(VECTORS, table)), rtol=1e-5, atol=1e-7)
    if table == "raw":
        np.testing.assert_array_equal(weights["input/table"], VECTORS)
    else:
        assert float(weights["input/scale"]) == pytest.approx(3**0.5)


def test_the_read_out_is_fitted_on_the_text_that_is_given():
    """Both numbers go into the decoder, and the perplexity is no worse than that of the frequencies alone."""
    objective = aiming("cosine")
    figures = objective.fit_readout([Batch(X, Y, starts=True)])
    weights = objective.exported()
    log_prior = np.log(np.array([8, 4, 2, 1, 0.5], dtype=np.float32) / 15)
    assert float(weights["decoder/scale"]) == pytest.approx(figures["scale"], rel=1e-4)
    np.testing.assert_allclose(weights["decoder/bias"], figures["prior"] * log_prior, rtol=1e-4)
    shares = np.exp(log_prior) / np.exp(log_prior).sum()
    assert figures["perplexity"] <= np.exp(-np.log(shares[Y.ravel()]).mean()) + 1e-3


def test_the_read_out_carries_the_state_from_window_to_window():
    """A text cut into two batches is read as in one; a batch that starts anew is not."""
    whole = Batch(X, Y, starts=True)
    parts = [Batch(X[:1], Y[:1], starts=True), Batch(X[1:], Y[1:], starts=False)]
    apart = [parts[0], Batch(X[1:], Y[1:], starts=True)]
    figures = [aiming("mse").fit_readout(batches) for batches in ([whole], parts, apart)]
    assert figures[0] == pytest.approx(figures[1], rel=1e-3)
    assert figures[0] != pytest.approx(figures[2], rel=1e-3)
