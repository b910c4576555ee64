"""One piece drawn of those that may come."""

import math

import numpy as np
import pytest
from chances import NO, logs, scores_of_any_kind
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.sampling.drawing import Limits, draw


def drawn(scores, uniform, top_k=0, top_p=1.0, min_p=0.0, temperature=1.0):
    """Return what is drawn of scores."""
    return draw(np.array(scores), Limits(top_k, top_p, min_p, temperature), uniform)


@pytest.mark.parametrize(
    ("uniform", "expected"),
    [(0, 1), (0.2499, 1), (0.25, 2), (0.4999, 2), (0.5, 4), (0.9999, 4), (math.nextafter(1, 0), 4)],
)
def test_by_eye(uniform, expected):
    """With chances of 0, 1/4, 1/4, 0, 1/2, 0 a number below 1/4 draws 1, below 1/2 draws 2, below 1 draws 4."""
    assert drawn(logs(0, 1 / 4, 1 / 4, 0, 1 / 2, 0), uniform) == expected


def test_how_often():
    """A thousand evenly spaced numbers draw each piece as often as its probability says."""
    found = [drawn(logs(0.1, 0.2, 0.3, 0.4), (number + 0.5) / 1000) for number in range(1000)]
    assert np.bincount(found).tolist() == [100, 200, 300, 400]


def test_the_order():
    """1/3 and 2/3 are both within .7, then the temperature of one half makes 1/5 and 4/5 of them."""
    scores = logs(1 / 3, 2 / 3, 0)
    assert [drawn(scores, uniform, top_p=0.7, temperature=0.5) for uniform in (0.19, 0.21)] == [0, 1]
    assert drawn(scores, 0, top_p=0.6, temperature=0.5) == 1


def test_the_best_of_one():
    """With top_k 1 it is the likeliest, of equal ones the first, whatever the number."""
    assert [drawn([1.0, 3, 3], uniform, top_k=1) for uniform in (0, 0.999)] == [1, 1]


@given(
    scores=scores_of_any_kind,
    top_k=st.sampled_from([0, 1, 3]),
    top_p=st.sampled_from([1.0, 0.95, 0.5, 1e-300]),
    min_p=st.sampled_from([0.0, 0.05, 1.0]),
    temperature=st.sampled_from([1.0, 0.8, 1.5, 1e-300, 1e300]),
    uniform=st.floats(0, 1, exclude_max=True),
)
@settings(deadline=None, max_examples=200)
def test_never_what_is_excluded(scores, top_k, top_p, min_p, temperature, uniform):
    """Whatever the number and the settings, a piece with a probability is drawn, and the scores stay as they are."""
    array = np.array(scores, np.float32)
    piece = draw(array, Limits(top_k, top_p, min_p, temperature), uniform)
    assert type(piece) is int
    assert scores[piece] > NO
    assert array.tolist() == scores
