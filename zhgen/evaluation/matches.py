"""How much of a text stands word for word in another: the longest match at every place, by sorting, in NumPy alone."""

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]


def longest_matches(corpus: Ids, text: Ids) -> tuple[Ids, Ids]:
    """Return for every place of a text the longest run that begins there and stands in a corpus as well.

    Every run of 1, 2, 4, … ids gets a number, equal runs the same and greater ones a greater (the doubling of Manber and Myers
    1990), until no run of the text is in the corpus. In the order of these numbers the longest match of a place is with its
    nearest neighbour from the corpus on either side. No hashing: what is counted as equal is equal. Time grows with
    n·log n·log(longest match), memory with n·log(longest match), n = N + M.

    Args:
        corpus: int32 (N,), not negative.
        text: int32 (M,), not negative.

    Returns:
        Lengths int32 (M,), and where in the corpus such a run begins, int32 (M,); where the length is 0 the place says nothing.
    """
    top = int(max(corpus.max(initial=0), text.max(initial=0))) + 1
    end = np.array([top, top + 1], dtype=np.int32)  # each once, so that no match goes on beyond the end
    levels = _number_runs(np.concatenate([corpus, end[:1], text, end[1:]]), len(corpus), len(text))
    before, after = _neighbours(levels[-1], len(corpus))
    places = np.arange(len(corpus) + 1, len(corpus) + 1 + len(text))
    lengths, others = _common_lengths(levels[:-1], places, before[places])
    lengths_after, others_after = _common_lengths(levels[:-1], places, after[places])
    better = lengths_after > lengths
    return (
        np.where(better, lengths_after, lengths).astype(np.int32),
        np.where(better, others_after, others).astype(np.int32),
    )


def first_place(corpus: Ids, run: Ids) -> int:
    """Return where in a corpus a run of ids stands first.

    Raises:
        ValueError: It does not stand there.
    """
    places = np.arange(len(corpus) - len(run) + 1)
    for offset, identity in enumerate(run):
        places = places[corpus[places + offset] == identity]
    if len(places) == 0:
        raise ValueError("the run is not in the corpus")
    return int(places[0])


def _number_runs(joined: Ids, corpus_length: int, text_length: int) -> list[Ids]:
    """Return the numbers of the runs of 2^k ids at every place, for k = 0, 1, … until no run of the text is in the corpus."""
    levels = [_ranks(joined)]
    while _meet(levels[-1], corpus_length, text_length):
        numbers, step = levels[-1], 1 << (len(levels) - 1)
        second = np.zeros(len(joined), dtype=np.int64)
        second[:-step] = numbers[step:] + 1
        levels.append(_ranks(numbers.astype(np.int64) * (len(joined) + 1) + second))
    return levels


def _ranks(keys: NDArray[np.int64] | Ids) -> Ids:
    return np.unique(keys, return_inverse=True)[1].astype(np.int32)


def _meet(numbers: Ids, corpus_length: int, text_length: int) -> bool:
    """Return whether a run of the text has the number of a run of the corpus."""
    in_corpus = np.zeros(int(numbers.max()) + 1, dtype=bool)
    in_corpus[numbers[:corpus_length]] = True
    return bool(in_corpus[numbers[corpus_length + 1 : corpus_length + 1 + text_length]].any())


def _neighbours(numbers: Ids, corpus_length: int) -> tuple[Ids, Ids]:
    """Return for every place the nearest of the corpus before and after it in the order of the numbers; -1 where none is."""
    order = np.argsort(numbers, kind="stable").astype(np.int32)
    ranks = np.arange(len(order), dtype=np.int32)
    of_corpus = order < corpus_length
    last = np.maximum.accumulate(np.where(of_corpus, ranks, -1))
    following = np.minimum.accumulate(np.where(of_corpus, ranks, len(order))[::-1])[::-1]
    bounded = np.append(order, np.int32(-1))  # so that both "none before" (-1) and "none after" (the length) find -1
    before, after = np.empty_like(order), np.empty_like(order)
    before[order], after[order] = bounded[last], bounded[following]
    return before, after


def _common_lengths(levels: list[Ids], places: NDArray[np.int64], others: Ids) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many ids are alike from each place and its neighbour on, by halves: 2^k, 2^(k-1), …, 1; and the neighbours."""
    lengths = np.zeros(len(places), dtype=np.int64)
    start = np.maximum(others, 0).astype(np.int64)  # a place without a neighbour is compared with the corpus's first
    for level in reversed(range(len(levels))):
        numbers, last = levels[level], len(levels[level]) - 1
        here, there = np.minimum(places + lengths, last), np.minimum(start + lengths, last)
        lengths += np.where(numbers[here] == numbers[there], 1 << level, 0)
    return lengths, start
