"""Networks side by side as one."""

import numpy as np
import pytest

from zhgen.recurrent.cells import GATES, LSTMCell
from zhgen.recurrent.network import LSTMNetwork
from zhgen.training.members import Weights, merge, split

D, H = 3, 4


def random_member(seed: int, layers: int) -> Weights:
    """Return the weights of a network of so many layers, drawn at random."""
    rng = np.random.default_rng(seed)
    weights = {"output/kernel": rng.normal(size=(H, D)), "output/bias": rng.normal(size=D)}
    for layer in range(1, layers + 1):
        weights[f"lstm_{layer}/kernel"] = rng.normal(size=(D if layer == 1 else H, GATES * H))
        weights[f"lstm_{layer}/recurrent_kernel"] = rng.normal(size=(H, GATES * H))
        weights[f"lstm_{layer}/bias"] = rng.normal(size=GATES * H)
    return {name: value.astype(np.float32) for name, value in weights.items()}


def outputs(weights: Weights, layers: int, x: np.ndarray) -> np.ndarray:
    """Return what a network puts out, (B, T, D), from a zero state."""
    names = ("kernel", "recurrent_kernel", "bias")
    cells = [LSTMCell(*(weights[f"lstm_{layer}/{name}"] for name in names)) for layer in range(1, layers + 1)]
    network = LSTMNetwork(cells, weights["output/kernel"], weights["output/bias"])
    return network.forward(x, network.zero_state(len(x)))[0]


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("count", [2, 3])
def test_the_mean_direction_of_the_members(layers: int, count: int) -> None:
    """What members are merged into puts out the mean of their directions, step for step."""
    members = [random_member(seed, layers) for seed in range(count)]
    x = np.random.default_rng(99).normal(size=(2, 7, D)).astype(np.float32)
    apart = [outputs(member, layers, x) for member in members]
    expected = np.mean([each / np.linalg.norm(each, axis=-1, keepdims=True) for each in apart], axis=0)
    np.testing.assert_allclose(outputs(merge(members), layers, x), expected, atol=1e-5)


def test_one_member_stays_as_it_is() -> None:
    """A network of one member has its weights, bit for bit, and is taken apart to itself."""
    member = random_member(1, 2)
    merged = merge([member])
    (taken,) = split(merged, 1)
    assert all((merged[name] == value).all() and (taken[name] == value).all() for name, value in member.items())


@pytest.mark.parametrize("layers", [1, 2])
def test_taken_apart_again(layers: int) -> None:
    """Taken apart, members are what they were, and what is no layer's is left out."""
    members = [random_member(seed, layers) for seed in range(3)]
    for member, found in zip(members, split(merge(members) | {"decoder/scale": np.float32(1)}, 3), strict=True):
        assert found.keys() == member.keys()
        assert all((found[name] == value).all() for name, value in member.items())
