"""Strings that a text repeats."""

import math

import pytest

from zhgen.names.strings import LONGEST, Neighbours, RepeatedStrings


def text(*paragraphs):
    """Return a function that returns the paragraphs."""
    return lambda: paragraphs


def test_what_occurs_five_times_is_counted():
    """Strings of two characters and more are counted from 5 occurrences on, single characters always."""
    made = RepeatedStrings(text("甲乙丙", "甲乙丙", "甲乙", "甲乙", "甲乙，丙"))
    assert made.characters == 13
    assert made.counts == {"甲": 5, "乙": 5, "丙": 3, "甲乙": 5}


def test_longer_strings_are_counted_up_to_eight():
    """A string of eight characters is counted with all its parts, one of nine is not; punctuation parts strings."""
    made = RepeatedStrings(text(*["一二三四五六七八九，十"] * 5))
    assert made.counts["一二三四五六七八"] == 5
    assert max(map(len, made.counts)) == LONGEST
    assert "九十" not in made.counts
    assert len(made.counts) == 10 + sum(9 - length + 1 for length in range(2, 9))


def test_a_dot_inside_a_name_is_part_of_it():
    """A foreign name with a dot is one string, and a dot at the edge of a run is none."""
    made = RepeatedStrings(text(*["·阿·里·"] * 5))
    assert made.counts["阿·里"] == 5
    assert "·阿" not in made.counts


def test_cohesion_is_the_mutual_information_at_the_weakest_seam():
    """Of three characters the seam counts where the parts occur most often elsewhere."""
    made = RepeatedStrings(text(*["甲乙丙"] * 5, *["丙"] * 15))
    assert made.characters == 30
    assert made.cohesion("甲乙") == pytest.approx(math.log(30 * 5 / (5 * 5)))
    assert made.cohesion("甲乙丙") == pytest.approx(math.log(30 * 5 / (5 * 20)))
    assert made.cohesive(1.0) == {"甲乙"}


def test_neighbours_are_counted_on_both_sides():
    """What stands before and after each string is counted, the edge of the paragraph too."""
    made = Neighbours(text("甲乙丙", "丙甲乙丁", "甲乙"), {"甲乙", "丙"})
    assert made.left["甲乙"] == {"\n": 2, "丙": 1}
    assert made.right["甲乙"] == {"丙": 1, "丁": 1, "\n": 1}
    assert made.right["丙"] == {"\n": 1, "甲": 1}


def test_freedom_is_the_lesser_entropy():
    """A string with four neighbours on one side and two on the other is as free as the two let it be: one bit."""
    made = Neighbours(text("子甲申", "丑甲酉", "寅甲申", "卯甲酉"), {"甲", "戌"})
    assert made.freedom("甲") == pytest.approx(1.0)
    assert made.freedom("戌") == 0.0
