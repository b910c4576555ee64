"""What a file or a directory is, as a person reads it: a line a fact, and the figures of its tables of vectors."""

from collections.abc import Mapping
from typing import Any

_FIGURES = {
    "participation_ratio": ("directions in use", "{:.1f}"),
    "variance_in_ten_directions": ("variance in ten directions", "{:.1%}"),
    "median_nearest_cosine": ("median cosine to the nearest", "{:.3f}"),
    "mean_pair_cosine": ("mean cosine of two words", "{:.3f}"),
    "rows_asked": ("words whose nearest was sought", "{:,}"),
    "equal_rows": ("rows equal to another", "{:,}"),
    "zero_rows": ("rows of zeros", "{:,}"),
}
_OWN_TABLE = "A narrow cone is common for word2vec on one text; zhgen learns a table of its own from it."


def show_description(facts: Mapping[str, Any]) -> str:
    """Return what `zhgen info` prints of the facts that `describe` returns."""
    plain = {name.replace("_", " "): _cell(value) for name, value in facts.items() if name != "tables"}
    width = max(map(len, plain))
    lines = [f"{name:<{width}}  {value}" for name, value in plain.items()]
    tables = facts.get("tables")
    return "\n".join([*lines, "", _show_tables(tables)] if tables else lines)


def _cell(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _show_tables(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the figures of tables side by side, and what each means."""
    rows = [("", *tables)] if len(tables) > 1 else []
    rows += [(label, *(form.format(table[name]) for table in tables.values())) for name, (label, form) in _FIGURES.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(1 + len(tables))]
    lines = [
        "  ".join([f"{row[0]:<{widths[0]}}", *(f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    sentences = [f"{f'{name}: ' if len(tables) > 1 else ''}{table['meaning']}" for name, table in tables.items()]
    if any(table["narrow"] for name, table in tables.items() if name != "learnt"):
        sentences.append(_OWN_TABLE)
    return "\n".join([*lines, "", *sentences])
