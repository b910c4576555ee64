"""A table of which a few rows are learnt at a time."""

import keras
import numpy as np
import pytest

from zhgen.training.backend import add_rows
from zhgen.training.row_table import RowTable


def row_table(rows, rate=10.0):
    """Return a row table that starts as `rows`."""
    layer = keras.layers.Layer()
    rows = np.asarray(rows, dtype=np.float32)
    variable = layer.add_weight(shape=rows.shape, initializer=lambda *_, **__: rows, trainable=False, name="rows")
    return RowTable.of(layer, "rows", variable, rate)


def learn(table, ids, gradient, rate=0.01):
    """Take one step."""
    table.learn(np.array(ids, np.int32), np.array(gradient, np.float32), rate, add_rows)


def test_the_first_step_of_a_row_is_as_long_as_the_rate():
    """A gradient of (3, −3) has a root mean square of 3: with the rate 10 × 0.01 the row goes by (−0.1, 0.1)."""
    table = row_table([[1, 1], [5, 5]])
    learn(table, [0], [[3, -3]])
    np.testing.assert_allclose(table.rows, [[0.9, 1.1], [5, 5]], rtol=1e-5)


def test_steps_get_shorter_with_all_that_a_row_has_learnt():
    """The second step with the same gradient is shorter by √2, as is the third by √3; another row's first is not."""
    table = row_table([[0.0], [0.0]])
    for _ in range(3):
        learn(table, [0], [[1]])
    learn(table, [1], [[1]])
    np.testing.assert_allclose(table.rows, [[-0.1 * (1 + 2**-0.5 + 3**-0.5)], [-0.1]], rtol=1e-5)


def test_a_row_that_stands_twice_with_no_gradient_stays():
    """Batches may be filled up to a length with row 0 and a gradient of zero."""
    table = row_table([[7.0, 7.0]])
    learn(table, [0, 0], [[0, 0], [0, 0]])
    assert np.asarray(table.rows).tolist() == [[7.0, 7.0]]
    assert np.asarray(table.squares).tolist() == [0.0]


def test_rows_are_taken_in_the_order_asked_for():
    """Rows 2 and 0 of three."""
    assert np.asarray(row_table([[1], [2], [3]]).take([2, 0])).tolist() == [[3], [1]]


@pytest.mark.parametrize("ids", [[0, 1], [1, 0]])
def test_rows_do_not_touch_each_other(ids):
    """Two rows in one step go as each would alone."""
    table = row_table([[0.0], [0.0]])
    learn(table, ids, [[2], [-5]])
    expected = np.zeros((2, 1))
    expected[ids] = [[-0.1], [0.1]]
    np.testing.assert_allclose(table.rows, expected, rtol=1e-5)
