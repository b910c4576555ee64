"""What a text said last is likely to be said again."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.generation.cache import Cache, remember

EAST, NORTH, WEST = (np.array(direction, dtype=np.float32) for direction in ([3, 0], [0, 5], [-1, 0]))
V = 4


def normal(seed, *shape):
    """Return normal float32 numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_three_pieces_worked_out_by_hand():
    """A piece weighs exp(sharpness · cosine − age/decay); lengths of outputs do not count. What speaks for it is their sum."""
    cache = Cache(V, 2, sharpness=2, decay=10, memory=5)
    cache.add([1, 2, 1], np.stack([EAST, NORTH, WEST]))
    one, two = math.exp(2 - 0.3) + math.exp(-2 - 0.1), math.exp(-0.2)
    chances, evidence = cache.after(EAST * 7)
    assert chances == pytest.approx([0, one / (one + two), two / (one + two), 0])
    assert evidence == pytest.approx(math.log(one + two) - 2)


def test_without_sharpness_age_alone_counts():
    """With a sharpness of 0 it is a cache of words whose weight fades."""
    cache = Cache(V, 2, sharpness=0, decay=2, memory=5)
    cache.add([3, 0], np.stack([EAST, NORTH]))
    chances, _ = cache.after(WEST)
    assert chances[0] / chances[3] == pytest.approx(math.exp(0.5))


@pytest.mark.parametrize("count", [2, 3, 4, 7, 8, 9, 100])
def test_what_is_old_is_forgotten(count):
    """However many pieces there were, the last ones alone are remembered, as if the others had never been."""
    ids, outputs = np.arange(count) % V, normal(1, count, 3)
    long, short = (Cache(V, 3, sharpness=5, memory=2) for _ in range(2))
    long.add(ids, outputs)
    short.add(ids[-2:], outputs[-2:])
    assert len(long) == len(short) == 2
    assert long.after(outputs[0])[0].tolist() == short.after(outputs[0])[0].tolist()


def test_an_output_of_zeros():
    """An output without a direction is like no other, and the cache says what it would without sharpness."""
    cache, plain = Cache(V, 2, sharpness=9), Cache(V, 2, sharpness=0)
    for one in (cache, plain):
        one.add([1, 2], np.stack([EAST, WEST]))
    assert cache.after(np.zeros(2, np.float32))[0].tolist() == plain.after(EAST)[0].tolist()


@given(
    ids=st.lists(st.integers(0, V - 1), min_size=1, max_size=600),
    memory=st.sampled_from([1, 3, 50, 300]),
    sharpness=st.sampled_from([0.0, 5.0, 40.0]),
)
def test_a_text_at_once_is_the_text_piece_by_piece(ids, memory, sharpness):
    """`remember` says of each piece what the cache does after those before it; of the first, nothing."""
    outputs, cache = normal(len(ids), len(ids), 3), Cache(V, 3, sharpness, decay=20, memory=memory)
    expected = [(0.0, 1.0, 0.0)]
    for place in range(1, len(ids)):
        cache.add(ids[place - 1 : place], outputs[place - 1 : place])
        chances, evidence = cache.after(outputs[place])
        expected.append((chances[ids[place]], chances.max(), evidence))
    found = remember(np.array(ids, dtype=np.int32), outputs, sharpness, decay=20, memory=memory)
    for told, right in zip((found.right, found.highest, found.evidence), np.transpose(expected), strict=True):
        np.testing.assert_allclose(told, right, rtol=1e-3, atol=1e-4 if told is found.evidence else 1e-7)
