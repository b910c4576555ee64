"""What is wrong with a line of a user dictionary, and how it should read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus.dictionary import parse_entry
from zhgen.corpus.entry_repair import repair_line


@pytest.mark.parametrize(
    "line", ["宝玉", "宝玉 5", "宝玉 nr", "宝玉 5 nr", "C# 5", "New York 5 n", "阿·里·斯 5", "宝玉 5 mytag"]
)
def test_a_clean_line_is_left_alone(line):
    """What means what it says has nothing to mend."""
    assert repair_line(line) is None


@pytest.mark.parametrize(
    ("line", "repaired", "said"),
    [
        pytest.param("宝玉\t5", ["宝玉 5"], "tabs between its fields", id="tab"),
        pytest.param("New York\t5\tn", ["New York 5 n"], "tabs", id="tabs, a word with a space"),
        pytest.param("宝玉\tnr\t5", ["宝玉 5 nr"], "tag before the count", id="ansj"),
        pytest.param("宝玉,5,nr", ["宝玉 5 nr"], "commas between its fields", id="commas"),
        pytest.param("宝玉，5", ["宝玉 5"], "commas", id="full-width comma"),
        pytest.param("宝玉，黛玉", ["宝玉", "黛玉"], "several words", id="a list with commas"),
        pytest.param("宝玉 nr 5", ["宝玉 5 nr"], "tag before the count, as HanLP", id="HanLP"),
        pytest.param("宝玉 nr 5 n 3", ["宝玉 8 nr"], "several tags or counts", id="HanLP with two tags"),
        pytest.param("宝玉/nr", ["宝玉 nr"], "slash before the tag", id="slash"),
        pytest.param("5 宝玉", ["宝玉 5"], "the word after other fields", id="count first"),
        pytest.param("nr 宝玉 5", ["宝玉 5 nr"], "the word after other fields", id="tag first"),
        pytest.param("宝玉 5 NR", ["宝玉 5 nr"], "tag in capitals", id="capitals"),
        pytest.param("宝玉 ５", ["宝玉 5"], "full-width digits", id="full-width count"),
        pytest.param("宝玉 0", ["宝玉"], "no whole number from 1 on", id="nought"),
        pytest.param("宝玉 -5", ["宝玉"], "no whole number from 1 on", id="negative"),
        pytest.param("宝玉 5.5", ["宝玉 5"], "no whole number from 1 on", id="fraction"),
        pytest.param("宝玉 99999999999", ["宝玉"], "more than all words", id="more than a count can be"),
        pytest.param("宝玉 70000000", ["宝玉"], "more than all words", id="absurd"),
        pytest.param("宝玉  5", ["宝玉 5"], "other white space", id="two spaces"),
        pytest.param("宝玉\u30005", ["宝玉 5"], "other white space", id="ideographic space"),
        pytest.param("宝 玉", ["宝玉"], "spaces in a Chinese word", id="spaced characters"),
        pytest.param("宝玉 黛玉", ["宝玉", "黛玉"], "several words", id="a list with spaces"),
        pytest.param("宝玉、黛玉、宝钗", ["宝玉", "黛玉", "宝钗"], "lists several words", id="a list with 、"),
        pytest.param("《石头记》 5", ["石头记 5"], "punctuation around", id="book title"),
        pytest.param("宝\u200b玉 5", ["宝玉 5"], "cannot be seen", id="zero-width space"),
        pytest.param("New▁York 5", ["New York 5"], "stands for a space", id="stand-in"),
        pytest.param("new york", ["new york 1"], "with a count", id="two words in small letters"),
        pytest.param("玉 5", [], "one character", id="one character"),
        pytest.param("字" * 51, [], "more than 50 characters", id="sentence"),
        pytest.param("。", [], "punctuation around", id="punctuation alone"),
        pytest.param(",,,", [], "no word", id="commas alone"),
        pytest.param("\u200b", [], "no word", id="nothing that can be seen"),
    ],
)
def test_a_mistake_is_named_and_mended(line, repaired, said):
    """Each known mistake is named, and the line is written as it was meant; what is no word is left out."""
    repair = repair_line(line)
    assert said in repair.problem
    assert [str(entry) for entry in repair.entries] == repaired


@given(st.text(st.sampled_from("宝玉 \t,，、·0159５nrNA-/▁。《\u200b\u3000#|"), max_size=12).map(str.strip).filter(bool))
@settings(deadline=None, max_examples=500)
def test_what_is_mended_is_clean(line):
    """Whatever the line, what is written for it is an entry with nothing to mend."""
    repair = repair_line(line)
    for entry in repair.entries if repair else (parse_entry(line),):
        assert parse_entry(str(entry)) == entry
        assert repair_line(str(entry)) is None
