"""Training epoch by epoch: with an objective whose one weight counts the steps, so that every epoch can be told by eye."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from zhgen.config import TrainSettings
from zhgen.errors import ZhgenError
from zhgen.progress import Reporter
from zhgen.training.trainer import Trainer, make_optimizer
from zhgen.training.windows import Streams

ONE_BATCH = Streams(np.arange(5, dtype=np.int32), batch_size=1, timesteps=4)
THREE_BATCHES = Streams(np.arange(11, dtype=np.int32), batch_size=1, timesteps=4)  # of four, four and two predictions
NAN = float("nan")


class Heard(Reporter):
    """Keeps what it is told."""

    def __init__(self):
        self.lines = []

    def say(self, message):
        """Keep a line."""
        self.lines.append(message)


class Counting(keras.layers.Layer):
    """An objective with one weight that a step at rate 1 raises by 1; its validation loss after w steps is curve[w].

    Args:
        curve: The validation losses, by the number of steps taken.
        losses: The losses that are learnt, by the number of steps taken; none is 0 throughout.
        interrupt: Before which step Ctrl-C is pressed.
    """

    measure = "perplexity"
    carries_state = True

    def __init__(self, curve=(0.0,), losses=(0.0,), interrupt=None):
        super().__init__()
        self.curve, self.learnt, self.interrupt = np.array(curve, np.float32), np.array(losses, np.float32), interrupt
        self.w = self.add_weight(shape=(), initializer="zeros", name="w")
        self.built, self.calls, self.states = True, 0, []

    @property
    def network(self):
        """Return what makes the state."""
        return self

    def zero_state(self, batch_size):
        """Return a state that counts the batches read since it was zero."""
        self.states.append(batch_size)
        return ops.zeros(())

    def extra(self, y):  # noqa: ARG002  the trainer passes the targets
        """Press Ctrl-C when it is time."""
        self.calls += 1
        if self.calls == self.interrupt:
            raise KeyboardInterrupt
        return ()

    def _at(self, values):
        return ops.take(values, ops.minimum(ops.cast(self.w, "int32"), len(values) - 1))

    def loss(self, x, y, state):  # noqa: ARG002  the trainer passes a batch
        """Return what the list says, with a slope of -1."""
        return self._at(self.learnt) - (self.w - ops.stop_gradient(self.w)) + state, state + 1

    def validation_loss(self, x, y, state):  # noqa: ARG002  the trainer passes a batch
        """Return what the curve says for each prediction, summed."""
        return self._at(self.curve) * ops.cast(ops.size(y), "float32") + state, state + 1


def run(objective, *, epochs, valid=ONE_BATCH, train=ONE_BATCH, patience=3):
    """Train an objective and return its trainer and what was said."""
    settings = TrainSettings(
        epochs=epochs, batch_size=1, timesteps=4, optimizer="sgd", learning_rate=1.0, clip_norm=0.0, patience=patience
    )
    heard = Heard()
    trainer = Trainer(objective, settings, train, valid, heard)
    trainer.run()
    return trainer, heard.lines


def test_it_stops_when_validation_no_longer_improves_and_keeps_the_best():
    """Best after epoch 4, worse for three: it stops after epoch 7, never sees the 0 of epoch 8, and keeps epoch 4's weights."""
    objective = Counting(curve=[9, 5, 3, 4, 2, 2, 8, 8, 0])
    trainer, lines = run(objective, epochs=20)
    assert [row["validation_loss"] for row in trainer.history] == [5, 3, 4, 2, 2, 8, 8]
    assert [row["epoch"] for row in trainer.history] == [1, 2, 3, 4, 5, 6, 7]
    assert float(objective.w) == 4
    assert trainer.kept == trainer.history[3]
    assert lines[-1] == "Validation has not improved for 3 epochs: stopped."
    assert ["(best)" in line for line in lines] == [True, True, False, True, False, False, False, False]


def test_patience_counts_anew_after_an_improvement():
    """With patience 2 a better epoch starts the count again, and the last epoch ends the training as planned."""
    objective = Counting(curve=[9, 5, 6, 4, 6, 3, 6])
    trainer, _ = run(objective, epochs=6, patience=2)
    assert len(trainer.history) == 6
    assert float(objective.w) == 5


def test_without_validation_the_last_weights_are_kept():
    """With nothing to validate on the last epoch is kept, however its loss was, and there is no validation in the history."""
    objective = Counting(losses=[1, 2, 3])
    trainer, lines = run(objective, epochs=3, valid=None)
    assert [(row["loss"], "validation_loss" in row) for row in trainer.history] == [(1, False), (2, False), (3, False)]
    assert float(objective.w) == 3
    assert trainer.kept == trainer.history[2]
    assert not any("validation" in line for line in lines)


def test_the_loss_of_an_epoch_is_the_mean_of_its_predictions():
    """The fake's loss is the number of the window: (0·4 + 1·4 + 2·2) / 10, each epoch anew from a zero state."""
    objective = Counting()
    trainer, _ = run(objective, epochs=2, train=THREE_BATCHES, valid=None)
    assert [row["loss"] for row in trainer.history] == [0.8, 0.8]
    assert objective.states == [1, 1]
    assert float(objective.w) == 6


