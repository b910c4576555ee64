"""The lesson in which a plain recurrent net learns to add."""

import numpy as np
import pytest

from zhgen.labs import adder
from zhgen.progress import SILENT
from zhgen.recurrent.gradients import numerical_gradients
from zhgen.recurrent.plain import RecurrentCell


def made(places=8, seed=0):
    """Return an untaught net."""
    return adder.make_adder(np.random.RandomState(seed), places)


def test_digits_have_the_ones_first():
    """6 is 0, 1, 1 and then zeros; 255 is all ones."""
    assert made().digits(np.array([6, 255])).tolist() == [[0, 1, 1, 0, 0, 0, 0, 0], [1] * 8]


def test_it_starts_as_the_source_does():
    """The first error of seed 0 is the source's, to its last digit, and so is what came out of 9 + 60."""
    truth, outputs = adder.learn(made(), 9, 60)
    assert f"{np.abs(truth - outputs).sum():.8f}" == "3.45638663"
    assert adder.describe(9, 60, truth, outputs) == "error 3.45638663  predicted 00000001  true 01000101  9 + 60 = 1"


def test_a_step_is_a_tenth_of_the_gradient():
    """What is taken off every weight is 0.1 times the derivative of half the squared error, by central differences."""
    net = made()
    before = {"W0": net.cell.kernel.copy(), "Wh": net.cell.recurrent_kernel.copy(), "W1": net.readout.copy()}

    def loss(arrays):
        copy = adder.Adder(RecurrentCell(arrays["W0"], arrays["Wh"], activation="sigmoid"), arrays["W1"], 8)
        _, outputs = copy.read(np.array([9]), np.array([60]))
        return float(((outputs[:, :, 0] - copy.digits(np.array([69]))) ** 2).sum() / 2)

    expected = numerical_gradients(loss, before)
    adder.learn(net, 9, 60)
    for name, now in {"W0": net.cell.kernel, "Wh": net.cell.recurrent_kernel, "W1": net.readout}.items():
        np.testing.assert_allclose(before[name] - now, 0.1 * expected[name], rtol=1e-6, atol=1e-12)


def test_an_untaught_net_adds_nothing():
    """Before it has learnt hardly a sum is right, so the count is not a matter of course."""
    assert adder.count_exact(made()) < 164


def test_all_sums_of_the_short_setting(tmp_path):
    """With six digits, 8,000 sums make all 1,024 right; the picture can be drawn."""
    from matplotlib.figure import Figure

    outcome = adder.LESSON.run(0, SILENT, True)
    assert outcome.figures["exact_sums"] == outcome.figures["all_sums"] == 1_024
    assert outcome.figures["error_step_7000"] < outcome.figures["error_step_0"]
    figure = Figure()
    adder.LESSON.draw(outcome, figure)
    figure.savefig(tmp_path / "adder.png")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_all_sums(seed):
    """All 16,384 sums are right for three seeds; for the source's seed its figures come back to their last digit."""
    figures = adder.LESSON.run(seed, SILENT, False).figures
    assert figures["exact_sums"] == figures["all_sums"] == 16_384
    if seed == adder.LESSON.seed:
        assert {name: round(value, 8) for name, value in figures.items()} == adder.LESSON.source
