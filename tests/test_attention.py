"""Looking back, in NumPy."""

import numpy as np
import pytest

from zhgen.recurrent.attention import ARRAYS, Attention, Memory

M, U, D, A, N = 2, 3, 4, 5, 6
T = 15


def normal(seed, *shape):
    """Return random numbers of a shape."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


WEIGHTS = {
    "attention/query": normal(1, M, U, A),
    "attention/query_bias": normal(11, M, A),
    "attention/key": normal(2, M, U, A),
    "attention/key_bias": normal(12, M, A),
    "attention/output": normal(3, M, D, D),
    "attention/nothing": normal(4, M),
    "attention/fading": -np.abs(normal(5, M)),
}
ATTENTION = Attention.of(WEIGHTS, N)
H, BEFORE, X = normal(6, M, 1, T, U), normal(7, M, 1, U), normal(8, 1, T, D)


def found_by_hand():
    """Return what the formula finds, a vector for each member and step, by loops over all that is looked back at."""
    found = np.zeros((M, 1, T, D))
    for m in range(M):
        read_after = [BEFORE[m, 0], *H[m, 0]]  # h before each piece
        for t in range(T):
            query = H[m, 0, t] @ WEIGHTS["attention/query"][m] + WEIGHTS["attention/query_bias"][m]
            seen = range(max(0, t - N), t)
            keys = [read_after[j] @ ATTENTION.key[m] + ATTENTION.key_bias[m] for j in seen]
            fading = [ATTENTION.fading[m] * np.log(t - j + 1) for j in seen]
            scores = [query @ key / A**0.5 + faded for key, faded in zip(keys, fading, strict=True)]
            raised = np.exp([*scores, ATTENTION.nothing[m]])
            for share, j in zip(raised / raised.sum(), seen, strict=False):
                found[m, 0, t] += share * X[0, j]
    return found


def test_the_formula_by_loops():
    """What is found at each step is the weighted mean of the last N vectors before it, each weighed as the formula says."""
    found = ATTENTION.look(H, BEFORE, X, Memory(ATTENTION, 1))
    np.testing.assert_allclose(found, found_by_hand(), rtol=1e-4, atol=1e-5)
    assert not found[:, :, 0].any()  # there was nothing to find


@pytest.mark.parametrize("cut", [0, 1, 4, 9, 14, 15])
def test_two_stretches_are_one_long_one(cut):
    """What was read before a stretch is looked back at as if it were part of it."""
    memory = Memory(ATTENTION, 1)
    first = ATTENTION.look(H[:, :, :cut], BEFORE, X[:, :cut], memory)
    before = H[:, :, cut - 1] if cut else BEFORE
    second = ATTENTION.look(H[:, :, cut:], before, X[:, cut:], memory)
    assert memory.vectors.shape == (1, N, D)
    np.testing.assert_allclose(np.concatenate([first, second], axis=2), found_by_hand(), rtol=1e-4, atol=1e-5)


def test_long_stretches_are_read_in_blocks():
    """Over several blocks, each text finds at every step what it finds when it is read a step at a time."""
    h, x = normal(1, M, 2, 300, U), normal(2, 2, 300, D)
    start, memory = np.zeros((M, 2, U), np.float32), Memory(ATTENTION, 2)
    whole = ATTENTION.look(h, start, x, Memory(ATTENTION, 2))
    before = [start, *np.moveaxis(h, 2, 0)]
    steps = [ATTENTION.look(h[:, :, t : t + 1], before[t], x[:, t : t + 1], memory) for t in range(300)]
    np.testing.assert_allclose(np.concatenate(steps, axis=2), whole, rtol=1e-4, atol=1e-5)


def test_shares_by_hand():
    """Two equal scores beside a `nothing` as high have a third each, one of −inf has none, and huge scores do not overflow."""
    one = {name: array[0] for name, array in WEIGHTS.items()}
    attention = Attention.of({**one, "attention/nothing": np.float32(2)}, N)
    np.testing.assert_allclose(attention.shares(np.float32([[[2, 2, -np.inf]]])), [[[1 / 3, 1 / 3, 0]]], rtol=1e-6)
    assert attention.shares(np.float32([[[-np.inf] * 3]])).tolist() == [[[0, 0, 0]]]
    assert attention.shares(np.float32([[[1e30, 0, 0]]])).tolist() == [[[1, 0, 0]]]


def test_one_network_s_arrays_have_no_leading_axis():
    """A bundle of one network and one of several are looked back with alike; without a length there is no attention."""
    weights = {f"attention/{name}": getattr(ATTENTION, name)[0] for name in ARRAYS}
    one = Attention.of(weights, 7)
    assert (one.members, one.length, one.query.shape) == (1, 7, (1, U, A))
    assert Attention.of({}, 0) is None


@pytest.mark.parametrize("name", ARRAYS)
def test_what_does_not_fit_is_refused(name):
    """Arrays of different numbers of members are named as not matching."""
    arrays = {part: getattr(ATTENTION, part) for part in ARRAYS}
    with pytest.raises(ValueError, match="match"):
        Attention(**{**arrays, name: arrays[name][:1]}, length=N)
