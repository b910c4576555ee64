"""What texts that are written side by side look back at."""

import numpy as np
import pytest
from random_models import random_bundle

from zhgen.generation.exact_memory import RowMemory
from zhgen.generation.generator import Generator
from zhgen.recurrent.attention import Memory

ATTENTION = Generator(random_bundle(3, members=2, attention=4)).exact.head.attention


def steps(count, rows, seed=0):
    """Return queries, next keys and vectors of some texts at each step: (n, M, A) twice and (n, D)."""
    draw = np.random.default_rng(seed)
    sizes = (2, ATTENTION.key.shape[-1]), (2, ATTENTION.key.shape[-1]), (ATTENTION.vector_size,)
    return [[draw.normal(size=(rows, *size)).astype(np.float32) for size in sizes] for _ in range(count)]


def test_nothing_is_found_before_anything_was_read():
    """The first step of a text finds nothing, also at a place where another text stood."""
    memory = RowMemory(ATTENTION)
    memory.add()
    first, second = steps(2, 1)
    assert not memory.step(*first).any()
    assert memory.step(*second).any()
    memory.drop(0)
    memory.add()
    assert not memory.step(*first).any()


def test_it_goes_on_beyond_its_room():
    """After many steps it finds what a fresh memory finds that was given the last steps alone."""
    everything, long, short = steps(60, 1), RowMemory(ATTENTION), RowMemory(ATTENTION)
    long.add()
    short.add()
    for step in everything:
        found = long.step(*step)
    for step in everything[-6:]:  # what the first of these was read after is not known to it, and too long ago to be looked at
        last = short.step(*step)
    np.testing.assert_array_equal(found, last)


@pytest.mark.parametrize("left", [1, 3])
def test_places_are_given_up(left):
    """When most texts of a batch are over, a step takes no longer than for those that are left."""
    many, few = RowMemory(ATTENTION), RowMemory(ATTENTION)
    for _ in range(32):
        many.add()
    for _ in range(left):
        few.add()
    for _ in range(32 - left):
        many.drop(0)
    for step in steps(9, left):
        np.testing.assert_array_equal(many.step(*step), few.step(*step))
    assert len(many._counts) < 2 * left + 1


def test_it_finds_what_attention_does():
    """Step by step, while the memory is short and beyond its length, it is what the attention finds in the whole sequence."""
    exact = Generator(random_bundle(3, members=2, attention=4)).exact
    attention, count = exact.head.attention, 9
    draw = np.random.default_rng(5)
    h = np.round(draw.normal(size=(2, 1, count + 1, 5)), 2).astype(np.float32)
    x = draw.normal(size=(1, count, attention.vector_size)).astype(np.float32)
    before, h = np.zeros_like(h[:, :, 0]), h[:, :, 1:]
    expected = attention.look(h, before, x, Memory(attention, 1))
    memory, other = RowMemory(attention), None
    memory.add()
    for step in range(count):
        queries, keys = (some.swapaxes(0, 1) for some in (attention.queries(h[:, :, step]), attention.keys(h[:, :, step])))
        if step == 2:
            other = memory.copy()
        for one in (memory, other):
            if one is not None:
                found = one.step(queries, keys, x[:, step]) * 2.0**-attention.bits
                np.testing.assert_allclose(found, expected[:, :, step], atol=2.0**-attention.bits)
