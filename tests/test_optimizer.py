"""How far weights are changed: the learning rate by how much of the training is done, by steps or by the clock."""

import keras
import pytest

from zhgen.config import TrainSettings
from zhgen.training.optimizer import Pace, learning_rate, make_optimizer


def test_the_learning_rate_is_warmed_up_and_let_down():
    """It rises from 1/25 to the full rate in the first tenth and falls along a cosine to a thousandth at the end."""
    settings = TrainSettings(learning_rate=0.5)
    rates = [learning_rate(settings, done) for done in (0, 0.05, 0.1, 0.55, 1)]
    assert rates == pytest.approx([0.02, 0.26, 0.5, 0.5 * (0.5 * 0.999 + 0.001), 0.0005])


def test_sgd_has_one_rate_throughout():
    """The recipe `seed` learns at the rate that was given and clips nothing; a clip norm is passed on."""
    settings = TrainSettings.recipe("seed")
    optimizer = make_optimizer(settings)
    assert isinstance(optimizer, keras.optimizers.SGD)
    assert float(optimizer.learning_rate) == pytest.approx(0.1)
    assert [learning_rate(settings, done) for done in (0, 0.5, 1)] == [0.1] * 3
    assert optimizer.global_clipnorm is None
    assert make_optimizer(TrainSettings(clip_norm=0.25)).global_clipnorm == 0.25


def test_without_a_limit_steps_alone_count():
    """However long it takes, a quarter of the steps is a quarter of the way, and no time is ever over."""
    pace = Pace(steps=8)
    assert [pace.progress(steps, 1e6) for steps in (0, 2, 8)] == [0, 0.25, 1]
    assert not pace.over(1e9)


def test_with_a_limit_the_faster_of_steps_and_clock_counts():
    """Of 130 s 20 were for compiling and 10 are for the last validation: after 70 s half of the way is gone."""
    pace = Pace(steps=8, seconds=130, started=20, reserved=10)
    assert [pace.progress(2, seconds) for seconds in (20, 45, 70, 120, 999)] == [0.25, 0.25, 0.5, 1, 1]
    assert pace.progress(6, 70) == 0.75
    assert [pace.over(seconds) for seconds in (119, 120)] == [False, True]


def test_a_limit_that_leaves_no_time_is_over_at_once():
    """When compiling and validating take all there is, one step is taken and no more."""
    assert Pace(steps=8, seconds=25, started=20, reserved=10).over(0)


def test_minutes_are_seconds():
    """`--max-minutes 1.5` is 90 s."""
    assert Pace.of(TrainSettings(max_minutes=1.5), 3) == Pace(steps=3, seconds=90)
    assert Pace.of(TrainSettings(), 3) == Pace(steps=3)
