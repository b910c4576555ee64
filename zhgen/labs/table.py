"""A lesson's figures beside the source's, as wide as there is room for."""

import textwrap
import unicodedata
from collections.abc import Sequence
from typing import Any

from zhgen.labs.lesson import Figures

_GAP = "  "
_NARROWEST = 20  # columns; below that even single figures would be broken


def show_figures(figures: Figures, source: Figures, columns: int) -> str:
    """Return the figures, a line each, with the source's beside them; where that is too wide, below one another.

    Args:
        figures: What was found, by name.
        source: What the source reports, by the same names; what it does not report stays empty.
        columns: How wide the lines may be, in columns of a terminal.
    """
    rows = [(_label(name), _shown(value), _shown(source[name]) if name in source else "") for name, value in figures.items()]
    lines = [("", "here", "source"), *rows] if source else [row[:2] for row in rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(lines[0]))]
    if sum(widths) + len(_GAP) * (len(widths) - 1) <= columns:
        return "\n".join(_aligned(line, widths) for line in lines)
    return "\n".join(_stacked(row, max(columns, _NARROWEST)) for row in rows)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    """Return cells side by side, the first to the left and the others to the right."""
    first, *others = (" " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
    cells = [line[0] + first, *(padding + cell for padding, cell in zip(others, line[1:], strict=True))]
    return _GAP.join(cells).rstrip()


def _stacked(row: Sequence[str], columns: int) -> str:
    """Return a name, and below it what was found and what the source found."""
    heads = ("here  ", "source  ")
    lines = textwrap.wrap(row[0], columns)
    for head, cell in zip(heads, row[1:], strict=False):
        if cell:
            lines += textwrap.wrap(cell, columns, initial_indent=_GAP + head, subsequent_indent=2 * _GAP)
    return "\n".join(lines)


def _label(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    """Return how many columns a text takes on a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
