"""The measures of a text as a person reads them: a table beside human text, and sentences."""

from collections.abc import Mapping
from typing import Any

from zhgen.wording import counted

_ROWS = {
    **{f"distinct_{n}": f"distinct-{n}" for n in (1, 2, 3, 4)},
    "rep_4": "rep-4",
    "diversity": "diversity",
    "recent_32": "words among the last 32",
    "zipf": "Zipf coefficient",
    **{f"novelty_{n}": f"new {n}-grams" for n in (2, 3, 4, 5, 6)},
    "longest_run": "longest copied run",
    "sentence_length": "sentence length",
}
_SHORT = ("longest_run", "sentence_length")  # one decimal


def show_text(figures: Mapping[str, Any]) -> str:
    """Return what `zhgen evaluate --text` prints of the measures that `evaluate_text` returns."""
    corpus, copy = figures["corpus"], figures["longest_copy"]
    parts = [
        _head(figures),
        _table(figures, figures["human"]),
        _explanation(figures),
    ]
    if copy["pieces"]:
        parts.append(
            f"Its longest copied run has {counted(copy['pieces'], 'piece')}, in its paragraph {copy['paragraph']:,} and in "
            f"paragraph {copy['corpus_paragraph']:,} of {corpus['name']}: {copy['text']}"
        )
    parts.append("\n".join(figures["stands_out"] or ["Nothing stands out."]))
    return "\n\n".join(parts)


def _head(figures: Mapping[str, Any]) -> str:
    human, corpus = figures["human"], figures["corpus"]
    return (
        f"{figures['name']}: {figures['pieces']:,} pieces in {counted(figures['paragraphs'], 'paragraph')}\n"
        f"human text: {human['name']}, {human['pieces']:,} pieces\n"
        f"looked for in: {corpus['pieces']:,} pieces of {corpus['name']}"
    )


def _explanation(figures: Mapping[str, Any]) -> str:
    """Return in which stretches measures are taken, and what is counted."""
    least = counted(figures["corpus"]["min_count"], "time")
    return (
        f"distinct-n, rep-4 and diversity are means of stretches of {figures['window']:,} pieces; the Zipf coefficient and\n"
        f"the longest run are taken in stretches of {figures['length']:,}. Pieces are words that the corpus has {least}\n"
        "or more, and characters for the others."
    )


def _table(own: Mapping[str, Any], human: Mapping[str, Any]) -> str:
    rows = [("", "text", "human"), *((label, _cell(own, name), _cell(human, name)) for name, label in _ROWS.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}" for row in rows)


def _cell(figures: Mapping[str, Any], name: str) -> str:
    return f"{figures[name]:,.1f}" if name in _SHORT else f"{figures[name]:.3f}"
