"""How weights are changed, and how far at a time."""

import math
from dataclasses import dataclass
from typing import Any

import keras

from zhgen.config import TrainSettings
from zhgen.training.backend import adam

_WARM_UP = 0.1  # share of the training in which the learning rate rises
_FIRST, _LAST = 1 / 25, 1e-3  # shares of the highest rate


def make_optimizer(settings: TrainSettings) -> Any:
    """Return the Keras optimizer of a recipe; its learning rate is set anew before every step."""
    clip = {"global_clipnorm": settings.clip_norm} if settings.clip_norm else {}
    if settings.optimizer == "sgd":
        return keras.optimizers.SGD(settings.learning_rate, **clip)
    return adam(settings.learning_rate, **clip)


def learning_rate(settings: TrainSettings, progress: float) -> float:
    """Return the learning rate where a share `progress` of the training is done, from 0 to 1.

    It rises in a straight line over the first tenth and falls along a cosine to a thousandth at the end; `sgd` has one rate.
    """
    if settings.optimizer == "sgd":
        return settings.learning_rate
    if progress < _WARM_UP:
        return settings.learning_rate * (_FIRST + (1 - _FIRST) * progress / _WARM_UP)
    fallen = (1 - math.cos(math.pi * min((progress - _WARM_UP) / (1 - _WARM_UP), 1.0))) / 2
    return settings.learning_rate * (1 - (1 - _LAST) * fallen)


@dataclass
class Pace:
    """How much of a training is done: by its steps, or by the clock where its minutes are limited.

    The first step is compiled while it is taken, which is no part of the way; the last validation is kept time for.

    Args:
        steps: How many steps all epochs have.
        seconds: How long the training may take; None has no limit.

    Attributes:
        started: After how many seconds the first step was done.
        reserved: How many seconds are kept for the last validation.
    """

    steps: int
    seconds: float | None = None
    started: float = 0.0
    reserved: float = 0.0

    @classmethod
    def of(cls, settings: TrainSettings, steps: int) -> "Pace":
        """Return the pace of a recipe."""
        return cls(steps, None if settings.max_minutes is None else settings.max_minutes * 60)

    def progress(self, steps: int, seconds: float) -> float:
        """Return the share that is done after so many steps and seconds, at most 1."""
        done = steps / self.steps
        return min(1.0, done if self.seconds is None else max(done, self._by_the_clock(seconds)))

    def over(self, seconds: float) -> bool:
        """Return whether no time is left to learn."""
        return self.seconds is not None and self._by_the_clock(seconds) >= 1

    def _by_the_clock(self, seconds: float) -> float:
        assert self.seconds is not None
        whole = self.seconds - self.reserved - self.started
        return (seconds - self.started) / whole if whole > 0 else 1.0
