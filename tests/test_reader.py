"""What feeds pieces to a network."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.generation import reader as module
from zhgen.generation.reader import Reader
from zhgen.recurrent.cells import LSTMCell
from zhgen.recurrent.network import LSTMNetwork

V, D, H = 7, 3, 4


def normal(seed, *shape):
    """Return normal float32 numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


NETWORK = LSTMNetwork([LSTMCell(normal(1, D, 4 * H), normal(2, H, 4 * H), normal(3, 4 * H))], normal(4, H, D), normal(5, D))
TABLE = normal(6, V, D)
TEXT = [3, 1, 4, 1, 5, 6, 2, 6, 5, 3, 5]


def reader(timesteps):
    """Return a reader whose vectors are read at twice their length."""
    return Reader(NETWORK, TABLE, 2.0, timesteps)


def direct(ids, timesteps):
    """Return the output after the last of ids, or of the last `timesteps` of them, read in one go from a zero state."""
    read = ids if timesteps is None else ids[-timesteps:]
    outputs, _ = NETWORK.forward(2 * TABLE[read][np.newaxis], NETWORK.zero_state(1))
    return outputs[0, -1]


@pytest.mark.parametrize("timesteps", [None, 1, 3, 20])
@given(cuts=st.lists(st.integers(0, len(TEXT)), max_size=4))
def test_the_output_after_each_piece(timesteps, cuts):
    """However a text is divided, also into empty parts, the outputs are those of reading it from its beginning."""
    parts = np.split(np.array(TEXT, dtype=np.int32), sorted(cuts))
    one = reader(timesteps)
    found = np.concatenate([one.outputs(part) for part in parts])
    expected = [direct(TEXT[: place + 1], timesteps) for place in range(len(TEXT))]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert found.dtype == np.float32


@pytest.mark.parametrize("timesteps", [None, 1, 3, 20])
def test_the_output_after_the_last(timesteps):
    """`read` gives the last output alone, after several pieces and after one, and goes on where it was."""
    one = reader(timesteps)
    for part, read in ((TEXT[:4], 4), (TEXT[4:5], 5), (TEXT[5:], len(TEXT))):
        output = one.read(part)
        assert output.shape == (1, D)
        np.testing.assert_allclose(output[0], direct(TEXT[:read], timesteps), atol=1e-6)


@pytest.mark.parametrize("timesteps", [None, 3])
def test_a_long_text_is_read_in_parts(monkeypatch, timesteps):
    """However many steps are read at once, and so however little memory it takes, the outputs are the same."""
    monkeypatch.setattr(module, "_STEPS_AT_ONCE", 4)
    expected = [direct(TEXT[: place + 1], timesteps) for place in range(len(TEXT))]
    np.testing.assert_allclose(reader(timesteps).outputs(TEXT), expected, atol=1e-6)
