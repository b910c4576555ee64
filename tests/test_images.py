"""The lesson `images`: a convolutional network on an archive in CIFAR-10's format."""

import json
import time

import numpy as np
import pytest
from heard import Heard

from zhgen.errors import RefusedError
from zhgen.labs.cifar import write_archive
from zhgen.labs.images import LESSON, build, channel_statistics, run
from zhgen.labs.picture import draw_picture
from zhgen.labs.shapes import FORMS, make_archive
from zhgen.training.backend import load_keras


@pytest.fixture(scope="module")
def outcome():
    """Return what the shortened lesson found, and what it said."""
    reporter = Heard()
    return run(1, reporter, short=True), reporter.lines


def test_it_learns_in_seconds(outcome):
    """After 2,500 made pictures seen twice, far more are named rightly than the tenth that chance names."""
    figures = outcome[0].figures
    assert figures["accuracy"] > 0.4
    assert figures["epochs"] == 2
    assert (figures["training_pictures"], figures["test_pictures"]) == (2500, 300)


def test_each_class_and_one_picture_are_told(outcome):
    """The accuracy over all is the mean over classes of equal size; the ten probabilities add up to one."""
    figures = outcome[0].figures
    assert np.mean([figures[f"accuracy_{name}"] for name in FORMS]) == pytest.approx(figures["accuracy"], abs=1e-4)
    probabilities = {name: figures[f"probability_{name}"] for name in FORMS}
    assert sum(probabilities.values()) == pytest.approx(1, abs=1e-3)
    assert figures["hardest_prediction"] == max(probabilities, key=probabilities.get)
    assert figures["hardest_picture"] in FORMS
    assert max(probabilities.values()) < 0.6
    json.dumps(figures)


def test_it_says_that_the_pictures_are_made(outcome):
    """Nobody takes drawn forms for photographs."""
    found, lines = outcome
    assert found.figures["pictures"] == "made"
    assert any("instead of CIFAR-10's photographs" in line for line in lines)


def test_its_picture_is_drawn(outcome, tmp_path):
    """Twenty pictures, ten bars and six filters, in a small file."""
    draw_picture(lambda figure: LESSON.draw(outcome[0], figure), tmp_path / "images.png")
    draw_picture(lambda figure: LESSON.draw(outcome[0], figure), tmp_path / "images.svg")
    assert 10_000 < (tmp_path / "images.png").stat().st_size < 200_000
    assert b"slanted_bars" in (tmp_path / "images.svg").read_bytes()


def test_a_folder_is_read_and_the_same_pictures_give_the_same_figures(outcome, tmp_path):
    """An archive of the made pictures, given as a folder, ends in the very accuracies of the lesson that makes them."""
    write_archive(tmp_path, make_archive(2500, 300, 1))
    figures = run(1, Heard(), short=True, data=tmp_path).figures
    assert figures == outcome[0].figures | {"pictures": str(tmp_path)}


def test_a_bad_folder_is_refused_at_once(refuses, tmp_path):
    """Before anything is said, made or learnt, by the command as by the library."""
    (tmp_path / "folder").mkdir()
    assert refuses("lab", "images", "--data", "missing").startswith("There is no folder missing.")
    assert "batches.meta.txt is missing" in refuses("lab", "images", "--data", "folder")
    with pytest.raises(RefusedError, match="There is no folder"):
        run(1, Heard(), data=tmp_path / "missing")


def test_channel_statistics_are_exact():
    """Mean and variance of each channel as NumPy finds them in float64."""
    pixels = np.random.default_rng(2).integers(0, 256, (1203, 3, 32, 32), dtype=np.uint8)
    pixels[:, 1] //= 3
    mean, variance = channel_statistics(pixels)
    np.testing.assert_allclose(mean, pixels.mean(axis=(0, 2, 3)), rtol=1e-12)
    np.testing.assert_allclose(variance, pixels.astype(float).var(axis=(0, 2, 3)), rtol=1e-12)


def test_the_network_is_the_sources():
    """Conv 3 → 6 and 6 → 16, both 5 × 5 and pooled, 400 numbers, then 120, 84, 10: 62,006 weights; log-softmax at the end."""
    load_keras(1)
    mean, variance = np.array([100.0, 110, 120]), np.array([900.0, 400, 100])
    network = build(mean, variance)
    assert sum(np.size(weight) for weight in network.trainable_variables) == 62_006
    assert [layer.output.shape[1:] for layer in network.layers][2:] == [
        (28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (400,), (120,), (84,), (10,),
    ]  # fmt: skip
    pixels = np.random.default_rng(2).integers(0, 256, (4, 3, 32, 32), dtype=np.uint8)
    scores = network.predict_on_batch(pixels)
    np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1, rtol=1e-5)
    labels = np.array([1, 7, 3, 3], np.uint8)
    loss = network.test_on_batch(pixels, labels)[0]
    assert float(loss) == pytest.approx(-scores[np.arange(4), labels].mean(), rel=1e-5)
    normalised = network.layers[1](network.layers[0](pixels))
    expected = (pixels.transpose(0, 2, 3, 1) - mean) / np.sqrt(variance)
    np.testing.assert_allclose(normalised, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_whole_lesson(seed):
    """On the made archive more than 60 % are named rightly, in less than two minutes of two cores."""
    started = time.process_time()
    assert run(seed, Heard()).figures["accuracy"] > 0.6
    assert time.process_time() - started < 240
