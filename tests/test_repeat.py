"""The lesson `repeat`."""

import numpy as np
import pytest

from zhgen.labs.repeat import LESSON, Repeat, as_matrix
from zhgen.progress import SILENT


def test_every_step_gets_the_whole_array():
    """Three repeats of two rows, written out."""
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(Repeat(3).forward(x), [[[1, 2], [3, 4]], [[1, 2], [3, 4]], [[1, 2], [3, 4]]])


def test_what_comes_back_is_the_sum_over_the_steps():
    """Units, tens and hundreds: no step is forgotten."""
    dy = np.array([[[1.0], [2.0]], [[10.0], [20.0]], [[100.0], [200.0]]])
    np.testing.assert_array_equal(Repeat(3).backward(dy), [[111], [222]])


def test_nothing_goes_down_where_it_is_switched_off():
    """`propagate_down` keeps what is below from learning."""
    assert Repeat(3, propagate_down=False).backward(np.ones((3, 2, 1))) is None


def test_the_matrix_is_the_identity_again_and_again():
    """Two repeats of two rows, written out."""
    np.testing.assert_array_equal(as_matrix(2, 2), [[1, 0], [0, 1], [1, 0], [0, 1]])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_lesson_meets_its_figures(seed):
    """(10, 1) to (32, 10, 1), equal to the matrix product forward, and to rounding back; the gradient is right."""
    figures = LESSON.run(seed, SILENT, True).figures
    assert figures["output_shape"] == [32, 10, 1] == LESSON.source["output_shape"]
    assert figures["difference_forward"] == 0
    assert figures["difference_backward"] <= 1e-13
    assert figures["gradient_check"] <= 1e-6
    assert figures["goes_down_without_propagate_down"] is False
