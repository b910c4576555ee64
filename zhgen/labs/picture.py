"""Pictures of lessons: the one place where matplotlib is known."""

import logging
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from zhgen.errors import RefusedError
from zhgen.files import atomic_file, check_output_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure as Figure

SUFFIXES = (".svg", ".png")
OURS, SOURCES, TARGET = "#d1495b", "#8d96a3", "#30638e"
"""Colours that keep their meaning in all pictures: what works, what the source did, what was to be met."""


def check_picture(path: Path) -> None:
    """Refuse a path that no picture can be written to.

    Raises:
        RefusedError: It ends in neither .svg nor .png, or nothing can be written there.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise RefusedError(f"{path} does not end in .svg or .png.", "Name the picture lesson.svg or lesson.png, say.")
    check_output_file(path)


def draw_picture(draw: "Callable[[Figure], None]", path: Path) -> None:
    """Write a picture.

    The same picture gives the same bytes. No window is opened.

    Args:
        draw: Draws on an empty figure of 8 × 5 inches, whose size it may set.
        path: Where it goes: an SVG or a PNG, by the suffix.
    """
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it tells that it looks for fonts, the first time
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    kind = path.suffix.lower().removeprefix(".")
    metadata = {"Date": None} if kind == "svg" else {"Software": None}
    with (
        rc_context({"svg.hashsalt": "zhgen", "axes.spines.top": False, "axes.spines.right": False, "text.parse_math": False}),
        warnings.catch_warnings(),
    ):  # names may have dollar signs, which are no formulas here
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)  # a box stands for such a character
        figure = Figure(figsize=(8, 5), layout="constrained")
        draw(figure)
        with atomic_file(path) as file:
            figure.savefig(file, format=kind, dpi=100, metadata=metadata)
