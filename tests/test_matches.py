"""What a text shares with a corpus, word for word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.evaluation.matches import first_place, longest_matches


def _ids(values):
    return np.array(values, dtype=np.int32)


def _slow(corpus, text):
    """Return the longest matches, place by place and length by length."""
    found = []
    for place in range(len(text)):
        runs = (text[place : place + length] for length in range(len(text) - place, 0, -1))
        inside = (run for run in runs if any(corpus[i : i + len(run)] == run for i in range(len(corpus))))
        found.append(len(next(inside, [])))
    return found


def test_the_longest_match_at_every_place():
    """Of 1 2 3 9 2 3 4 5 the corpus 1 2 3 4 5 has 1 2 3, then 2 3, 3, nothing, 2 3 4 5, …; each with a place where it is."""
    lengths, places = longest_matches(_ids([1, 2, 3, 4, 5]), _ids([1, 2, 3, 9, 2, 3, 4, 5]))
    assert lengths.tolist() == [3, 2, 1, 0, 4, 3, 2, 1]
    assert places[lengths > 0].tolist() == [0, 1, 2, 1, 2, 3, 4]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.lists(st.integers(0, 3), min_size=1, max_size=25))
def test_it_finds_what_a_search_place_by_place_finds(corpus, text):
    """On any two texts of four words the lengths are those of a plain search, and the run stands at the place that is named."""
    lengths, places = longest_matches(_ids(corpus), _ids(text))
    assert lengths.tolist() == _slow(corpus, text)
    for start, (length, place) in enumerate(zip(lengths.tolist(), places.tolist(), strict=True)):
        assert corpus[place : place + length] == text[start : start + length]


@settings(max_examples=30)
@given(st.integers(1, 300), st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_a_planted_copy_is_found_whole(length, offset, seed):
    """A run copied from anywhere in a corpus without repetition is found with its exact length and place."""
    corpus = _ids(np.random.default_rng(seed).permutation(600))
    copy = corpus[offset : offset + length]
    lengths, places = longest_matches(corpus, np.concatenate([_ids([1000, 1001]), copy, _ids([1002])]))
    assert lengths[2] == len(copy)
    assert places[2] == offset
    assert lengths.max() == len(copy)


def test_a_text_with_nothing_in_common():
    """No place of it has a match."""
    assert longest_matches(_ids([1, 2, 3]), _ids([4, 5]))[0].tolist() == [0, 0]


def test_a_novel_takes_seconds():
    """Two texts of 200,000 words are compared in far less time than their product of places would need."""
    generator = np.random.default_rng(1)
    corpus, text = generator.zipf(1.3, size=(2, 200_000)).clip(max=9000).astype(np.int32)
    text[1000:1500] = corpus[70_000:70_500]
    lengths, places = longest_matches(corpus, text)
    assert lengths[1000] >= 500
    assert places[1000] == 70_000


def test_the_first_place_of_a_run():
    """Of the places where a run stands the first is named; a run that is not there is an error."""
    corpus = _ids([5, 1, 2, 1, 2, 3, 1, 2, 3])
    assert first_place(corpus, _ids([1, 2, 3])) == 3
    assert first_place(corpus, _ids([1, 2])) == 1
    with pytest.raises(ValueError, match="not in the corpus"):
        first_place(corpus, _ids([3, 3]))
