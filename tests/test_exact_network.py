"""Networks on grids, and members taken apart."""

from dataclasses import replace

import numpy as np
import pytest
from random_models import random_bundle

from zhgen.generation.generator import Generator
from zhgen.recurrent.exact_network import exact_network, take_apart
from zhgen.recurrent.grid import on_grid

LONGEST = 3.0


def network_of(members, layers=2):
    """Return a network of random weights."""
    return Generator(random_bundle(7, members=members, layers=layers)).network


def inputs(count=9):
    """Return vectors of length 2, float32 (n, 6)."""
    drawn = np.random.default_rng(5).normal(size=(count, 6))
    return (2 * drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def read(network, x):
    """Return the outputs after each vector, read one by one."""
    state, outputs = network.zero_state(1), []
    for row in x:
        output, state = network.step(row[np.newaxis], state)
        outputs.append(output)
    return np.concatenate(outputs)


@pytest.mark.parametrize("members", [1, 2, 3])
@pytest.mark.parametrize("layers", [1, 2])
def test_it_is_the_same_network(members, layers):
    """It puts out what the trained one does, but for rounding."""
    network = network_of(members, layers)
    bits, exact = exact_network(network, LONGEST)
    np.testing.assert_allclose(read(exact, on_grid(inputs(), bits)), read(network, inputs()), atol=0.02)


@pytest.mark.parametrize("members", [2, 3])
def test_members_are_taken_apart(members):
    """Their cells have a leading axis, half or a third of the numbers are left, and the outputs are the same."""
    network = network_of(members)
    apart = take_apart(network)
    assert apart.apart
    assert not network.apart
    assert [cell.recurrent_kernel.shape for cell in apart.cells] == [(members, 5, 20)] * 2
    np.testing.assert_allclose(read(apart, inputs()), read(network, inputs()), atol=1e-5)


def test_what_cannot_be_taken_apart():
    """One network stays as it is, and so does one in which a unit sees those of another member."""
    one, network = network_of(1), network_of(2)
    assert take_apart(one) is one
    recurrent_kernel = network.cells[1].recurrent_kernel.copy()
    recurrent_kernel[0, 5] = 1e-3  # from the first member's first unit to the second's first
    mingled = replace(network, cells=[network.cells[0], replace(network.cells[1], recurrent_kernel=recurrent_kernel)])
    assert take_apart(mingled) is mingled


@pytest.mark.parametrize("members", [1, 2, 3])
def test_side_by_side(members):
    """Rows that are read together put out the same bits as each alone."""
    bits, network = exact_network(network_of(members), LONGEST)
    x = on_grid(inputs(5), bits)
    together, _ = network.step(x, network.zero_state(5))
    alone = np.concatenate([network.step(row[np.newaxis], network.zero_state(1))[0] for row in x])
    assert together.tobytes() == alone.tobytes()
