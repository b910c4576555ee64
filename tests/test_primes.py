"""The lesson in which an LSTM predicts the next prime number."""

import numpy as np
import pytest

from zhgen.labs import primes
from zhgen.progress import SILENT


def test_the_samples():
    """Fifty primes in a row, over 100, and the one after them: of the first sample 2, for after 97 they come round again."""
    x, targets = primes.make_samples()
    assert x.shape == (1, 10, 50)
    np.testing.assert_allclose(100 * x[0, 0, :26], [*primes.find_primes(100), 2])
    np.testing.assert_allclose(100 * x[0, 9, 0], 29)
    np.testing.assert_allclose(100 * targets, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29])
    assert len(primes.find_primes(100)) == 25


def test_the_beginning():
    """The first loss is the source's, and after a thousand steps it is a four-hundredth of that; the picture can be drawn."""
    from matplotlib.figure import Figure

    outcome = primes.LESSON.run(0, SILENT, True)
    figures = outcome.figures
    assert f"{figures['loss_step_0']:.5f}" == "0.17973"
    assert f"{figures['loss_last']:.5e}" == "3.92397e-04"
    np.testing.assert_allclose(figures["predicted"], figures["primes"], atol=1.2)
    primes.LESSON.draw(outcome, Figure())


@pytest.mark.slow
def test_the_source_s_figures():
    """0.17973 at step 0 and 1.05172e-06 at step 9,000: the source's digits; at the end every prime is right within 0.05."""
    figures = primes.LESSON.run(0, SILENT, False).figures
    assert f"{figures['loss_step_0']:.5f}" == "0.17973"
    assert f"{figures['loss_step_9000']:.5e}" == "1.05172e-06"
    np.testing.assert_allclose(figures["predicted"], figures["primes"], atol=0.05)
