"""What a model has to beat: how well the frequencies of pieces alone predict a text."""

import math

import numpy as np

from zhgen.config import TrainSettings
from zhgen.training.readout import log_frequencies
from zhgen.training.windows import Ids

_HARDLY = 0.02  # nats; a model that is better by less knows nothing but the frequencies


def frequency_loss(train: Ids, valid: Ids) -> float:
    """Return the mean −log probability, in nats, that the pieces' frequencies in a text give those of another.

    Args:
        train: int32 (N,), the text that is counted.
        valid: int32 (M,), the text that is predicted, from its second piece on as a model does.
    """
    counts = np.bincount(train, minlength=int(valid.max()) + 1)
    return -float(log_frequencies(counts)[valid[1:]].mean(dtype=np.float64))


def describe_failure(loss: float, baseline: float, settings: TrainSettings) -> str:
    """Return what to say after the first epoch when it has taught nothing more, and the way out; empty when it has.

    Args:
        loss: The mean −log probability of the text that is validated on, in nats.
        baseline: What `frequency_loss` says of it.
        settings: The recipe.
    """
    if loss < baseline - _HARDLY:
        return ""
    usual = TrainSettings.learning_rate  # of Adam; who goes on from another model takes a fifth of it
    if settings.optimizer == "sgd":
        remedy = f"with another --learning-rate than {settings.learning_rate:g}"
    elif settings.learning_rate > usual:
        remedy = f"with a lower --learning-rate than {settings.learning_rate:g}; {usual:g} is usual"
    elif settings.learning_rate < usual / 10:
        remedy = f"with a higher --learning-rate than {settings.learning_rate:g}; {usual:g} is usual"
    else:
        remedy = "on a longer text, or with more --epochs"
    return (
        f"The model predicts no better than the frequencies of the pieces alone, whose perplexity is {math.exp(baseline):.1f}. "
        f"Unless that changes, train again {remedy}."
    )
