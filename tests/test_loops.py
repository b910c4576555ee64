"""Loops are noticed, and what people repeat is none."""

from pathlib import Path

import numpy as np
import pytest
from heard import Heard
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus.vocabulary import Vocabulary
from zhgen.sampling.loops import LONGEST_PERIOD, Loop, LoopWatch, early_repetitions, loop_repetitions, report_loops

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
WORDS = Vocabulary(("</s>", "好", "了", "宝玉", "道"))


def watch(pieces, *, early=False):
    """Return what followed a text."""
    following = LoopWatch(early=early)
    for piece in pieces:
        following.add(piece)
    return following


def test_how_much_repetition_is_a_loop():
    """One word thirteen times, six words three times, and fifty words once and sixteen of them a third time."""
    assert loop_repetitions(np.array([1, 6, 10, 16, 50])).tolist() == [12, 12, 20, 32, 66]
    assert early_repetitions(np.array([1, 2, 6, 16, 50])).tolist() == [6, 6, 10, 20, 54]


def test_by_eye():
    """好了 is a loop when it has been said seven times, begun where it was said first; nothing is before."""
    before = [3, 4, 0]
    assert watch([*before, *[1, 2] * 6, 1]).loops == []
    (loop,) = watch([*before, *[1, 2] * 7]).loops
    assert (loop.start, loop.stretch, loop.length, loop.open) == (3, [1, 2], 14, True)
    assert loop.describe(WORDS) == "From word 4 on “好了” comes 7 times running and goes on."


def test_it_grows_and_ends():
    """A loop grows as long as it goes on, and one that begins after it is another."""
    following = watch([*[1, 2] * 10, 3, *[4] * 20])
    first, second = following.loops
    assert (first.start, first.length, first.open) == (0, 20, False)
    assert (second.start, second.length, second.open) == (21, 20, True)
    assert first.describe(WORDS) == "From word 1 on “好了” comes 10 times running and was left."
    assert second.describe(WORDS) == "From word 22 on “道” comes 20 times running and goes on."


def test_what_is_told():
    """The first three are told, one that goes on as a warning, and how many more there are."""
    loops = [Loop(10 * number, [1], 7, open=False) for number in range(5)]
    heard = Heard()
    report_loops(loops, WORDS, heard)
    told = [f"From word {number} on “好” comes 7 times running and was left." for number in (1, 11, 21)]
    assert heard.lines == [*told, "… and 2 more."]
    heard = Heard()
    report_loops([Loop(0, [1], 7)], WORDS, heard)
    assert heard.lines == ["Warning: From word 1 on “好” comes 7 times running and goes on."]


def test_greedy_says_where_it_loops(zhgen, tiny_model):
    """What is written greedily ends in a loop of the four words that the model knows, and that is said on stderr."""
    code, stdout, stderr = zhgen("generate", tiny_model, "--prompt", "今天", "-n", 41, "--greedy")
    assert (code, stdout) == (0, "今天" + "我们学习语文今天" * 10 + "我们\n")
    assert stderr == "Warning: From word 1 on “我们学习语文今天” comes 10.2 times running and goes on.\n"
    assert zhgen("generate", tiny_model, "--prompt", "今天", "-n", 41, "--greedy", "-q") == (0, stdout, "")


def test_what_goes_on_with_it():
    """The next piece of an open loop is named; without one none is."""
    assert watch([1, 2, 3] * 5).next_of_loop() == [1]
    assert watch([*[1, 2, 3] * 5, 1]).next_of_loop() == [2]
    assert watch([*[1, 2, 3] * 5, 3]).next_of_loop() == []
    assert watch([1, 2, 3]).next_of_loop() == []


def test_early():
    """A loop that begins is noticed after four times 好了, and not after three."""
    assert watch([1, 2] * 3, early=True).loops == []
    assert watch([1, 2] * 4, early=True).next_of_loop() == [1]


def test_a_long_stretch_is_shown_shortened():
    """What comes again is shown up to thirty characters, a paragraph's end as ¶."""
    (loop,) = watch([3, 4, 0] * 8).loops
    assert "“宝玉道¶”" in loop.describe(WORDS)
    (loop,) = watch([3] * 20).loops
    loop.stretch = [3] * 20
    assert f"“{'宝玉' * 15}…”" in loop.describe(WORDS)


@pytest.mark.parametrize("text", [[1, 1], [1] * 6, [1, 2, 1, 2], [1, 2, 3] * 2, list(range(50)) * 2])
def test_what_people_say_twice_is_no_loop(text):
    """好好, 哈哈哈哈, a line that comes twice and a verse that comes twice are no loops, nor do they begin one."""
    assert watch(text).loops == watch(text, early=True).loops == []


@given(stretch=st.lists(st.integers(0, 5), min_size=1, max_size=LONGEST_PERIOD), early=st.booleans())
@settings(deadline=None)
def test_every_periodic_text_is_noticed(stretch, early):
    """Whatever comes three times, and is repeated for twelve words, is noticed, and so is what would go on with it."""
    length = len(stretch) + max(12, 2 * len(stretch))
    repeated = stretch * (length // len(stretch) + 1)
    following = watch(repeated[:length], early=early)
    assert following.loops[-1].open
    assert repeated[length] in following.next_of_loop()


@given(
    stretch=st.lists(st.integers(0, 9), min_size=1, max_size=10, unique=True),
    before=st.lists(st.integers(10, 99), max_size=20, unique=True),
    rounds=st.integers(14, 20),
)
@settings(deadline=None)
def test_where_a_loop_is(stretch, before, rounds):
    """It begins where the stretch stands first, and has all its rounds; the stretch is told as it stands there."""
    (loop,) = watch([*before, *stretch * rounds]).loops
    assert (loop.start, loop.stretch, loop.length) == (len(before), stretch, len(stretch) * rounds)


@given(st.lists(st.integers(0, 3), max_size=300))
@settings(deadline=None)
def test_a_naive_search_agrees(pieces):
    """There is a loop exactly when a stretch equals what stands before it for as long as a loop needs."""
    needed = loop_repetitions(np.arange(1, LONGEST_PERIOD + 1)).tolist()
    text = np.array(pieces)
    expected = any(
        (np.convolve(text[period:] == text[:-period], np.ones(length), "valid") == length).any()
        for period, length in enumerate(needed, start=1)
        if len(text) >= period + length
    )
    assert bool(watch(pieces).loops) == expected


@pytest.mark.corpora
@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize("name", ["红楼梦.test.txt", "三国演义.test.txt"])
@pytest.mark.skipif(not CORPORA.exists(), reason="the novels are not there")
def test_human_text_has_none(name, early):
    """In the test parts of two novels, character by character, there is no loop, nor does one begin."""
    characters = [ord(character) for character in (CORPORA / name).read_text("utf-8") if not character.isspace()]
    assert watch(characters, early=early).loops == []


def test_a_long_stretch_is_told_from_its_beginning():
    """Also where the loop is longer than what is remembered."""
    stretch = list(range(40))
    (loop,) = watch(stretch * 3).loops
    assert (loop.start, loop.stretch) == (0, stretch)