def test_validation_carries_its_state_and_is_the_mean_of_its_predictions():
    """Three windows of validation with sums 0 + 4·2, 1 + 4·2 and 2 + 2·2 over ten predictions are 2.3."""
    trainer, _ = run(Counting(curve=[9, 2]), epochs=1, valid=THREE_BATCHES)
    assert trainer.history[0]["validation_loss"] == 2.3


@pytest.mark.parametrize("broken", [{"curve": [9, 5, 3, NAN]}, {"curve": [9, 5, 3, 1], "losses": [1, 1, math.inf]}])
def test_a_loss_that_is_no_number_ends_the_training(broken):
    """When the third epoch's loss or validation is no number it stops with advice and keeps the second epoch's weights."""
    objective = Counting(**broken)
    trainer, lines = run(objective, epochs=9)
    assert len(trainer.history) == 3
    assert float(objective.w) == 2
    assert trainer.kept == trainer.history[1]
    assert lines[-1] == (
        "Warning: The loss is no longer a number in epoch 3: stopped, the best model so far is kept. "
        "Train again with a lower --learning-rate or a lower --clip-norm."
    )


@pytest.mark.parametrize("valid", [ONE_BATCH, None])
def test_a_loss_that_never_was_a_number_is_an_error(valid):
    """When the first epoch already gives NaN there is nothing to keep, which is said with the way out."""
    with pytest.raises(ZhgenError) as failed:
        run(Counting(curve=[NAN], losses=[NAN]), epochs=9, valid=valid)
    assert failed.value.exit_code == 1
    assert str(failed.value) == (
        "The loss is no longer a number in epoch 1; nothing is kept. "
        "Train again with a lower --learning-rate or a lower --clip-norm."
    )


def test_without_validation_a_training_that_fails_keeps_nothing():
    """Weights after which the loss is no number were not validated: they may be as bad, and are not kept."""
    with pytest.raises(ZhgenError, match="in epoch 3; nothing is kept"):
        run(Counting(losses=[1, 1, NAN]), epochs=9, valid=None)


def test_an_interruption_keeps_the_best_so_far():
    """Ctrl-C in the fourth epoch ends the training with the weights of the second, the best until then."""
    objective = Counting(curve=[9, 5, 3, 4], interrupt=4)
    trainer, lines = run(objective, epochs=9)
    assert trainer.interrupted
    assert len(trainer.history) == 3
    assert float(objective.w) == 2
    assert trainer.kept == trainer.history[1]
    assert lines[-1] == "Warning: Interrupted in epoch 4; the best model so far is kept."


def test_an_interruption_of_the_first_epoch_is_passed_on():
    """Ctrl-C before an epoch is done leaves nothing to keep."""
    with pytest.raises(KeyboardInterrupt):
        run(Counting(interrupt=1), epochs=9)


def test_many_epochs_are_told_now_and_then():
    """Of a hundred epochs every fifth is told and the last; every one is in the history, with speed and time left told."""
    trainer, lines = run(Counting(), epochs=102, valid=None)
    assert len(trainer.history) == 102
    told = [line.split(":")[0] for line in lines]
    assert told == [f"epoch {number}/102" for number in (*range(5, 101, 5), 102)]
    assert all(line.split(", ")[1].endswith(" words/s") and line.endswith(" s left") for line in lines)
    assert lines[-1].endswith(", 0 s left")


def test_validation_is_told_as_perplexity():
    """A validation loss of log 50 nats is a perplexity of 50.0; one beyond all measure does not overflow."""
    assert ", validation perplexity 50.0 (best), " in run(Counting(curve=[math.log(50)]), epochs=1)[1][0]
    assert ", validation perplexity 5184705528587072045056.0 (best), " in run(Counting(curve=[1e30]), epochs=1)[1][0]


def test_the_learning_rate_is_warmed_up_and_let_down():
    """Adam's rate rises from 1/25 to the full rate in the first tenth of the steps and falls to a thousandth at the last."""
    optimizer = make_optimizer(TrainSettings(learning_rate=0.5), steps=100)
    rates = [float(optimizer._learning_rate(step)) for step in (0, 5, 10, 55, 100)]
    np.testing.assert_allclose(rates, [0.02, 0.26, 0.5, 0.5 * (0.5 * 0.999 + 0.001), 0.0005], rtol=1e-4)


def test_sgd_has_one_rate_throughout():
    """The recipe `seed` learns at the rate that was given and clips nothing; a clip norm is passed on."""
    optimizer = make_optimizer(TrainSettings.recipe("seed"), steps=100)
    assert isinstance(optimizer, keras.optimizers.SGD)
    assert float(optimizer.learning_rate) == pytest.approx(0.1)
    assert optimizer.global_clipnorm is None
    assert make_optimizer(TrainSettings(clip_norm=0.25), steps=100).global_clipnorm == 0.25
