"""Looking up runs of a text."""

import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zhgen.ngrams.runs import Runs


def _ids(values):
    return np.array(values, dtype=np.int32)


def test_where_a_run_stands():
    """1 2 stands at 0 and at 3 of 1 2 9 1 2; 2 1 and runs of ids that are not there stand nowhere."""
    runs = Runs(_ids([1, 2, 9, 1, 2]), 2)
    assert runs.places([1, 2]).tolist() == [0, 3]
    assert runs.places([2, 1]).tolist() == []
    assert runs.places([1, 77]).tolist() == []


def test_the_first_run_of_a_text_that_is_there():
    """Of 7 1 2 9 the run 1 2 9 is in 0 1 2 9, from its second place on."""
    assert Runs(_ids([0, 1, 2, 9]), 3).first_shared(_ids([7, 1, 2, 9])) == (1, 1)
    assert Runs(_ids([0, 1, 2, 9]), 3).first_shared(_ids([1, 2])) is None
    assert Runs(_ids([0, 1]), 3).first_shared(_ids([0, 1, 2, 9])) is None


@given(st.lists(st.integers(0, 2), max_size=40), st.lists(st.integers(0, 3), max_size=20), st.integers(1, 6))
def test_it_finds_what_a_plain_search_finds(known, text, length):
    """In any two texts of few words every run stands where a search place by place finds it."""
    runs = Runs(_ids(known), length)
    windows = [known[place : place + length] for place in range(len(known) - length + 1)]
    shared = []
    for start in range(len(text) - length + 1):
        run = text[start : start + length]
        places = [place for place, window in enumerate(windows) if window == run]
        assert runs.places(run).tolist() == places
        shared += [(start, place) for place in places[:1]]
    assert runs.first_shared(_ids(text)) == (shared[0] if shared else None)


def test_hashes_that_agree_do_not_deceive(monkeypatch):
    """Where all hashes are the same, what is found is found by the ids."""
    monkeypatch.setattr(Runs, "_hash", lambda *_: np.uint64(0))
    monkeypatch.setattr(Runs, "_hashes", lambda _, ids, *__: np.zeros(max(len(ids) - 1, 0), dtype=np.uint64))
    runs = Runs(_ids([1, 2, 9, 1, 2]), 2)
    assert runs.places([1, 2]).tolist() == [0, 3]
    assert runs.first_shared(_ids([9, 9, 2, 9])) == (2, 1)


def test_a_novel_is_indexed_at_once():
    """600,000 pieces take far less than a second."""
    ids = np.random.default_rng(1).zipf(1.3, 600_000).clip(max=9000).astype(np.int32)
    began = time.perf_counter()
    Runs(ids, 8)
    assert time.perf_counter() - began < 2
