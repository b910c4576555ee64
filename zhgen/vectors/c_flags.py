"""The flags of the original word2vec tool, written in C: `-cbow 1 -size 200 -window 8`."""

import shlex
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from zhgen.errors import RefusedError

OPTION = "--c-flags"

_DEFAULTS: Mapping[str, Any] = {
    "vector_size": 100,
    "window": 5,
    "sample": 1e-3,
    "negative": 5,
    "workers": 12,
    "epochs": 5,
    "min_count": 5,
    "sg": False,
}
"""The tool's, by our names: those of the variables at the head of word2vec.c."""

_ALPHA = {"cbow": 0.05, "skip-gram": 0.025}

_NAMES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "-size": ("vector_size", int),
    "-window": ("window", int),
    "-sample": ("sample", float),
    "-negative": ("negative", int),
    "-threads": ("workers", int),
    "-iter": ("epochs", int),
    "-min-count": ("min_count", int),
    "-alpha": ("alpha", float),
}

_SWITCHES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "-cbow": (("0", "1"), "-cbow is 1 for CBOW and 0 for skip-gram"),
    "-hs": (("0",), "There is no hierarchical softmax here, only negative sampling"),
    "-binary": (("1",), "Vectors are written in the binary format alone"),
    "-classes": (("0",), "Words are not sorted into classes here"),
}
"""What a switch may be, and why nothing else."""

_ELSEWHERE: Mapping[str, str] = {
    "-train": "The text is named without a flag: zhgen embed SEG",
    "-output": "Where the vectors go is said with -o",
    "-save-vocab": "No list of words is written; the file of vectors holds the words",
    "-read-vocab": "The words are always those of the text",
    "-debug": "What is told on the way is told always, or never with -q",
}
"""Flags that have no meaning here, and what stands in their place."""


def read_c_flags(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings of `EmbedSettings` that the tool's flags ask for, and the tool's own defaults for all of them.

    Args:
        text: The flags as they are typed after `word2vec`.

    Raises:
        RefusedError: A flag is unknown, has no meaning here, is given twice or has a value that it cannot have.
    """
    given = _pairs(text)
    for flag, value in given.items():
        _check(flag, value)
    cbow = given.get("-cbow", "1") == "1"
    asked = {name: _number(flag, given[flag], kind) for flag, (name, kind) in _NAMES.items() if flag in given}
    return asked, {**_DEFAULTS, "sg": not cbow, "alpha": _ALPHA["cbow" if cbow else "skip-gram"]}


def _pairs(text: str) -> dict[str, str]:
    """Return the flags and their values."""
    try:
        parts = shlex.split(text)
    except ValueError as error:
        raise RefusedError(f"{OPTION} cannot be read ({error}).", "Close the quotes.") from None
    given: dict[str, str] = {}
    for start in range(0, len(parts), 2):
        flag, value = parts[start], parts[start + 1] if start + 1 < len(parts) else None
        _check_known(flag)
        if value is None or value in _KNOWN:
            raise RefusedError(f"{OPTION}: {flag} has no value.", f"Write it after the flag, or leave {flag} out.")
        if flag in given:
            raise RefusedError(f"{OPTION}: {flag} is given twice.", "Leave one of them out.")
        given[flag] = value
    return given


_KNOWN = (*_NAMES, *_SWITCHES, *_ELSEWHERE)


def _check_known(flag: str) -> None:
    if flag in _KNOWN:
        return
    near = get_close_matches(flag, _KNOWN, n=1, cutoff=0.5)
    remedy = f"Did you mean {near[0]}?" if near else f"The flags are {' '.join((*_NAMES, *_SWITCHES))}."
    raise RefusedError(f"{OPTION}: {flag} is no flag of the C tool.", remedy)


def _check(flag: str, value: str) -> None:
    """Refuse a flag that has no meaning here, with what stands in its place, and a switch that cannot be had."""
    if flag in _ELSEWHERE:
        raise RefusedError(f"{OPTION}: {flag} has no meaning here.", f"{_ELSEWHERE[flag]}. Leave it out.")
    if flag in _SWITCHES and value not in _SWITCHES[flag][0]:
        possible, reason = _SWITCHES[flag]
        raise RefusedError(
            f"{OPTION}: {flag} {value} cannot be had. {reason}.", f"Give {' or '.join(possible)}, or leave it out."
        )


def _number(flag: str, value: str, kind: Callable[[str], Any]) -> Any:
    try:
        return kind(value)
    except ValueError:
        whole = "a whole number" if kind is int else "a number"
        raise RefusedError(f"{OPTION}: {flag} must be {whole}.", f"Received: {value}.") from None
