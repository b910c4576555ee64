"""A model on grids."""

import numpy as np
import pytest
from random_models import PIECES, random_bundle

from zhgen.errors import RefusedError
from zhgen.generation import exact_model as module
from zhgen.generation.generator import Generator


@pytest.mark.parametrize("own_table", [False, True])
@pytest.mark.parametrize("members", [1, 2])
def test_pieces_are_projected(members, own_table):
    """What a piece adds to the gates is its vector times the kernel, at its scale, but for rounding."""
    generator = Generator(random_bundle(members=members, own_table=own_table))
    ids = np.array([3, 1, 3])
    projected = generator.exact.project(ids)
    whole = generator.network.cells[0].project(generator.input_table[ids] * np.float32(generator.input_scale))
    # Those of the three gates with a sigmoid are halved and stand first.
    gates = projected.reshape(4, members, 3, -1)[[0, 1, 3, 2]] * np.reshape([2, 2, 1, 2], (4, 1, 1, 1))
    np.testing.assert_allclose(gates.transpose(2, 0, 1, 3).reshape(3, -1), whole, atol=0.02)


@pytest.mark.parametrize("kept", [0, 1, 4, len(PIECES)])
def test_what_is_kept_changes_nothing(kept, monkeypatch):
    """Whether projections are kept for all pieces, for some or for none, they are the same bits, asked in any company."""
    everything = np.arange(len(PIECES))
    expected = Generator(random_bundle()).exact.project(everything)
    monkeypatch.setattr(module, "_KEPT", kept * 4 * 20)
    model = Generator(random_bundle()).exact
    for ids in ([1, 9], [1], [3, 3, 2], everything, everything):
        assert model.project(np.array(ids)).tobytes() == expected[..., ids, :].tobytes()


def test_weights_that_are_no_numbers_are_refused():
    """What a training left that ran away cannot write, and a sentence says so."""
    bundle = random_bundle()
    bundle.weights["lstm_1/recurrent_kernel"][2, 3] = np.nan
    with pytest.raises(RefusedError, match=r"weights .* are not finite"):
        _ = Generator(bundle).exact
