"""The lesson `cell`."""

import numpy as np
import pytest

from zhgen.labs import cell as lab
from zhgen.labs.cell import LESSON, PackedCell, stacked_step
from zhgen.progress import SILENT


def test_a_step_by_hand():
    """One input, one cell: in, forget and out are half open, and the candidate is tanh(x + h) for weights of 1."""
    weights = np.array([[0.0], [0.0], [0.0], [1.0]])  # only the candidate listens
    cell = PackedCell(weights, weights, np.zeros(4), np.zeros(4))
    h, c = cell.step(np.array([[0.25]]), np.array([[0.5]]), np.array([[3.0]]))
    assert c == pytest.approx(0.5 * 3 + 0.5 * np.tanh(0.75))
    assert h == pytest.approx(0.5 * np.tanh(c))


def test_each_gate_has_its_rows():
    """A large bias opens one gate alone: in, forget, out, candidate, in that order."""
    closed, ones = -50.0, np.ones((1, 1))
    nothing = np.zeros((4, 1))

    def after(*biases):
        return PackedCell(nothing, nothing, np.array(biases), np.zeros(4)).step(ones, ones, 2 * ones)

    assert after(50, closed, 50, 50)[1] == pytest.approx(1)  # the candidate alone
    assert after(closed, 50, 50, 50)[1] == pytest.approx(2)  # the state before alone
    assert after(closed, 50, closed, 50)[0] == pytest.approx(0)
    assert after(closed, 50, 50, 50)[0] == pytest.approx(np.tanh(2))


def test_layers_stand_one_above_the_other():
    """The second layer reads what the first one puts out at the same step."""
    random = np.random.default_rng(1)
    below, above = lab.random_cell(random, 3, 2), lab.random_cell(random, 2, 2)
    x, zeros = random.normal(size=(1, 3)), np.zeros((1, 2))
    (h1, c1), (h2, c2) = stacked_step([below, above], x, [(zeros, zeros)] * 2)
    np.testing.assert_array_equal((h1, c1), below.step(x, zeros, zeros))
    np.testing.assert_array_equal((h2, c2), above.step(h1, zeros, zeros))


@pytest.mark.parametrize("seed", [0, 1])
def test_the_lesson_meets_its_figures(seed):
    """Two arrays (1, 2); within 1e-12 of the generator's LSTM, of Keras and of PyTorch's equations; exact through layouts."""
    figures = LESSON.run(seed, SILENT, True).figures
    assert figures["shapes"] == ["(1, 2)", "(1, 2)"]
    differences = [value for name, value in figures.items() if name.startswith("difference_")]
    assert len(differences) == 3
    assert max(differences) <= 1e-12
    assert [value for name, value in figures.items() if name.startswith("exact_")] == [True] * 3


def test_a_gate_in_the_wrong_place_is_seen(monkeypatch):
    """Were out and candidate exchanged, every comparison would say so."""
    monkeypatch.setattr(lab, "from_torch7", lab.from_torch)
    figures = LESSON.run(0, SILENT, True).figures
    assert min(value for name, value in figures.items() if name.startswith("difference_")) > 0.01
