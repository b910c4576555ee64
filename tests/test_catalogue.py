"""The lessons by name."""

import dataclasses
import subprocess
import sys

import pytest

from zhgen.errors import RefusedError
from zhgen.labs.catalogue import LESSONS, find


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_found_by_its_name(name):
    """Every lesson has its name, a title that fits a line, a few sentences, and the options that the command knows."""
    lesson = find(name)
    assert lesson.name == name
    assert 20 <= len(lesson.title) <= 70
    assert not lesson.title.endswith(".")
    assert lesson.about.endswith(".")
    assert 100 <= len(lesson.about) <= 700
    assert set(lesson.options) <= {"data"}
    assert dataclasses.is_dataclass(lesson)


@pytest.mark.parametrize(("typed", "offered"), [("wav", "wave"), ("Primes", "primes"), ("vidoe", "video"), ("imges", "images")])
def test_an_unknown_lesson_is_refused_with_the_nearest_name(typed, offered):
    """A slip is told from a name that means nothing."""
    with pytest.raises(RefusedError, match=f"^There is no lesson {typed}. Did you mean {offered}"):
        find(typed)


@pytest.mark.parametrize("typed", ["", "../x", "__init__", "lesson", "红楼梦"])
def test_a_name_like_no_other_gets_the_list(typed):
    """What is near to no lesson is shown all of them; a module that is no lesson is none."""
    with pytest.raises(RefusedError, match=r"There are adder, echo, .*, palace\."):
        find(typed)


def test_the_list_is_light():
    """Naming all lessons loads none of the heavy libraries."""
    code = """
import sys
from zhgen.labs.catalogue import LESSONS, find
for name in LESSONS:
    find(name)
print([name for name in ("keras", "tensorflow", "matplotlib", "gensim", "jieba", "rich") if name in sys.modules])
"""
    assert subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True).stdout == "[]\n"
