"""What a model has to beat."""

import math

import numpy as np
import pytest

from zhgen.config import TrainSettings
from zhgen.training.baseline import describe_failure, frequency_loss

FEW = np.array([1, 1, 1, 2], dtype=np.int32)


def test_the_loss_of_frequencies_alone():
    """Every piece but the first costs the logarithm of its share; one that was never counted counts as half seen."""
    assert frequency_loss(FEW, FEW) == pytest.approx(-(2 * math.log(3 / 4) + math.log(1 / 4)) / 3)
    assert frequency_loss(FEW, np.array([7, 3, 1], dtype=np.int32)) == pytest.approx(-(math.log(0.5 / 4) + math.log(3 / 4)) / 2)


@pytest.mark.parametrize(("loss", "tells"), [(5.0, False), (5.97, False), (5.99, True), (6.0, True), (51.0, True), (1e9, True)])
def test_a_model_has_to_be_better_than_the_frequencies(loss, tells):
    """As good as the frequencies, or worse, is a failure; clearly better is none."""
    said = describe_failure(loss, 6.0, TrainSettings())
    assert bool(said) is tells
    if tells:
        assert said.startswith(
            "The model predicts no better than the frequencies of the pieces alone, whose perplexity is 403.4. "
        )


@pytest.mark.parametrize(
    ("rate", "way"),
    [
        (1.0, "with a lower --learning-rate than 1; 0.003 is usual."),
        (1e-9, "with a higher --learning-rate than 1e-09; 0.003 is usual."),
        (3e-3, "on a longer text, or with more --epochs."),
        (6e-4, "on a longer text, or with more --epochs."),  # as who goes on from another model
    ],
)
def test_the_way_out_depends_on_the_learning_rate(rate, way):
    """A rate that is not the usual one is named; where it is, the text is too short for so few epochs."""
    assert describe_failure(7.0, 6.0, TrainSettings(learning_rate=rate)).endswith(f"Unless that changes, train again {way}")
    said = describe_failure(7.0, 6.0, TrainSettings(learning_rate=rate, optimizer="sgd"))
    assert said.endswith(f"train again with another --learning-rate than {rate:g}.")
