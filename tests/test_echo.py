"""The lesson in which an LSTM learns four numbers by heart."""

import numpy as np
import pytest

from zhgen.labs import echo
from zhgen.progress import SILENT
from zhgen.recurrent.cells import sigmoid


def test_the_source_s_figures():
    """The loss falls from 1.13321 to at most 0.0691, and what is put out belongs to it; the picture can be drawn."""
    from matplotlib.figure import Figure

    outcome = echo.LESSON.run(0, SILENT, False)
    figures = outcome.figures
    assert f"{figures['loss_step_0']:.5f}" == "1.13321"
    assert figures["loss_step_99"] <= 0.0691
    assert np.sum((np.array(figures["outputs"]) - figures["targets"]) ** 2) == pytest.approx(figures["loss_step_99"])
    echo.LESSON.draw(outcome, Figure())


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("output", ["linear", "tanh"])
def test_the_gradients_are_right(output, seed):
    """Every weight's and the input's, for both variants of the cell, to 1e-6."""
    assert 0 < echo.gradient_error(output, seed) <= 1e-6


def test_all_gates_start_with_the_same_weights():
    """The source resets its seed for every matrix: the four gates are equal, and within ±0.1."""
    cell = echo.same_start(0)
    for array in (cell.kernel, cell.recurrent_kernel, cell.bias):
        first, *others = np.split(array, 4, axis=-1)
        assert all((first == other).all() for other in others)
        assert -0.1 <= first.min() < -0.09
        assert 0.09 < first.max() < 0.1
    assert cell.output == "linear"


def test_the_loss_is_that_of_the_formulas():
    """The first loss, worked out step by step from the source's own formulas, without the cell."""
    chance = np.random.RandomState(0)
    w, b = 0.2 * chance.random_sample((100, 150)) - 0.1, 0.2 * np.random.RandomState(0).random_sample(100) - 0.1
    s = h = np.zeros(100)
    loss = 0.0
    inputs = np.random.RandomState(0).random_sample((4, 50))
    for x, y in zip(inputs, echo.TARGETS, strict=True):
        z = w @ np.concatenate([x, h]) + b
        s = np.tanh(z) * sigmoid(z) + s * sigmoid(z)
        h = s * sigmoid(z)
        loss += (h[0] - y) ** 2
    first, _ = next(echo.memorise(echo.same_start(0), inputs[np.newaxis], echo.TARGETS, 0.1))
    assert first == pytest.approx(loss, rel=1e-12)
