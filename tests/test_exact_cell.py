"""The LSTM's step on grids."""

import numpy as np
import pytest

from zhgen.recurrent.cells import LSTMCell
from zhgen.recurrent.exact_cell import ExactCell
from zhgen.recurrent.grid import on_grid

D, H, B, BITS = 5, 6, 4, 9


def cell_of(members):
    """Return a layer of drawn weights, or so many side by side."""
    random = np.random.default_rng(3)
    lead = (members,) if members else ()
    kernel, recurrent_kernel = (random.normal(size=(*lead, size, 4 * H)).astype(np.float32) for size in (D, H))
    return LSTMCell(kernel, recurrent_kernel, random.normal(size=(*lead, *([1] if members else []), 4 * H)).astype(np.float32))


@pytest.mark.parametrize("members", [0, 3])
def test_it_is_the_lstms_step(members):
    """Output and state are those of the ordinary cell, the output on the grid, to the last bit."""
    cell = cell_of(members)
    exact = ExactCell.of(cell, BITS)
    random = np.random.default_rng(4)
    h, c = exact.zero_state(B)
    for _ in range(5):
        x = random.normal(size=(B, D)).astype(np.float32)
        expected_h, expected_c = cell.step(x, h, c)
        h, c = exact.step(x, h, c)
        assert h.tobytes() == on_grid(expected_h, BITS).tobytes()
        assert c.tobytes() == expected_c.tobytes()


def test_states_are_not_overwritten():
    """A state that was kept can be gone on from again."""
    exact = ExactCell.of(cell_of(0), BITS)
    projected = exact.project(np.ones((B, D), np.float32))
    h, c = exact.advance(projected, *exact.zero_state(B))
    before = h.copy(), c.copy(), projected.copy()
    first, second = exact.advance(projected, h, c), exact.advance(projected, h, c)
    for one, other in zip((h, c, projected, *first), (*before, *second), strict=True):
        assert one.tobytes() == other.tobytes()
