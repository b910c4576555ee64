"""What a lesson is, and what comes out of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhgen.labs.picture import Figure

Figures = Mapping[str, Any]
"""Numbers, words and lists of them by name, in snake_case: what JSON can hold."""


@dataclass(frozen=True)
class Outcome:
    """What a lesson found out.

    Args:
        figures: What its table shows and `--json` prints.
        drawing: What its picture is drawn from, by name: arrays, mostly.
    """

    figures: Figures
    drawing: Mapping[str, Any]


def _accept(**options: Any) -> None:
    """Refuse nothing: for lessons without options of their own."""


@dataclass(frozen=True)
class Lesson:
    """One system that is built, run and looked at.

    Args:
        name: What it is called on the command line.
        title: What it teaches, in a line.
        about: What it does, in a few sentences.
        source: The figures that the system was first described with, by the names of its own; some have none.
        run: Takes a seed, what to report progress to, and whether to take a short setting, for tests; then its own options by
            name. Loads heavy libraries itself.
        draw: Draws what `run` returned on an empty figure of matplotlib, whose size it may set.
        seed: The seed that is taken when none is given: the source's, where it tells one.
        options: The names of options of its own, such as `data`.
        check: Takes its own options by name, and refuses what they cannot be before the lesson says anything.
    """

    name: str
    title: str
    about: str
    source: Figures
    run: Callable[..., Outcome]
    draw: "Callable[[Outcome, Figure], None]"
    seed: int = 0
    options: tuple[str, ...] = ()
    check: Callable[..., None] = _accept
