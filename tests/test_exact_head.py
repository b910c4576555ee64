"""Linear layer, queries and keys in one product."""

import numpy as np
import pytest
from random_models import random_bundle

from zhgen.generation.generator import Generator

TEXTS = 3


@pytest.mark.parametrize("members", [1, 2])
def test_it_puts_out_what_the_network_does(members):
    """Output, queries and keys are those of linear layer and attention, each multiplied by itself, but for rounding."""
    exact = Generator(random_bundle(3, members=members, attention=4)).exact
    network, attention = exact.network, exact.head.attention
    draw = np.random.default_rng(1)
    h = np.round(draw.normal(size=exact.network.zero_state(TEXTS)[-1][0].shape), 2).astype(np.float32)
    found = np.rint(draw.normal(size=(members, TEXTS, attention.vector_size)) * 2.0**attention.bits).astype(np.float32)
    own, queries, next_keys = exact.head.read(network.by_member(h))
    np.testing.assert_allclose(queries.swapaxes(0, 1), attention.queries(network.by_member(h)), atol=1e-5)
    np.testing.assert_allclose(next_keys.swapaxes(0, 1), attention.keys(network.by_member(h)), atol=1e-5)
    np.testing.assert_allclose(exact.head.put_out(own, found), network.put_out(h, found), atol=1e-5)


def test_a_model_that_does_not_look_back_has_none():
    """There is nothing to be compared."""
    assert Generator(random_bundle(3, members=2)).exact.head is None
