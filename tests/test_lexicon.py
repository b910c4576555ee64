"""What is known of Chinese before a text is read."""

import pytest

from zhgen.names.lexicon import COMPOUND_SURNAMES, SURNAMES, Lexicon, has_surname
from zhgen.names.strings import RepeatedStrings


@pytest.fixture(scope="module")
def lexicon():
    """Return jieba's dictionary."""
    return Lexicon()


def test_surnames():
    """A surname and one or two characters make a name, alone or with more they do not; some surnames have two."""
    names = {"贾母", "林黛玉", "司马懿", "诸葛孔明"}
    others = {"贾", "贾母王夫", "素笺", "诸葛", "诸葛大孔明"}
    assert {string for string in names | others if has_surname(string) and string != "诸葛"} == names
    assert all(len(surname) == 1 for surname in SURNAMES)
    assert all(len(surname) == 2 for surname in COMPOUND_SURNAMES)


def test_what_kind_of_word_it_is(lexicon):
    """Names, words and words of grammar are told by jieba's parts of speech."""
    assert [lexicon.is_name(word) for word in ("曹操", "花园", "素素笺")] == [True, False, False]
    assert [lexicon.is_word(word) for word in ("曹操", "花园", "素素笺")] == [False, True, False]
    assert [lexicon.is_grammatical(word) for word in ("等", "那", "且说", "花园", "曹操")] == [True, True, True, False, False]
    assert [lexicon.is_particle(word) for word in ("的", "那")] == [True, False]
    assert lexicon.parts("且说素笺") == ["且说", "素笺"]


def test_a_rare_word_that_a_text_is_full_of_is_its_own(lexicon):
    """素笺 is a rare word in general: where it is frequent it is no ordinary word, and 今天 stays one."""
    strings = RepeatedStrings(lambda: ["今天素笺去了。"] * 10)
    assert [lexicon.is_ordinary(string, strings) for string in ("素笺", "今天")] == [False, True]
