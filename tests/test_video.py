"""The lesson `video`: convolution inside the recurrence, and before it."""

import json
import time

import numpy as np
import pytest
from heard import Heard
from matplotlib.figure import Figure

from zhgen.labs.motions import MOTIONS, SIDE
from zhgen.labs.picture import draw_picture
from zhgen.labs.video import LESSON, NETWORKS, SHORT, run
from zhgen.training.backend import load_keras


@pytest.fixture(scope="module")
def outcome():
    """Return what the shortened lesson found."""
    return run(0, Heard(), short=True)


def test_sixteen_photographs_become_sixteen_states(outcome):
    """16 frames of 3 × 224 × 224 through a 3 × 3 ConvGRU of 32: the source's shape."""
    assert outcome.figures["states_of_16_photographs"] == LESSON.source["states_of_16_photographs"] == [16, 32, 224, 224]


def test_the_gradients_are_right(outcome):
    """Those of the layer agree with central differences to a millionth."""
    assert 0 < outcome.figures["gradient_error"] < 1e-6


def test_both_networks_begin_to_learn(outcome):
    """With few clips, both are far from the tenth that chance names."""
    assert outcome.figures["conv_gru_accuracy"] > 0.35
    assert outcome.figures["frames_then_lstm_accuracy"] > 0.2
    assert {name: len(curve) for name, curve in outcome.drawing["curves"].items()} == dict.fromkeys(NETWORKS, SHORT.epochs)
    json.dumps(outcome.figures)


def test_its_picture_is_drawn(outcome, tmp_path):
    """Ten clips and two curves, in a small file."""
    draw_picture(lambda figure: LESSON.draw(outcome, figure), tmp_path / "video.png")
    draw_picture(lambda figure: LESSON.draw(outcome, figure), tmp_path / "video.svg")
    assert 10_000 < (tmp_path / "video.png").stat().st_size < 200_000
    assert b"anticlockwise" in (tmp_path / "video.svg").read_bytes()


def test_a_row_of_its_picture_is_a_clip(outcome):
    """Ten rows, one for each motion, of five frames with a border, from left to right."""
    figure = Figure()
    LESSON.draw(outcome, figure)
    strips = figure.axes[0].images[0].get_array()
    assert strips.shape == (len(MOTIONS) * (SIDE + 2), 5 * (SIDE + 2))
    clips = outcome.drawing["clips"]
    growing = clips.frames[clips.labels == MOTIONS.index("growing")][0, ..., 0]
    top = MOTIONS.index("growing") * (SIDE + 2)
    np.testing.assert_array_equal(strips[top : top + SIDE, SIDE + 2 : 2 * SIDE + 2], growing[2])


def test_the_networks_are_what_the_page_says():
    """Twelve filters of 3 × 3 in six kernels, and 145,058 weights before and within an LSTM of 100."""
    load_keras(1)
    assert NETWORKS["conv_gru"]().count_params() == 3 * 9 * (1 * 12 + 12 * 12) + 3 * 12 + 12 * 10 + 10
    assert NETWORKS["frames_then_lstm"]().count_params() == 145_058


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_whole_lesson(seed):
    """Both networks name 95 % of the held-out clips, in less than five minutes of two cores."""
    started = time.process_time()
    figures = run(seed, Heard()).figures
    assert figures["conv_gru_accuracy"] >= 0.95
    assert figures["frames_then_lstm_accuracy"] >= 0.95
    assert time.process_time() - started < 600
