"""What of a text may be shown already."""

import re

from hypothesis import given
from hypothesis import strategies as st

from zhgen.generation.holding import Holding


def shown(stops, parts):
    """Return what is shown after each part, and at the end."""
    holding = Holding(stops)
    said = []
    for part in parts:
        said.append(holding.add(part))
        if holding.stopped:
            return said
    return [*said, holding.rest()]


def test_the_beginning_of_a_stop_is_held_back():
    """Of 宝玉笑道： nothing from 笑 on is shown while it can be 笑道：, and at 笑道， all is."""
    assert shown(["笑道："], ["宝玉笑", "道", "：好"]) == ["宝玉", "", ""]
    assert shown(["笑道："], ["宝玉笑", "道", "，好"]) == ["宝玉", "", "笑道，好", ""]


def test_the_longest_beginning_is_held_back():
    """Of 啊啊 all is held back while it can be 啊啊乙, not its end alone."""
    assert shown(["啊啊乙"], ["啊啊", "乙"]) == ["", ""]


def test_a_stop_may_begin_and_end_within_words():
    """玉笑 in 宝玉 and 笑道 leaves 宝."""
    assert shown(["玉笑"], ["宝玉", "笑道"]) == ["宝", ""]


def test_the_stop_that_begins_first_counts():
    """Of two stops in one part the earlier place decides, whatever the order in which they were given."""
    assert shown(["丙", "乙丙"], ["甲乙丙"]) == ["甲"]


def test_line_ends_are_shown_with_what_follows():
    """No line's end is shown first or last, nor before a stop."""
    assert shown([], ["\n", "甲", "\n", "乙", "\n"]) == ["", "甲", "", "\n乙", "", ""]
    assert shown(["乙丙"], ["甲\n", "乙", "丙"]) == ["甲", "", ""]
    assert shown(["\n"], ["甲", "\n", "乙"]) == ["甲", ""]


PARTS = st.lists(st.text("ab\n", min_size=1, max_size=4), max_size=12)
STOPS = st.lists(st.text("ab", min_size=1, max_size=4), max_size=3)


@given(STOPS, PARTS)
def test_it_shows_what_a_search_in_the_whole_text_leaves(stops, parts):
    """In whatever parts a text comes, what is shown is the text before the first part after which a stop is in it."""
    expected = text = ""
    for part in parts:
        text += part
        places = [place for place in map(text.find, stops) if place >= 0]
        expected = text[: min(places)] if places else text
        if places:
            break
    assert "".join(shown(stops, parts)) == re.sub(r"\A\n+|\n+\Z", "", expected)


@given(STOPS, PARTS)
def test_what_is_shown_is_never_taken_back(stops, parts):
    """What was shown is always a beginning of the whole."""
    whole, sofar = "".join(shown(stops, parts)), ""
    for part in shown(stops, parts):
        sofar += part
        assert whole.startswith(sofar)
