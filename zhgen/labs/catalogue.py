"""The lessons by name. A lesson's module is imported when it is asked for; heavy libraries only when the lesson runs."""

import difflib
import importlib

from zhgen.errors import RefusedError
from zhgen.labs.lesson import Lesson

LESSONS = ("adder", "echo", "primes", "wave", "repeat", "cell", "images", "video", "palace")
"""The names, in the order in which the lessons are best read."""


def find(name: str) -> Lesson:
    """Return a lesson.

    Raises:
        RefusedError: There is none of that name; the nearest names are offered.
    """
    if name not in LESSONS:
        near = difflib.get_close_matches(name.strip().lower(), LESSONS, cutoff=0.5)
        offer = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(LESSONS)}."
        raise RefusedError(f"There is no lesson {name}.", offer)
    lesson: Lesson = importlib.import_module(f"zhgen.labs.{name}").LESSON
    return lesson
