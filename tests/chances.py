"""Scores of known probability, and of any kind, for tests of what chooses."""

import math

import numpy as np
from hypothesis import strategies as st

NO = -math.inf

scores_of_any_kind = st.lists(st.floats(-50, 50, width=32) | st.sampled_from([NO, 0.0, 1.0]), min_size=1, max_size=12).filter(
    lambda scores: max(scores) > NO
)


def logs(*chances):
    """Return scores whose softmax is the given probabilities; the log of 0 is −inf."""
    return np.array([math.log(chance) if chance else NO for chance in chances])
