"""What is said of a training's course."""

import math

import pytest

from zhgen.training.trend import describe_trend


def _said(*epochs, logarithmic=False):
    rows = [dict(zip(("loss", "validation_loss"), losses, strict=False)) for losses in epochs]
    return describe_trend(rows, logarithmic=logarithmic)


@pytest.mark.parametrize(
    ("epochs", "said"),
    [
        ([(9, 9)], ""),
        ([(9, 8), (7, 6)], "still improving: 25% better than an epoch ago"),
        ([(9, 8), (9, 9), (7, 6)], "still improving: 25% better than 2 epochs ago"),
        ([(9, 1000), (7, 996)], "hardly improving: 0.4% better than an epoch ago"),
        ([(9, 6), (7, 6.5)], "over-fitting: it learns the text by heart, and validation is no better than an epoch ago"),
        ([(9, 6), (7, 8), (5, 7)], "over-fitting: it learns the text by heart, and validation is no better than 2 epochs ago"),
        ([(9, 6), (9, 6)], "not improving: no better than an epoch ago"),
        ([(9, 6), (9.5, 7)], "not improving: no better than an epoch ago"),
        ([(8,), (6,)], "still improving: 25% better than an epoch ago"),
        ([(8,), (8,)], "not improving: no better than an epoch ago"),
        ([(0, 0), (0, 0)], "not improving: no better than an epoch ago"),
    ],
)
def test_the_last_epoch_is_compared_with_the_best_before(epochs, said):
    """Better by a hundredth or more, by less, or not at all: then whether the text is still learnt tells what it is."""
    assert _said(*epochs) == said


def test_of_logarithms_what_they_are_of_is_compared():
    """From log 200 to log 150 a perplexity falls by a quarter; one that rises beyond all measure is no error."""
    assert _said((9, math.log(200)), (8, math.log(150)), logarithmic=True) == "still improving: 25% better than an epoch ago"
    assert _said((9, 1.0), (8, 1e9), logarithmic=True).startswith("over-fitting: ")
