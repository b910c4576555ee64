"""How far a training has come, as it is kept."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zhgen.training.record import Record


@given(losses=st.lists(st.floats(width=32)), seconds=st.floats(0, 1e9), best=st.floats())
def test_it_comes_back_from_json_bit_for_bit(losses, seconds, best):
    """Losses that are scalars of a backend's, times and the best loss, infinite or NaN too, are the same after JSON."""
    record = Record(
        history=[{"epoch": 1, "loss": 0.1}],
        losses=[np.float32(loss) for loss in losses],
        sizes=[4] * len(losses),
        seconds=seconds,
        best_loss=best,
    )
    again = Record(**json.loads(json.dumps(record.as_json())))
    assert repr(again) == repr(Record(**record.as_json()))


def test_an_epoch_that_is_done_makes_room_for_the_next():
    """Its row is in the history, and nothing is learnt of the next one."""
    record = Record(losses=[1.0], sizes=[4], epoch_seconds=3.0)
    assert record.epoch == 1
    record.next_epoch({"epoch": 1})
    assert (record.epoch, record.history, record.losses, record.sizes, record.epoch_seconds) == (2, [{"epoch": 1}], [], [], 0)
