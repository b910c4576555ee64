"""The lesson `palace`."""

import numpy as np
import pytest

from zhgen.bundle import load
from zhgen.labs import palace as lab
from zhgen.labs.palace import C_FLAGS, LESSON, Effort
from zhgen.progress import SILENT
from zhgen.vectors.table import Table


def test_the_demo_text_is_there():
    """It begins where it is told to end, in whole characters."""
    whole = lab.read_text(None).decode()
    assert len(whole) > 40_000
    assert lab.read_text(100).decode() == whole[:100]


def test_the_mean_vectors_cosine_by_hand():
    """Words at 0° and 90°, the mean at 45° between them: a cosine of √½ to each."""
    table = Table(("一", "二"), np.array([[2.0, 0.0], [0.0, 2.0]], np.float32))
    assert lab.mean_vector_cosine(table, np.array([0, 1, 1], np.int32)) == pytest.approx(0.5**0.5)


def test_in_little_time_ten_windows_begin_to_be_learnt():
    """A few chapters, 40 epochs: the loss falls, no unseen word is right, and the vectors lie in one cone."""
    outcome = LESSON.run(LESSON.seed, SILENT, True)
    figures, losses = outcome.figures, outcome.drawing["losses"]
    assert len(losses) == 40
    assert losses[-1] == figures["loss"] < losses[0] / 2
    assert len(outcome.drawing["cosines"]) == 110
    assert figures["cosine"] == pytest.approx(float(outcome.drawing["cosines"][0]))
    assert figures["cosine"] > 0.3
    assert figures["cosine_of_the_mean_vector_after_15_passes"] > 0.99


@pytest.mark.slow
def test_the_first_windows_next_word_comes_back():
    """With vectors of enough passes it is the nearest word, most of the ten are, and none of the next hundred."""
    figures = LESSON.run(LESSON.seed, SILENT, False).figures
    assert figures["nearest_is_right"]
    assert figures["nearest_word"] == figures["right_word"] == "上"
    assert figures["right_of_the_ten_windows"] >= 5
    assert figures["right_of_the_next_hundred"] <= 2
    assert figures["cosine"] > 0.6 > figures["cosine_of_the_mean_vector"]
    assert figures["cosine_after_15_passes"] < figures["cosine_of_the_mean_vector_after_15_passes"]


@pytest.mark.slow
def test_the_lesson_is_what_the_commands_make(run_zhgen, tmp_path):
    """`segment`, `embed` and `train --recipe seed` on the same text end in the same weights, bit for bit."""
    effort = Effort(characters=12_000, epochs=5)
    (tmp_path / "lesson").mkdir()
    (tmp_path / "palace.txt").write_bytes(lab.read_text(effort.characters))
    trained = lab.make_model(lab.segment(tmp_path / "lesson", effort, SILENT), None, 3, effort, SILENT)
    flags = ("--c-flags", C_FLAGS, "--workers", 1, "--validation-split", 0, "--seed", 3)
    vectors = ("--vectors", "palace.vectors.bin")
    for arguments in (
        ("segment", "palace.txt"),
        ("embed", "palace.seg.txt", *flags),
        ("train", "palace.seg.txt", *vectors, "--recipe", "seed", "--seed", 3, "--epochs", 5, "-o", "models/palace"),
    ):
        done = run_zhgen(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr.decode()
    weights = load(tmp_path / "models" / "palace").weights
    assert weights.keys() == trained.bundle.weights.keys()
    for name, array in weights.items():
        np.testing.assert_array_equal(array, trained.bundle.weights[name], err_msg=name)
