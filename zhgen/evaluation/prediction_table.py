"""The figures of a prediction as a person reads them: aligned tables and sentences."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zhgen.evaluation.calibration import HIGHEST, LOWEST
from zhgen.wording import counted

_COLUMNS = {
    "perplexity": "perplexity",
    "bits_per_char": "bits per char",
    "top1": "top 1",
    "top5": "top 5",
    "mrr": "mrr",
    "mean_cosine": "cosine",
    "top1_cosine": "top 1 by cosine",
    "seconds": "seconds",
}
_SHARES = ("top1", "top5", "top1_cosine")
_NAMES = {"unigram": "unigram", "kneser_ney": "Kneser-Ney", "mix": "with --mix", "cache": "with --cache", "both": "with both"}
_NEAR_ONE = 0.02  # a best temperature that near 1 is as good as 1

Figures = Mapping[str, Any]


def show(figures: Figures) -> str:
    """Return what `zhgen evaluate` prints of the figures that `evaluate` returns."""
    parts = [_head(figures), _predictors(figures)]
    if figures["by_frequency"]:
        parts.append(_bands(figures["by_frequency"]))
    parts.append(_calibration(figures))
    if len(figures["texts"]) > 1:
        parts.append(_texts(figures["texts"]))
    return "\n\n".join(parts)


def _head(figures: Figures) -> str:
    names = ", ".join(text["name"] for text in figures["texts"])
    unseen = f", {figures['unseen_chars']:,} of them never seen" if figures["unseen_chars"] else ""
    read = f"{counted(figures['pieces'], 'piece')}, {counted(figures['chars'], 'character')}{unseen}"
    return f"{figures['model']} on {names}: {read}"


def _predictors(figures: Figures) -> str:
    """Return the table of the model, its mixtures and the baselines."""
    rows = {"model": figures}
    rows |= {_NAMES[name]: row for name, row in (*figures["mixtures"].items(), *figures["baselines"].items())}
    return _table(["", *_COLUMNS.values()], ([name, *(_cell(row, key) for key in _COLUMNS)] for name, row in rows.items()))


def _cell(row: Figures, key: str) -> str:
    value = row[key]
    if value is None:
        return "–"
    if key in _SHARES:
        return f"{value:.1%}"
    return f"{value:,.1f}" if key in ("perplexity", "seconds") else f"{value:.3f}"


def _bands(bands: Iterable[Figures]) -> str:
    """Return the table of the model's figures by how often the right piece occurs in the training part."""
    rows = ([_band(row), f"{row['pieces']:,}", f"{row['perplexity']:,.1f}", f"{row['top1']:.1%}"] for row in bands)
    return _table(["times in training", "pieces", "perplexity", "top 1"], rows)


def _band(row: Figures) -> str:
    return "never" if row["most"] == 0 else f"{row['least']:,} to {row['most']:,}"


def _texts(texts: Iterable[Figures]) -> str:
    rows = (
        [text["name"], f"{text['pieces']:,}", *("–" if text[key] is None else f"{text[key]:,.2f}" for key in _OF_TEXTS)]
        for text in texts
    )
    return _table(["text", "pieces", *(_COLUMNS[key] for key in _OF_TEXTS)], rows)


_OF_TEXTS = ("perplexity", "bits_per_char")


def _calibration(figures: Figures) -> str:
    """Return the table of first guesses by their probability, and what it and the best temperature mean."""
    calibration = figures["calibration"]
    rows = (
        [f"{row['from']:.0%} to {row['to']:.0%}", f"{row['pieces']:,}", f"{row['probability']:.1%}", f"{row['right']:.1%}"]
        for row in calibration["bins"]
        if row["pieces"]
    )
    table = _table(["first guess", "pieces", "probability", "right"], rows)
    return f"{table}\n\n{_sentences(figures, calibration)}"


def _sentences(figures: Figures, calibration: Figures) -> str:
    temperature = calibration["best_temperature"]
    if abs(temperature - 1) <= _NEAR_ONE:
        verdict = "it is as sure of itself as it should be"
    else:
        verdict = f"it is too {'sure' if temperature > 1 else 'unsure'} of itself"
    bound = {LOWEST: " or less", HIGHEST: " or more"}.get(temperature, "")
    points = 100 * calibration["expected_error"]
    return (
        f"The probability of a first guess and how often it is right differ by {points:.1f} points in the mean.\n"
        f"The temperature that would have predicted this text best is {temperature:.2f}{bound}, with perplexity "
        f"{calibration['perplexity_at_best_temperature']:,.1f} in place of {figures['perplexity']:,.1f}: {verdict}."
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return aligned lines, the first column to the left and the others to the right."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))])
        for line in lines
    )
