"""Texts cut alike and spelled in the same pieces."""

import io

import numpy as np
import pytest

from zhgen.corpus.dictionary import parse_dictionary
from zhgen.corpus.segmented import write_segmented
from zhgen.corpus.segmenter import Segmenter
from zhgen.errors import RefusedError
from zhgen.evaluation.samples import Speller, WordReader
from zhgen.progress import Reporter


class _Told(Reporter):
    def __init__(self):
        self.lines = []

    def say(self, message):
        self.lines.append(message)


def _segmented(path, text, segmenter):
    write_segmented([("a.txt", io.BytesIO(text.encode()))], path, segmenter)
    return path


def _words(reader, words):
    return [reader.words[number] for number in words.ids.tolist()]


def test_words_are_numbered_across_texts(tmp_path):
    """The same word has the same number in both texts; 0 stands at each paragraph's end."""
    (tmp_path / "a.seg.txt").write_text("今天 学习\n学习\n", "utf-8")
    (tmp_path / "b.seg.txt").write_text("语文 今天\n", "utf-8")
    reader = WordReader([tmp_path / "a.seg.txt", tmp_path / "b.seg.txt"])
    a, b = reader.read(tmp_path / "a.seg.txt"), reader.read(tmp_path / "b.seg.txt")
    assert (a.ids.tolist(), b.ids.tolist()) == ([1, 2, 0, 2, 0], [3, 1, 0])
    assert a.text.lengths == [2, 1]


def test_a_word_that_looks_like_a_paragraph_end_is_none(tmp_path):
    """`</s>` in a text of another program's is a word."""
    (tmp_path / "a.seg.txt").write_text("今天 </s> 学习\n", "utf-8")
    assert WordReader([tmp_path / "a.seg.txt"]).read(tmp_path / "a.seg.txt").ids.tolist() == [1, 2, 3, 0]


def test_a_raw_text_is_cut_as_the_segmented_one(tmp_path):
    """The user dictionary that the corpus was cut with cuts the raw text too."""
    segmenter = Segmenter(parse_dictionary(["学习语文 100000"], "words.txt"))
    corpus = _segmented(tmp_path / "a.seg.txt", "今天学习语文", segmenter)
    (tmp_path / "b.txt").write_text("学习语文\r\n\r\n　今天\r\n", "utf-8")
    reader = WordReader([corpus, tmp_path / "b.txt"])
    assert _words(reader, reader.read(tmp_path / "b.txt")) == ["学习语文", "</s>", "今天", "</s>"]


def test_texts_that_were_cut_otherwise_are_told(tmp_path):
    """Two segmented texts with different settings are compared, and the user is told."""
    told = _Told()
    one = _segmented(tmp_path / "a.seg.txt", "今天学习语文", Segmenter())
    two = _segmented(tmp_path / "b.seg.txt", "今天学习语文", Segmenter(hmm=False))
    WordReader([one, two], told)
    assert told.lines == [f"Warning: {two} was cut otherwise than {one}; give the raw text to have it cut alike."]
    told.lines.clear()
    WordReader([one, one], told)
    assert told.lines == []


def test_a_text_without_words_is_refused(tmp_path):
    """White space alone is no text, and there is one stdin."""
    (tmp_path / "a.txt").write_text(" \n\n", "utf-8")
    with pytest.raises(RefusedError, match="only white space"):
        WordReader([tmp_path / "a.txt"]).read(tmp_path / "a.txt")
    with pytest.raises(RefusedError, match="stdin is named twice"):
        WordReader([tmp_path.__class__("-")] * 2)


def test_rare_words_are_spelled():
    """A word that the deciding text has often enough is a piece; others are their characters, also those that it never has."""
    words = ["</s>", "今天", "学习", "语文课", "</s>"]
    speller = Speller(words, np.array([3, 2, 2, 1, 0]))
    assert speller.min_count == 2
    pieces = [speller.vocabulary.pieces[identity] for identity in speller.spell(np.array([1, 3, 0, 2, 4], dtype=np.int32))]
    assert pieces == ["今天", "语", "文", "课", "</s>", "学习", "<", "/", "s", ">"]
    assert speller.vocabulary.end == 0
