"""Pieces and their ids."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus.vocabulary import (
    PARAGRAPH_END,
    UNSEEN_PIECES_SHOWN,
    Vocabulary,
    count_pieces,
    default_min_count,
    describe_unseen,
    vocabulary_of,
)

texts = st.lists(st.lists(st.text(st.sampled_from("红楼梦宝玉</s>"), min_size=1, max_size=4), min_size=1), min_size=1)


@pytest.fixture
def vocabulary():
    """Seven pieces: the end, two words, three characters, a space."""
    return Vocabulary(["</s>", "宝玉", "红楼", "红", "楼", "梦", "▁"])


class TestCounting:
    """Pieces are counted from the counts of words."""

    def test_frequent_words_are_pieces_and_the_others_are_spelled(self):
        """A word seen `min_count` times is a piece; the characters of the others add up; ends are as many as paragraphs."""
        counts = count_pieces({"宝玉": 3, "玉": 4, "红楼": 2, "红": 1, "▁3000▁": 2}, min_count=3, paragraphs=7)
        assert counts == {"</s>": 7, "宝玉": 3, "玉": 4, "红": 3, "楼": 2, "▁3000▁": 2}

    def test_a_character_is_not_counted_within_a_piece(self):
        """The characters of a word that is a piece are no pieces by that."""
        assert count_pieces({"宝玉": 5}, min_count=5, paragraphs=1) == {"</s>": 1, "宝玉": 5}

    def test_doubled_characters_count_twice(self):
        """A character that stands twice in a word is counted twice for each."""
        assert count_pieces({"红红绿": 2}, min_count=3, paragraphs=0) == {"</s>": 0, "红": 4, "绿": 2}

    def test_the_mark_of_the_end_in_a_text_is_text(self):
        """A word `</s>` is spelled, however frequent, and never counted as an end."""
        counts = count_pieces({"</s>": 9}, min_count=1, paragraphs=2)
        assert counts == {"</s>": 2, "<": 9, "/": 9, "s": 9, ">": 9}

    @given(texts, st.integers(1, 4))
    @settings(deadline=None, max_examples=200)
    def test_are_the_pieces_that_the_text_is_encoded_with(self, paragraphs, min_count):
        """The text its vocabulary was made of has nothing unseen, and its ids are as many of each piece as were counted."""
        words = Counter(word for paragraph in paragraphs for word in paragraph)
        counts = count_pieces(words, min_count, len(paragraphs))
        vocabulary = vocabulary_of(counts)
        ids = vocabulary.encode_paragraphs(paragraphs)
        assert vocabulary.unseen(words) == {}
        assert np.bincount(ids, minlength=len(vocabulary)).tolist() == [counts[piece] for piece in vocabulary.pieces]
        text = "".join(map(vocabulary.text, ids.tolist()))
        assert text == "".join("".join(paragraph) + "\n" for paragraph in paragraphs)


class TestOrder:
    """Ids go by frequency."""

    def test_most_frequent_first_and_equals_by_code_point(self):
        """The order is the same whatever order the pieces were counted in."""
        counts = {"楼": 2, "b": 2, "红": 5, "</s>": 2, "𠀀": 2, "\uffff": 2}
        expected = ("红", "</s>", "b", "楼", "\uffff", "𠀀")
        assert vocabulary_of(counts).pieces == expected
        assert vocabulary_of(dict(reversed(counts.items()))).pieces == expected

    def test_index_is_the_other_way_round(self, vocabulary):
        """The index gives each piece the place where it stands."""
        assert vocabulary.index == {"</s>": 0, "宝玉": 1, "红楼": 2, "红": 3, "楼": 4, "梦": 5, "▁": 6}
        assert (len(vocabulary), vocabulary.end) == (7, 0)

    def test_the_end_is_found_by_name(self):
        """`</s>` may stand in any row, or in none."""
        assert Vocabulary(["0", "1", PARAGRAPH_END]).end == 2
        assert Vocabulary(["0", "1"]).end is None


class TestEncoding:
    """Words become ids."""

    def test_words_that_are_pieces_and_words_that_are_spelled(self, vocabulary):
        """A piece is one id, another word is its characters, and a character that is no piece is left out."""
        assert vocabulary.spell("红楼") == ["红楼"]
        assert vocabulary.spell("红楼梦") == ["红", "楼", "梦"]
        assert vocabulary.spell("红▁9▁楼") == ["红", "▁9▁", "楼"]
        assert vocabulary.encode(["宝玉", "红楼", "▁", "红楼梦", "宝钗", "玉"]) == [1, 2, 6, 3, 4, 5]
        assert vocabulary.encode([]) == []

    def test_the_mark_of_the_end_in_a_text_is_text(self, vocabulary):
        """A word `</s>` of the text never becomes the end of a paragraph."""
        assert vocabulary.spell("</s>") == ["<", "/", "s", ">"]
        assert vocabulary.encode(["</s>", "红"]) == [3]

    @pytest.mark.parametrize(
        ("ends", "spell", "ids"),
        [
            (True, True, [1, 3, 4, 5, 0, 2, 0]),
            (False, True, [1, 3, 4, 5, 2]),
            (True, False, [1, 0, 2, 0]),
            (False, False, [1, 2]),
        ],
    )
    def test_a_text(self, vocabulary, ends, spell, ids):
        """Every paragraph is followed by the end if asked, and unknown words are spelled or left out."""
        encoded = vocabulary.encode_paragraphs([["宝玉", "红楼梦"], ["红楼", "黛玉"]], ends=ends, spell=spell)
        assert (encoded.dtype, encoded.tolist()) == (np.int32, ids)

    def test_a_text_without_an_end(self):
        """Where `</s>` is no piece, paragraphs follow one another without a mark."""
        assert Vocabulary(["0", "1"]).encode_paragraphs([["0"], ["1"], ["0"]]).tolist() == [0, 1, 0]

    def test_no_text(self, vocabulary):
        """No paragraphs give no ids, of the same type."""
        encoded = vocabulary.encode_paragraphs(iter([]))
        assert (encoded.dtype, encoded.shape) == (np.int32, (0,))

    def test_text_of_pieces(self, vocabulary):
        """The end looks like a line's end, a stand-in like what it stands for, a piece like itself."""
        assert [vocabulary.text(identity) for identity in range(7)] == ["\n", "宝玉", "红楼", "红", "楼", "梦", " "]
        assert vocabulary.text(np.int32(0)) == "\n"


