"""Which rows are kept."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from zhgen.vectors.selection import Reading, Selection
from zhgen.vectors.table import Table


@dataclass
class Rows:
    """Rows of one number each, and which of them were asked for."""

    words: list
    first: int

    def vectors(self, numbers):
        """Return the rows' numbers, counted through all blocks from 1."""
        return np.array([[self.first + number + 1] for number in numbers], dtype=np.float32)


@pytest.fixture
def select():
    """Return a function that goes through words in blocks of two."""

    def go(words, keep, first):
        selection = Selection(1, keep, first)
        for start in range(0, len(words), 2):
            selection.add(Rows([word.encode() for word in words[start : start + 2]], start))
        return selection

    return go


def test_every_row_by_its_number(select):
    """Words to keep and the first three rows are taken in their order, with their own numbers."""
    table = select(["a", "b", "c", "d", "e"], {"e", "b"}, 3).table()
    assert (table.words, table.vectors.tolist()) == (("a", "b", "c", "e"), [[1], [2], [3], [5]])


def test_a_word_twice_in_a_block_and_across_blocks(select):
    """The first of two equal words is taken, whether they meet in one block or not; words not wanted are not counted."""
    selection = select(["a", "a", "b", "a", "c", "c"], {"a", "b"}, 0)
    assert selection.table().words == ("a", "b")
    assert (selection.dropped, selection.rows) == ({"seen twice": 2}, 6)


def test_a_word_whose_numbers_cannot_be_used_stays_taken():
    """A word with NaN is dropped, and a later row of the same word is a second one."""
    selection = Selection(1, {"a", "b"}, 0)
    for number in (np.nan, 1.0):
        block = Rows([b"a", b"b"], 0)
        block.vectors = lambda numbers, number=number: np.array([[number], [7]], np.float32)[list(numbers)]
        selection.add(block)
    table = selection.table()
    assert (table.words, table.vectors.tolist()) == (("b",), [[7]])
    assert selection.dropped == {"seen twice": 2, "with NaN or infinite numbers": 1}


def test_two_odd_words_do_not_make_up_for_each_other(select):
    """An empty word beside one that holds white space is not taken for two words."""
    selection = select(["", "a\u3000b", "c", "d"], (), 4)
    assert selection.table().words == ("c", "d")
    assert selection.dropped == {"empty or with white space": 2}


def test_a_word_with_a_space_is_not_two(select):
    """The text form can give words with spaces; they are counted, and the rows behind them keep their numbers."""
    selection = select(["New York", "b", "c"], (), 3)
    table = selection.table()
    assert (table.words, table.vectors.tolist()) == (("b", "c"), [[2], [3]])
    assert selection.dropped == {"empty or with white space": 1}


def test_nothing_taken(select):
    """A selection of nothing has no rows and the right number of columns."""
    table = select(["a", "b"], (), 0).table()
    assert (table.words, table.vectors.shape, table.vectors.dtype) == ((), (0, 1), np.float32)


def test_a_reading_in_a_line():
    """The line tells the words and dimensions, of how many where not all were wanted, and what was dropped."""
    table = Table(("a", "b"), np.ones((2, 3), np.float32))
    assert Reading(table, 2).describe(Path("v.bin")) == "v.bin: 2 words in 3 dimensions"
    assert (
        Reading(table, 3, {"seen twice": 1}).describe(Path("v.bin")) == "v.bin: 2 words in 3 dimensions; dropped: 1 seen twice"
    )
    assert Reading(table, 1234).describe(Path("v.bin")) == "v.bin: 2 of 1,234 words in 3 dimensions"
