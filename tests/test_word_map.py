"""Which words a map has and what is told of them."""

import numpy as np
import pytest

from zhgen.config import MapSettings
from zhgen.corpus.dictionary import parse_dictionary
from zhgen.errors import RefusedError
from zhgen.evaluation.space import Space
from zhgen.evaluation.word_map import choose_rows, export, picture, read_words
from zhgen.vectors.table import Table

WORDS = ("，", "宝玉", "说", "花园")
VECTORS = np.array([[1, 0], [0, 1], [1, 1], [0, 2]], dtype=np.float32)


@pytest.fixture
def space():
    """Return four words, counted, with a dictionary that makes a name of one."""
    counts = np.array([1000, 100, 10, 1])
    return Space("garden", Table(WORDS, VECTORS), counts, parse_dictionary(["花园 ns"], "words.txt"))


def test_the_most_frequent_words_or_those_given(space):
    """Without words the first rows; otherwise those given, each once, the first row first."""
    assert list(choose_rows(space, [], 3)) == [0, 1, 2]
    assert list(choose_rows(space, [], None)) == list(choose_rows(space, [], 99)) == [0, 1, 2, 3]
    assert choose_rows(space, ["花园", "，", "花园", "李"], None) == [0, 3]
    assert choose_rows(space, ["花园", "，"], 1) == [0]
    with pytest.raises(RefusedError, match="garden has none of these words"):
        choose_rows(space, ["李"], None)


def test_what_is_told_of_a_word(space):
    """Its kind, with the user dictionary's tags, its count, and the words nearest to it, itself left out."""
    svg = picture(space, [1, 2, 3], MapSettings()).svg
    assert "<title>花园\nname, 1 time\nnearest: 宝玉 1.00, 说 0.71, ， 0.00</title>" in svg
    assert "3 words of garden, principal components" in svg


def test_sizes_go_by_the_logarithm_of_the_count(space):
    """A thousand, a hundred, ten and one time: equal steps; without counts the rank stands for them."""
    svg = picture(space, [0, 1, 2, 3], MapSettings()).svg
    for size in ("26.0", "21.3", "16.7", "12.0"):
        assert f'font-size="{size}"' in svg
    uncounted = Space("garden", space.table)
    assert "宝玉\nname, number 2\nnearest" in picture(uncounted, [0, 1, 2], MapSettings()).svg


def test_what_a_projector_gets(space, tmp_path):
    """Counts where there are any and ranks where not, and kinds; the vectors as they are."""
    export(space, [1, 3], tmp_path / "p")
    assert (tmp_path / "p" / "metadata.tsv").read_text("utf-8") == "word\tcount\tkind\n宝玉\t100\tname\n花园\t1\tname\n"
    assert (tmp_path / "p" / "tensors.tsv").read_text("utf-8") == "0\t1\n0\t2\n"
    export(Space("x", space.table), [1, 3], tmp_path / "p")
    assert (tmp_path / "p" / "metadata.tsv").read_text("utf-8") == "word\trank\tkind\n宝玉\t2\tname\n花园\t4\tnoun\n"


def test_a_list_of_words(tmp_path):
    """Words stand side by side or below one another; a file that is not there is refused."""
    (tmp_path / "a.txt").write_text("宝玉 黛玉\r\n\n\u3000宝钗\n", "utf-8")
    assert read_words(tmp_path / "a.txt") == ["宝玉", "黛玉", "宝钗"]
    with pytest.raises(RefusedError):
        read_words(tmp_path / "c.txt")
