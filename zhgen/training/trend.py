"""Says in words whether a training still gets somewhere."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

_HARDLY = 0.01  # an epoch that gains a smaller share than this gains hardly anything


def describe_trend(history: Sequence[Mapping[str, Any]], *, logarithmic: bool) -> str:
    """Return what the last epoch was in comparison with those before it; nothing for the first.

    Args:
        history: A row an epoch, with `loss` and, where there was a validation, `validation_loss`.
        logarithmic: Whether the losses are logarithms, of a perplexity: then it is this that is compared.
    """
    if len(history) < 2:
        return ""
    judged = "validation_loss" if "validation_loss" in history[0] else "loss"
    values = [float(row[judged]) for row in history]
    best = min(range(len(values) - 1), key=values.__getitem__)
    gain = _gain(values[best], values[-1], logarithmic=logarithmic)
    since = len(values) - 1 - best
    if gain >= _HARDLY:
        return f"still improving: {gain:.0%} better than {_ago(since)}"
    if gain > 0:
        return f"hardly improving: {gain:.1%} better than {_ago(since)}"
    learns = float(history[-1]["loss"]) < float(history[best]["loss"])
    if judged == "validation_loss" and learns:
        return f"over-fitting: it learns the text by heart, and validation is no better than {_ago(since)}"
    return f"not improving: no better than {_ago(since)}"


def _gain(before: float, after: float, *, logarithmic: bool) -> float:
    """Return by what share a loss has fallen; of a logarithm, by what share that of which it is one."""
    if logarithmic:
        return -math.expm1(min(after - before, 1.0))
    return (before - after) / abs(before) if before else 0.0


def _ago(epochs: int) -> str:
    return "an epoch ago" if epochs == 1 else f"{epochs} epochs ago"
