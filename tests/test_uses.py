"""How often the words of a dictionary come out."""

from zhgen.corpus import uses as module
from zhgen.corpus.dictionary import Entry
from zhgen.corpus.uses import Uses

ENTRIES = tuple(map(Entry, ("宝玉", "New York", "林黛玉", "没有")))


def test_counts_whole_words():
    """A word is counted where it is a word of the line, and by its own name where it is written with a stand-in."""
    uses = Uses(ENTRIES)
    uses.add("宝玉见宝玉", "宝玉 见 宝玉")
    uses.add("New York林黛玉", "New▁York 林 黛玉")
    assert uses.counts == {"宝玉": 2, "New York": 1}


def test_says_what_the_text_has_though_it_never_came_out():
    """A word that is in the text, cut otherwise, is present; one that the text lacks is not."""
    uses = Uses(ENTRIES)
    assert uses.present == set()
    uses.add("New York林黛玉", "New▁York 林 黛玉")
    assert uses.present == {"New York", "林黛玉"}


def test_looks_for_no_words_of_a_long_dictionary(monkeypatch):
    """Words are counted however many there are; which of them the text has is told of a short dictionary alone."""
    monkeypatch.setattr(module, "_MOST_LOOKED_FOR", 3)
    uses = Uses(ENTRIES)
    uses.add("宝玉", "宝玉")
    assert (uses.counts, uses.present) == ({"宝玉": 1}, None)