class TestUnseen:
    """What a text has that the vocabulary has not."""

    def test_are_counted_by_character(self, vocabulary):
        """Characters that are no piece are counted, once for each time; those of known words are not."""
        assert vocabulary.unseen(["宝玉", "宝钗", "钗", "红楼梦", "▁9▁"]) == {"宝": 1, "钗": 2, "▁9▁": 1}

    def test_are_shown_most_frequent_first(self):
        """A few are listed as they look in a text; equals in the order they were met."""
        assert describe_unseen({"a": 1, "b": 3, "c": 1, "▁2581▁": 2}) == "b ▁ a c"
        assert describe_unseen({}) == ""

    def test_are_not_all_shown_when_there_are_many(self):
        """Twelve are listed, and then how many there are in all."""
        assert UNSEEN_PIECES_SHOWN == 12
        assert describe_unseen(dict.fromkeys("abcdefghijkl", 1)) == "a b c d e f g h i j k l"
        assert describe_unseen(dict.fromkeys("abcdefghijklm", 1)) == "a b c d e f g h i j k l … (13 in all)"


@pytest.mark.parametrize(("words", "count"), [(0, 2), (49_999, 2), (50_000, 3), (199_999, 3), (200_000, 5), (10_000_000, 5)])
def test_default_min_count(words, count):
    """A short text keeps its rarer words; a novel has word2vec's own five."""
    assert default_min_count(words) == count
