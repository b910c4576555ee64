"""One rule for white space."""

import re
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus.whitespace import as_word, characters, needs_stand_in, restore, split_white_space, stand_in

SURROGATES = range(0xD800, 0xE000)
EVERY_CHARACTER = "".join(chr(code) for code in range(sys.maxunicode + 1) if code not in SURROGATES)
STAND_INS = {
    " ": "▁",
    "\t": "▁9▁",
    "\n": "▁a▁",
    "\v": "▁b▁",
    "\f": "▁c▁",
    "\r": "▁d▁",
    "\x1c": "▁1c▁",
    "\x1d": "▁1d▁",
    "\x1e": "▁1e▁",
    "\x1f": "▁1f▁",
    "\x85": "▁85▁",
    "\xa0": "▁a0▁",
    "\u1680": "▁1680▁",
    "\u2000": "▁2000▁",
    "\u2001": "▁2001▁",
    "\u2002": "▁2002▁",
    "\u2003": "▁2003▁",
    "\u2004": "▁2004▁",
    "\u2005": "▁2005▁",
    "\u2006": "▁2006▁",
    "\u2007": "▁2007▁",
    "\u2008": "▁2008▁",
    "\u2009": "▁2009▁",
    "\u200a": "▁200a▁",
    "\u2028": "▁2028▁",
    "\u2029": "▁2029▁",
    "\u202f": "▁202f▁",
    "\u205f": "▁205f▁",
    "▁": "▁2581▁",
    "\u3000": "▁3000▁",
}
"""Every character that is written as a stand-in, with what it is written as."""

mixed = st.text(st.sampled_from([*STAND_INS, *"09abcdef红楼梦"]))


def test_all_of_unicode_has_thirty_characters_with_a_stand_in():
    """White space is what Python's str and re call so, all of it, and `▁` itself; nothing else is replaced."""
    found = [character for character in EVERY_CHARACTER if needs_stand_in(character)]
    assert found == sorted(STAND_INS)
    assert found == [character for character in EVERY_CHARACTER if character.isspace() or character == "▁"]
    assert found == re.findall(r"[\s▁]", EVERY_CHARACTER)
    assert len(found) == 30


def test_every_stand_in_is_written_and_read_back():
    """A stand-in is a word without white space, one unit to spell, and gives its character back."""
    for character, word in STAND_INS.items():
        assert stand_in(character) == word
        assert word.split() == [word]
        assert restore(word) == character
        assert characters(word) == [word]


def test_a_line_worked_out_by_hand():
    """White space of every kind becomes a word of its own, one for each character."""
    words = list(split_white_space("宝玉  said\u3000hi\t▁"))
    assert words == ["宝玉", "▁", "▁", "said", "▁3000▁", "hi", "▁9▁", "▁2581▁"]
    assert "".join(map(restore, words)) == "宝玉  said\u3000hi\t▁"


def test_text_without_white_space_is_one_part():
    """Nothing is cut where there is nothing to replace, and no part is empty."""
    assert list(split_white_space("宝玉said")) == ["宝玉said"]
    assert list(split_white_space("")) == []
    assert list(split_white_space(" ")) == ["▁"]


def test_words_are_restored_before_they_are_joined():
    """A letter between two spaces is not taken for the code of a character, as it would be in the joined line."""
    words = list(split_white_space("a b c"))
    assert words == ["a", "▁", "b", "▁", "c"]
    assert "".join(map(restore, words)) == "a b c"


def test_all_of_unicode_comes_back():
    """The parts of a text of every character there is, restored and joined, are the text."""
    words = list(split_white_space(EVERY_CHARACTER))
    assert "".join(map(restore, words)) == EVERY_CHARACTER
    assert all(word.split() == [word] for word in words)


@given(mixed)
@settings(deadline=None, max_examples=200)
def test_any_mixture_comes_back(text):
    """Whatever stands beside white space, the parts give the text back and hold none of it."""
    words = list(split_white_space(text))
    assert "".join(map(restore, words)) == text
    assert all(word.split() == [word] for word in words)
    assert [c for word in words for c in map(restore, characters(word))] == list(text)


def test_words_of_other_programs():
    """Only codes that are ever written are read: a word of another program is never turned into something unprintable."""
    for word in ("▁d800▁", "▁beef▁", "▁4e00▁", "▁110000▁", "▁0▁", "▁9", "9▁"):
        assert restore(word) == word.replace("▁", " ")
        assert characters(word) == list(word)
    assert restore("▁红楼") == " 红楼"
    assert characters("红▁9▁楼▁") == ["红", "▁9▁", "楼", "▁"]


class TestAsWord:
    """A word with white space in it, written as one."""

    def test_takes_stand_ins(self):
        """A space is its stand-in, as between words, unless that would read like another."""
        assert [as_word(text) for text in ("New York", "a\tb", "读书", "a b c", "▁")] == [
            "New▁York",
            "a▁9▁b",
            "读书",
            "a▁20▁b▁20▁c",
            "▁2581▁",
        ]

    @given(st.text(st.sampled_from(" \t▁\u30009abc2580d梦")))
    @settings(max_examples=300)
    def test_is_one_word_that_gives_the_text_back(self, text):
        """What is written has no white space and is restored to what it was."""
        word = as_word(text)
        assert restore(word) == text
        assert word.split() == [word] or not text
