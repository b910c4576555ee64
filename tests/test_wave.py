"""The lesson `wave`."""

import numpy as np
import pytest

from zhgen.labs import wave as lab
from zhgen.labs.wave import LESSON
from zhgen.progress import SILENT
from zhgen.recurrent import stack


def test_the_wave_is_the_sources():
    """3,200 points, mean 0, scaled by the highest one, and half its variance is the loss of a line at its mean."""
    wave = lab.wave()
    assert wave.shape == (3200,)
    assert wave.mean() == pytest.approx(0, abs=1e-12)
    assert np.abs(wave).max() == pytest.approx(1, abs=0.01)
    assert wave.var() / 2 == pytest.approx(0.178, abs=5e-4)


def test_the_slow_sine_is_the_period():
    """The points repeat after 2π, in 628 steps, give or take the third of a step that is left over."""
    wave = lab.wave()
    assert lab.error(wave[628:], wave[:-628]) < 0.02
    assert lab.error(wave[314:], wave[:-314]) > 0.02


def test_an_error_of_one_is_a_line_at_the_mean():
    """0 is the wave itself, 1 its mean, 4 its mirror image."""
    wave = lab.wave()
    assert lab.error(wave, wave) == 0
    assert lab.error(np.zeros(3200), wave) == pytest.approx(1)
    assert lab.error(-wave, wave) == pytest.approx(4)


def test_what_is_drawn_comes_from_the_state_alone():
    """Drawn in one go it is what the net puts out window by window with its state carried; another state draws otherwise."""
    network = lab.make_network(np.random.default_rng(0), 2, 3, inner=1.0, outer=1.0)
    state = network.zero_state(1)
    whole = lab.draw_alone(network, state, 8)
    first = stack.trace(network, np.zeros((1, 4, 1)), state)
    second = stack.trace(network, np.zeros((1, 4, 1)), first.state)
    np.testing.assert_allclose(whole, np.concatenate([first.outputs, second.outputs], axis=1)[0, :, 0], rtol=1e-12)
    elsewhere = tuple((h + 0.5, c + 0.5) for h, c in state)
    assert np.abs(lab.draw_alone(network, elsewhere, 8) - whole).max() > 0.01


def test_the_forget_gates_begin_open():
    """The bias of 5 stands where the forget gate is, and nowhere else."""
    cell = lab.make_network(np.random.default_rng(0), 1, 3, inner=0.1, outer=0.1).cells[0]
    assert cell.bias.tolist() == [0] * 3 + [5] * 3 + [0] * 6


def test_in_little_time_the_stacked_net_draws_what_the_sources_settings_do_not():
    """Every eighth point, a few hundred steps: the source's settings are at the mean, two layers draw most of the wave."""
    outcome = LESSON.run(LESSON.seed, SILENT, True)
    figures = outcome.figures
    assert figures["error_with_the_sources_settings"] > 0.9
    assert figures["error_stacked"] < 0.3
    assert {curve.shape for curve in outcome.drawing["curves"].values()} == {(400,)}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_stacked_net_draws_the_wave(seed):
    """An error of at most 0.1 over all 3,200 points, drawn in one go; the source's settings leave the mean hardly."""
    figures = LESSON.run(seed, SILENT, False).figures
    assert figures["error_stacked"] <= 0.1
    assert figures["error_with_the_sources_settings"] > 0.9
    assert figures["error_of_the_slow_sine_alone"] == pytest.approx(0.0215, abs=5e-4)
