"""Matrix products that come out the same to the last bit, however they are computed.

A sum of floats depends on the order in which it is summed, and that depends on how many rows are multiplied at once, on the
number of threads and on the processor. Where all that is multiplied lies on a grid, what is read on multiples of 2^-a and the
kernel on multiples of 2^-b, every product and every partial sum is a multiple of 2^-(a + b). As long as none of them exceeds
2^(24 - a - b) in size each is a float32 exactly, no rounding happens, and order does not matter.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
F = TypeVar("F", bound=Floats)

UNIT_BITS, UNIT_KERNEL_BITS = 12, 11
"""Bits of rows and columns whose length is 1: no partial sum of their product can reach 2 in size."""

_SIGNIFICANT = 24  # bits of a float32
_FINEST = 40  # bits, for kernels of next to nothing


def on_grid(x: F, bits: int) -> F:
    """Return numbers rounded to multiples of 2^-bits, halves to even ones."""
    rounded = x * 2.0**bits
    np.rint(rounded, out=rounded)
    rounded *= 2.0**-bits
    return cast("F", rounded)


@dataclass(frozen=True)
class Reach:
    """How large what is multiplied can get.

    Attributes:
        longest: The greatest Euclidean length of a row.
        highest: The greatest size of a number in it.
        typical: About the length that a row has, by which bits are shared out between rows and kernel.
    """

    longest: float
    highest: float
    typical: float


def fit_grids(kernels: Sequence[Floats], reach: Reach) -> tuple[int, list[Floats]]:
    """Return how many bits the rows have that are multiplied with kernels, and the kernels on their grids.

    A partial sum is bounded by the product of the lengths of row and column (Cauchy and Schwarz), and by the highest number
    of the row times the sum of the column's sizes. Both errors of rounding then weigh about the same.

    Args:
        kernels: float32 (…, K, N), all multiplied with the same rows.
        reach: How large these can get, before they are rounded.
    """
    totals = [_bits_for(kernel, reach) for kernel in kernels]
    coarsest = int(np.argmin(totals))
    column = float(np.median(np.linalg.norm(kernels[coarsest], axis=-2)))
    lean = math.log2(column / reach.typical) if column > 0 and reach.typical > 0 else 0.0
    bits = round((totals[coarsest] + lean) / 2)
    return bits, [_settled(kernel, reach, bits, total - bits) for kernel, total in zip(kernels, totals, strict=True)]


def _settled(kernel: Floats, reach: Reach, row_bits: int, bits: int) -> Floats:
    """Return a kernel on a grid, with a bit less where rounding has made it longer than it may be."""
    slack = math.sqrt(kernel.shape[-2]) * 2.0 ** (-row_bits - 1)  # by which rounding can lengthen a row
    rounded_reach = Reach(reach.longest + slack, reach.highest + 2.0 ** (-row_bits - 1), reach.typical)
    while True:
        rounded = on_grid(kernel, bits)
        if _bits_for(rounded, rounded_reach) >= row_bits + bits:
            return rounded
        bits -= 1


def _bits_for(kernel: Floats, reach: Reach) -> int:
    """Return a + b: how fine the grid of the products may be."""
    exact = np.abs(kernel.astype(np.float64))
    longest = reach.longest * float(np.sqrt(np.square(exact).sum(axis=-2)).max())
    bound = min(longest, reach.highest * float(exact.sum(axis=-2).max()))
    return _SIGNIFICANT - math.ceil(math.log2(bound)) if bound > 2.0 ** (_SIGNIFICANT - _FINEST) else _FINEST
