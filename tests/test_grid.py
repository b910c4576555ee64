"""Products that come out the same to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.recurrent.grid import UNIT_BITS, UNIT_KERNEL_BITS, Reach, fit_grids, on_grid
from zhgen.vectors.table import unit_rows


def normal(seed, *shape):
    """Return normal float32 numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def exact(x, kernel):
    """Return a product computed in double precision, whose 53 bits hold every partial sum."""
    return x.astype(np.float64) @ kernel.astype(np.float64)


def test_rounding():
    """Two bits are quarters; halves of them go to the even one, and float32 stays float32."""
    rounded = on_grid(np.array([0.2, 0.374, 0.375, 0.625, -0.9, 3], dtype=np.float32), 2)
    assert rounded.tolist() == [0.25, 0.25, 0.5, 0.5, -1, 3]
    assert rounded.dtype == np.float32


@given(
    seed=st.integers(0, 99),
    rows=st.integers(1, 9),
    size=st.integers(1, 300),
    width=st.sampled_from([1e-3, 0.05, 1, 30]),
    columns=st.integers(1, 40),
)
def test_every_order_gives_the_same_bits(seed, rows, size, width, columns):
    """Whatever is summed first, the float32 product is the exact one: by rows, together and backwards."""
    kernel = normal(seed, size, columns) * np.float32(width)
    x = np.tanh(normal(seed + 1, rows, size))
    bits, (kernel,) = fit_grids([kernel], Reach(np.sqrt(size), 1.0, 0.3 * np.sqrt(size)))
    x = on_grid(x, bits)
    together = x @ kernel
    assert (together == np.concatenate([row[np.newaxis] @ kernel for row in x])).all()
    assert (together == x[:, ::-1] @ kernel[::-1]).all()
    assert (together == exact(x, kernel)).all()


@given(seed=st.integers(0, 99), size=st.integers(1, 300))
def test_rows_and_columns_of_length_one(seed, size):
    """Directions and a table of unit rows on their fixed grids are multiplied exactly."""
    x, table = unit_rows(normal(seed, 3, size)), unit_rows(normal(seed + 1, 5, size))
    x, table = on_grid(x, UNIT_BITS), on_grid(table, UNIT_KERNEL_BITS)
    assert (x @ table.T == exact(x, table.T)).all()


def test_little_is_lost():
    """Of a layer as wide as a trained one the product is within a few thousandths of the exact one."""
    kernel, x = normal(1, 256, 1024) * np.float32(0.09), np.tanh(normal(2, 4, 256))
    bits, (rounded,) = fit_grids([kernel], Reach(16, 1, 0.3 * 16))
    assert np.abs(on_grid(x, bits) @ rounded - x @ kernel).max() < 0.02


def test_kernels_that_are_multiplied_with_the_same_rows():
    """Each has a grid of its own, as fine as it can be for the rows that they share."""
    small, large = normal(1, 64, 8) * np.float32(0.01), normal(2, 64, 8)
    bits, rounded = fit_grids([small, large], Reach(8, 1, 2.4))
    x = on_grid(np.tanh(normal(3, 2, 64)), bits)
    for kernel, whole in zip(rounded, (small, large), strict=True):
        assert (x @ kernel == exact(x, kernel)).all()
        np.testing.assert_allclose(kernel, whole, atol=np.abs(whole).max() * 2**-7)


@pytest.mark.parametrize("kernel", [np.zeros((3, 4), np.float32), np.full((3, 4), 1e-30, np.float32)])
def test_kernels_of_next_to_nothing(kernel):
    """Zeros stay zeros."""
    _, (rounded,) = fit_grids([kernel], Reach(2, 1, 1))
    assert not rounded.any()
