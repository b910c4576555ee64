"""Training a Keras network in a lesson."""

from contextlib import contextmanager

import keras
import numpy as np
import pytest
from heard import Heard

from zhgen.labs.epochs import fit


class Counted(Heard):
    """Keeps what progress it is told."""

    @contextmanager
    def track(self, title, total, unit):
        """Count what is done."""
        self.title, self.total, self.unit, self.done, self.notes = title, total, unit, 0, []
        yield self

    def advance(self, amount, note=""):
        """Count and keep the note."""
        self.done += amount
        self.notes.append(note)


@pytest.mark.parametrize("steps_per_execution", [1, 2, 50])
def test_progress_counts_every_input_once_an_epoch(steps_per_execution):
    """Also where the last batch is smaller, and where several steps are taken at once."""
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    network.compile("sgd", "mse", steps_per_execution=steps_per_execution)
    reporter = Counted()
    inputs = np.ones((11, 3), np.float32)
    curve = fit(network, inputs, np.zeros(11), reporter, "learning", unit="things", epochs=3, batch_size=4)
    assert (reporter.title, reporter.total, reporter.unit, reporter.done) == ("learning", 33, "things", 33)
    assert len(curve["loss"]) == 3
    assert curve["loss"][-1] < curve["loss"][0]
    assert all(note.startswith("loss ") for note in reporter.notes)
