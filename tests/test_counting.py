"""N-grams of a text as numbered, sorted arrays."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.ngrams.counting import FALLBACK, Level, base_of, count_levels, narrow

TEXT = [1, 2, 0, 1, 1, 0]  # a b </s>, a a </s>


def counted(ids, size, begin, order):
    """Return the adjusted counts by n-gram, all orders together, and the levels."""
    adjusted, levels = count_levels(np.array(ids, dtype=np.int32), size, begin, order)
    found, grams = (
        {(piece,): int(count) for piece, count in enumerate(adjusted)},
        {piece: (piece,) for piece in range(size + 1)},
    )
    for level in levels:
        contexts = np.repeat(np.arange(len(level.followers)), level.followers)
        grams = {
            number: (*grams[context], int(piece))
            for number, (context, piece) in enumerate(zip(contexts, level.pieces, strict=True))
        }
        found |= {gram: int(level.counts[number]) for number, gram in grams.items()}
    return found, levels


def expected(ids, size, begin, order):
    """Return the adjusted counts by n-gram as the definition has them."""
    text = (begin, *ids)
    occurrences = [
        text[last - length + 1 : last + 1]
        for last in range(1, len(text))
        for length in range(1, min(order, last + 1) + 1)
        if begin not in text[last - length + 2 : last]
    ]
    counts = {(piece,): 0 for piece in range(size)}
    for gram in dict.fromkeys(occurrences):
        if len(gram) == order or (len(gram) > 1 and gram[0] == begin):
            counts[gram] = occurrences.count(gram)
        else:
            counts[gram] = len({longer[0] for longer in occurrences if len(longer) == len(gram) + 1 and longer[1:] == gram})
    return counts


def test_a_text_worked_out_by_hand():
    """Pairs count their occurrences; a piece counts the different pieces before it."""
    found, _ = counted(TEXT, 3, 0, 2)
    assert found == {(0,): 2, (1,): 2, (2,): 1, (0, 1): 2, (1, 0): 1, (1, 1): 1, (1, 2): 1, (2, 0): 1}


def test_what_begins_a_paragraph_counts_its_occurrences():
    """Nothing stands before a paragraph, so that its first n-grams count how often they occur, and others how diversely."""
    found, _ = counted([*TEXT, *TEXT], 3, 0, 3)
    assert found[0, 1] == 4
    assert found[1, 1] == 1
    assert found[0, 1, 2] == 2


@given(
    ids=st.lists(st.integers(0, 3), max_size=40),
    begin=st.sampled_from([0, 2, 4]),
    order=st.integers(1, 5),
)
def test_the_counts_are_those_of_the_definition(ids, begin, order):
    """For any text, with and without paragraphs' ends, every n-gram has the count that the definition gives it."""
    found, levels = counted(ids, 4, begin, order)
    assert found == expected(ids, 4, begin, order)
    assert len(levels) == order - 1


@given(ids=st.lists(st.integers(0, 3), max_size=40), context=st.integers(0, 3), piece=st.integers(0, 3))
def test_finding(ids, context, piece):
    """A pair that occurs is found where it lies, and one that does not is −1, one by one as well as many at once."""
    _, (level,) = count_levels(np.array(ids, dtype=np.int32), 4, 0, 2)
    occurs = (context, piece) in itertools.pairwise([0, *ids])
    number = level.find_one(context, piece)
    assert (number >= 0) is occurs
    assert level.find(np.array([context, 0]), np.array([piece, 0])).tolist() == [number, level.find_one(0, 0)]
    if occurs:
        assert level.starts[context] <= number < level.starts[context + 1]
        assert level.pieces[number] == piece


def test_the_discounts():
    """Of counts seen 4, 3, 2 and 1 times the discounts are .4, 1.2 and 2.2, by hand."""
    counts = np.repeat([1, 2, 3, 4], [4, 3, 2, 1])
    assert Level.of_pieces(counts).discounts == pytest.approx([0, 0.4, 1.2, 2.2])


@pytest.mark.parametrize("times", [(4, 3, 0, 1), (0, 3, 2, 1), (4, 0, 2, 1), (1, 2, 9, 0), (9, 1, 1, 9)], ids=str)
def test_discounts_that_cannot_be_estimated(times):
    """Where a count never occurs, or a discount would not be above zero, KenLM's fallback is taken."""
    assert Level.of_pieces(np.repeat([1, 2, 3, 4], times)).discounts.tolist() == [0, *FALLBACK]


def test_a_context_keeps_what_it_was_given():
    """The shares of a context and what it leaves for the order below are 1 together; a context never counted leaves all."""
    level = Level(np.array([0, 1, 2]), np.array([2, 0, 1]), np.array([3, 1, 1]))
    for context, pieces in ((0, [0, 1]), (1, []), (2, [2])):
        found, shares, left = level.follow(context)
        assert found.tolist() == pieces
        assert shares.sum() + left == pytest.approx(1)
    assert level.follow(1)[2] == 1
    shares, left = level.weigh(np.array([2, 0, 0, 0]), np.array([2, 1, -1, 0]))
    first, last = level.follow(0), level.follow(2)
    assert shares == pytest.approx([last[1][0], first[1][1], 0, first[1][0]])
    assert left == pytest.approx([last[2], first[2], first[2], first[2]])


def test_arrays_that_do_not_belong_together():
    """A level whose arrays have different lengths is refused, with the lengths."""
    with pytest.raises(ValueError, match="3 pieces, 3 counts, 2 followers"):
        Level(np.arange(3), np.array([1, 1]), np.ones(3, int))


def test_narrow():
    """The smallest type that holds a number is taken, and an empty array stays one."""
    assert [narrow(np.array([number])).dtype.itemsize for number in (0, 255, 256, 65_535, 65_536, 2**32)] == [1, 1, 2, 2, 4, 8]
    assert narrow(np.array([], dtype=np.int64)).dtype == np.uint8


def test_the_boundary_has_a_number():
    """Numbers of contexts have room for the boundary, be it a piece or not."""
    assert (base_of(5, 0), base_of(5, 4), base_of(5, 5)) == (5, 5, 6)
