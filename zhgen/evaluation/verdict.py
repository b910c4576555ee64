"""What stands out in a text's measures beside those of human text, in sentences."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Spread = Mapping[str, NDArray[np.float64]]

FEWEST_WINDOWS = 4
"""Of fewer stretches of human text one cannot say how much they differ from each other."""

_ERRORS = 3  # standard errors; two would find something in most human texts, because there are many measures
_LEAST_CHANGE = 0.1  # less than a tenth is nothing to speak of, however sure it is
_LONG_RUN = 12  # pieces; human text shares no run as long with another part of its book
_ZIPF_CHANGE = 0.1  # between parts of one book it differs by .02

_JUDGED = {
    "rep_4": ("4-grams repeat {ratio} as often as in human text", "4-grams repeat less than in human text"),
    "distinct_1": ("More different words than in human text", "Fewer different words than in human text"),
    "recent_32": ("Words come back sooner than in human text", "Words come back later than in human text"),
    "novelty_2": ("More pairs are new than in human text", "Fewer pairs are new than in human text"),
    "novelty_4": (
        "More 4-grams are new than in human text",
        "Fewer 4-grams are new than in human text, so it keeps closer to the corpus",
    ),
    "sentence_length": ("Sentences are {ratio} as long as in human text", "Sentences are shorter than in human text"),
}
"""What is said of a measure that is higher, and of one that is lower."""


def stands_out(own: Mapping[str, Any], human: Mapping[str, Any], spread: Spread, human_spread: Spread) -> list[str]:
    """Return a sentence for each measure that differs from human text by more than a tenth and more than chance.

    Chance is what stretches of human text differ by: a mean of K of them has a standard error of their deviation ÷ √K. So
    the text's own regularity, which may be part of what is wrong with it, does not count.

    Args:
        own: The text's measures.
        human: The human text's.
        spread: (K,) values by name, in stretches of the text.
        human_spread: (K,) values by name, in stretches of the human text.
    """
    sentences = []
    if len(human_spread["rep_4"]) >= FEWEST_WINDOWS:
        for name, (higher, lower) in _JUDGED.items():
            deviation = float(human_spread[name].std(ddof=1))
            error = deviation * (1 / len(spread[name]) + 1 / len(human_spread[name])) ** 0.5
            change = own[name] - human[name]
            if abs(change) > max(_ERRORS * error, _LEAST_CHANGE * human[name]):
                sentences.append(_sentence(higher if change > 0 else lower, own[name], human[name]))
    if abs(own["zipf"] - human["zipf"]) > _ZIPF_CHANGE:
        more = "more" if own["zipf"] > human["zipf"] else "less"
        sentences.append(
            f"Frequent words take {more} of the text than in human text (Zipf {own['zipf']:.2f} against {human['zipf']:.2f})."
        )
    if own["longest_run"] >= max(_LONG_RUN, 1.5 * human["longest_run"]):
        sentences.append(f"It copies {own['longest_run']:,.0f} pieces in a row, human text {human['longest_run']:,.0f}.")
    return sentences


def _sentence(words: str, own: float, human: float) -> str:
    if human > 0:
        return f"{words.format(ratio=times(own / human))} ({_number(own)} against {_number(human)})."
    return f"{words.format(ratio='more').replace('more as often as', 'more often than')} ({_number(own)} against 0)."


def times(ratio: float) -> str:
    """Return a ratio above 1 in words: `1.4 times`, `12 times`."""
    return f"{ratio:.1f} times" if ratio < 10 else f"{ratio:.0f} times"


def _number(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.1f}"
