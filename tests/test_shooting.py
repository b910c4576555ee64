"""Multiple shooting: windows learnt side by side."""

import numpy as np
import pytest

from zhgen.labs import shooting as lab
from zhgen.labs.shooting import Shooting
from zhgen.labs.wave import make_network
from zhgen.recurrent import stack
from zhgen.recurrent.gradients import check_gradients

WINDOWS = np.array([[0.5, 0.2, -0.1], [-0.4, 0.1, 0.3], [0.2, 0.0, -0.3]])


def made():
    """Return a net of two layers of two cells that is to draw three windows of three points."""
    return Shooting(make_network(np.random.default_rng(3), 2, 2, inner=0.7, outer=0.7), WINDOWS, np.random.default_rng(4))


def test_the_gradient_is_that_of_the_loss_with_its_gaps(monkeypatch):
    """By every weight and by every first state, in central differences: ½·mean (p − y)² + ½·w·Σ gap² / W."""
    taught = made()
    weights, seen = taught.descent.weights, {}

    def keep(gradients, rate):
        seen.update(gradients)

    monkeypatch.setattr(taught.descent, "step", keep)
    squared, gap = taught.step(0.5)
    weight = (lab.FIRST_WEIGHT * lab.LAST_WEIGHT) ** 0.5  # half way, on a scale of ratios

    def loss(arrays):
        for name, array in weights.items():
            array[...] = arrays[name]
        trace = stack.trace(taught.network, np.zeros((3, 3, 1)), taught.starts)
        wrong = trace.outputs[:, :, 0] - WINDOWS
        ends = [end for layer in trace.state for end in layer]
        starts = [start for layer in taught.starts for start in layer]
        gaps = sum(((end[:-1] - start[1:]) ** 2).sum() for end, start in zip(ends, starts, strict=True))
        return float((wrong**2).mean() / 2 + weight * gaps / len(WINDOWS) / 2)

    here = {name: array.copy() for name, array in weights.items()}
    assert loss(here) == pytest.approx(squared / 2 + weight * gap / 6)
    assert max(check_gradients(loss, here, seen).values()) <= 1e-6


def test_windows_are_drawn_and_meet():
    """With training both the error and the gap between the windows fall."""
    taught = made()
    first = taught.step(0.0)
    for step in range(300):
        last = taught.step(step / 300)
    assert last[0] < first[0] / 5
    assert last[1] < first[1] / 5


def test_the_first_state_is_the_first_windows():
    """One state a layer, of a batch of one."""
    taught = made()
    assert [(h.shape, c.shape) for h, c in taught.first_state] == [((1, 2), (1, 2))] * 2
    np.testing.assert_array_equal(taught.first_state[1][0][0], taught.starts[1][0][0])
