"""Training epoch by epoch: with an objective whose one weight counts the steps, so that every epoch can be told by eye."""

import contextlib
import math
import signal
from dataclasses import dataclass

import keras
import numpy as np
import pytest
from heard import Heard
from keras import ops

from zhgen.config import TrainSettings
from zhgen.errors import ZhgenError
from zhgen.training import trainer as trainers
from zhgen.training.baseline import frequency_loss
from zhgen.training.checkpoint import Checkpoint
from zhgen.training.trainer import Trainer
from zhgen.training.windows import Streams

ONE_BATCH = Streams(np.arange(5, dtype=np.int32), batch_size=1, timesteps=4)
THREE_BATCHES = Streams(np.arange(11, dtype=np.int32), batch_size=1, timesteps=4)  # of four, four and two predictions
NAN = float("nan")


class Counting(keras.layers.Layer):
    """An objective with one weight that a step at rate 1 raises by 1; its validation loss after w steps is curve[w].

    Args:
        curve: The validation losses, by the number of steps taken.
        losses: The losses that are learnt, by the number of steps taken; none is 0 throughout.
        interrupt: Before which step, or before which validation, Ctrl-C is pressed.
        wait: Called before every step.
    """

    measure = "perplexity"
    carries_state = True

    def __init__(self, curve=(0.0,), losses=(0.0,), interrupt=(None, None), wait=lambda: None):
        super().__init__()
        self.curve, self.learnt, self.interrupt = np.array(curve, np.float32), np.array(losses, np.float32), interrupt
        self.w = self.add_weight(shape=(), initializer="zeros", name="w")
        self.built, self.wait, self.calls, self.states = True, wait, [0, 0], []
        self.chance = np.random.default_rng(3)
        self.drawn = []

    @property
    def generators(self):
        """Return what chance is drawn from."""
        return (self.chance,)

    @property
    def network(self):
        """Return what makes the state."""
        return self

    def zero_state(self, batch_size):
        """Return a state that counts the batches read since it was zero."""
        self.states.append(batch_size)
        return [ops.zeros(())]

    def _count(self, place):
        self.calls[place] += 1
        if self.calls[place] == self.interrupt[place]:
            signal.raise_signal(signal.SIGINT)

    def extra(self, batch):
        """Draw a number, and press Ctrl-C when it is time."""
        self.wait()
        self._count(0)
        self.drawn.append((int(batch.x[0, 0]), round(float(self.chance.random()), 3)))
        return ()

    def validation_extra(self):
        """Press Ctrl-C when it is time."""
        self._count(1)
        return ()

    def _at(self, values):
        return ops.take(values, ops.minimum(ops.cast(self.w, "int32"), len(values) - 1))

    def loss(self, x, y, state):  # noqa: ARG002  the trainer passes a batch
        """Return what the list says, with a slope of -1."""
        return self._at(self.learnt) - (self.w - ops.stop_gradient(self.w)) + state[0], [state[0] + 1]

    def validation_loss(self, x, y, state):  # noqa: ARG002  the trainer passes a batch
        """Return what the curve says for each prediction, summed."""
        return self._at(self.curve) * ops.cast(ops.size(y), "float32") + state[0], [state[0] + 1]


@pytest.fixture(autouse=True)
def easy(monkeypatch):
    """Let any loss be better than that of the frequencies, which the curves here have nothing to do with."""
    monkeypatch.setattr(trainers, "frequency_loss", lambda *_: math.inf)


def run(objective, *, epochs, valid=ONE_BATCH, train=ONE_BATCH, patience=3, max_minutes=None, folder=None, **more):
    """Train an objective and return its trainer and what was said."""
    settings = TrainSettings(
        epochs=epochs,
        batch_size=1,
        timesteps=4,
        optimizer="sgd",
        learning_rate=1.0,
        clip_norm=0.0,
        patience=patience,
        max_minutes=max_minutes,
    )
    heard = Heard()
    checkpoint = Checkpoint(folder, {}) if folder else None
    trainer = Trainer(objective, settings, train, valid, heard, checkpoint, **more)
    trainer.run(resume=folder is not None)
    return trainer, heard.lines


def test_it_stops_when_validation_no_longer_improves_and_keeps_the_best():
    """Best after epoch 4, worse for three: it stops after epoch 7, never sees the 0 of epoch 8, and keeps epoch 4's weights."""
    objective = Counting(curve=[9, 5, 3, 4, 2, 2, 8, 8, 0])
    trainer, lines = run(objective, epochs=20)
    assert [row["validation_loss"] for row in trainer.record.history] == [5, 3, 4, 2, 2, 8, 8]
    assert [row["epoch"] for row in trainer.record.history] == [1, 2, 3, 4, 5, 6, 7]
    assert float(objective.w) == 4
    assert trainer.record.kept == trainer.record.history[3]
    assert lines[-1] == "Validation has not improved for 3 epochs: stopped."
    assert ["(best)" in line for line in lines] == [True, True, False, True, False, False, False, False]


def test_patience_counts_anew_after_an_improvement():
    """With patience 2 a better epoch starts the count again, and the last epoch ends the training as planned."""
    objective = Counting(curve=[9, 5, 6, 4, 6, 3, 6])
    trainer, _ = run(objective, epochs=6, patience=2)
    assert len(trainer.record.history) == 6
    assert float(objective.w) == 5


def test_without_validation_the_last_weights_are_kept():
    """With nothing to validate on the last epoch is kept, however its loss was, and there is no validation in the history."""
    objective = Counting(losses=[1, 2, 3])
    trainer, lines = run(objective, epochs=3, valid=None)
    assert [(row["loss"], "validation_loss" in row) for row in trainer.record.history] == [(1, False), (2, False), (3, False)]
    assert float(objective.w) == 3
    assert trainer.record.kept == trainer.record.history[2]
    assert not any("validation" in line for line in lines)


def test_the_loss_of_an_epoch_is_the_mean_of_its_predictions():
    """The fake's loss is the number of the window: (0·4 + 1·4 + 2·2) / 10, each epoch anew from a zero state."""
    objective = Counting()
    trainer, _ = run(objective, epochs=2, train=THREE_BATCHES, valid=None)
    assert [row["loss"] for row in trainer.record.history] == [0.8, 0.8]
    assert objective.states == [1, 1]
    assert float(objective.w) == 6


def test_validation_carries_its_state_and_is_the_mean_of_its_predictions():
    """Three windows of validation with sums 0 + 4·2, 1 + 4·2 and 2 + 2·2 over ten predictions are 2.3."""
    trainer, _ = run(Counting(curve=[9, 2]), epochs=1, valid=THREE_BATCHES)
    assert trainer.record.history[0]["validation_loss"] == 2.3


@pytest.mark.parametrize("broken", [{"curve": [9, 5, 3, NAN]}, {"curve": [9, 5, 3, 1], "losses": [1, 1, math.inf]}])
def test_a_loss_that_is_no_number_ends_the_training(broken):
    """When the third epoch's loss or validation is no number it stops with advice and keeps the second epoch's weights."""
    objective = Counting(**broken)
    trainer, lines = run(objective, epochs=9)
    assert len(trainer.record.history) == 3
    assert float(objective.w) == 2
    assert trainer.record.kept == trainer.record.history[1]
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
    objective = Counting(curve=[9, 5, 3, 4], interrupt=(4, None))
    trainer, lines = run(objective, epochs=9)
    assert trainer.interrupted
    assert len(trainer.record.history) == 3
    assert float(objective.w) == 2
    assert trainer.record.kept == trainer.record.history[1]
    assert lines[-1] == "Warning: Interrupted in epoch 4; the best model so far is kept."


def test_an_interruption_of_the_first_epoch_is_passed_on(tmp_path):
    """Ctrl-C before an epoch is done leaves no model, and a checkpoint where one is kept."""
    with pytest.raises(KeyboardInterrupt):
        run(Counting(interrupt=(1, None)), epochs=9)
    with pytest.raises(KeyboardInterrupt):
        run(Counting(interrupt=(1, None)), epochs=9, train=THREE_BATCHES, folder=tmp_path / "c")
    _, lines = run(Counting(), epochs=9, train=THREE_BATCHES, folder=tmp_path / "c")
    assert lines[0] == f"Goes on from {tmp_path / 'c'}: epoch 1 of 9, 33% of it learnt."


@dataclass
class Course:
    """What an uninterrupted training of three epochs of three batches comes to."""

    objective: Counting
    trainer: Trainer


CURVE = [99, 0, 0, 5, 0, 0, 3, 0, 0, 4]


def shifted():
    """Return three batches whose text begins elsewhere every time."""
    return Streams(np.arange(11, dtype=np.int32), batch_size=1, timesteps=4, offsets=np.random.default_rng(5))


@pytest.fixture(scope="module")
def course():
    """Return the uninterrupted training."""
    objective = Counting(curve=CURVE)
    return Course(objective, run(objective, epochs=3, train=shifted(), valid=THREE_BATCHES)[0])


WITHOUT_TIME = ("epoch", "loss", "validation_loss", "perplexity", "learning_rate")


@pytest.mark.parametrize(
    "interruptions", [[(2, None)], [(3, None), (None, 1)], [(None, 2), (1, None)], [(1, None)] * 4], ids=str
)
def test_an_interrupted_training_goes_on_as_if_it_was_not(interruptions, course, tmp_path):
    """Put down within an epoch, at its end, before a validation or after every step, it reads, draws and finds the same."""
    drawn = []
    for interrupt in [*interruptions, (None, None)]:
        objective = Counting(curve=CURVE, interrupt=interrupt)
        with contextlib.suppress(KeyboardInterrupt):
            trainer, _ = run(objective, epochs=3, train=shifted(), valid=THREE_BATCHES, folder=tmp_path / "c")
        drawn += objective.drawn
    assert drawn == course.objective.drawn
    assert len(drawn) == 9
    expected, found = (
        [[row[name] for name in WITHOUT_TIME] for row in made.record.history] for made in (course.trainer, trainer)
    )
    assert found == expected
    assert (float(objective.w), trainer.record.kept["epoch"]) == (6, 2) == (float(course.objective.w), 2)


def test_a_training_that_ended_is_not_trained_again(tmp_path):
    """What is kept at the end has the best weights in it: going on from it takes no step and gives the same."""
    run(Counting(curve=[9, 5, 3, 4]), epochs=3, folder=tmp_path / "c")
    objective = Counting(curve=[9, 5, 3, 4])
    trainer, lines = run(objective, epochs=3, folder=tmp_path / "c")
    assert objective.calls == [0, 0]
    assert float(objective.w) == 2
    assert trainer.record.kept["epoch"] == 2
    assert lines == [f"Goes on from {tmp_path / 'c'}: all is learnt."]


def test_an_earlier_checkpoint_outlives_an_interruption_before_there_is_a_model(tmp_path):
    """Begun anew by mistake and stopped at once: what stood there can still be gone on from."""
    with pytest.raises(KeyboardInterrupt):
        run(Counting(interrupt=(2, None)), epochs=9, train=THREE_BATCHES, folder=tmp_path / "c")
    before = (tmp_path / "c" / "state.npz").read_bytes()
    trainer = Trainer(
        Counting(interrupt=(1, None)),
        TrainSettings(epochs=9, batch_size=1, timesteps=4),
        THREE_BATCHES,
        None,
        heard := Heard(),
        Checkpoint(tmp_path / "c", {}),
    )
    with pytest.raises(KeyboardInterrupt):
        trainer.run()
    assert heard.lines == [f"Warning: Interrupted in epoch 1, before there was a model to keep. {tmp_path / 'c'} is as it was."]
    assert (tmp_path / "c" / "state.npz").read_bytes() == before


def test_a_full_disk_does_not_end_a_training(tmp_path, monkeypatch):
    """When a checkpoint cannot be written that is said once, the last good one stays, and the training goes on."""
    with pytest.raises(KeyboardInterrupt):
        run(Counting(interrupt=(1, None)), epochs=3, folder=tmp_path / "c")
    before = (tmp_path / "c" / "state.npz").read_bytes()

    def full(*arguments, **_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.lib.format.write_array", full)
    trainer, lines = run(Counting(), epochs=3, folder=tmp_path / "c")
    assert len(trainer.record.history) == 3
    assert [line for line in lines if line.startswith("Warning: ")] == [
        "Warning: The checkpoint cannot be written (No space left on device); an earlier one stays as it was."
    ]
    assert [path.name for path in (tmp_path / "c").iterdir() if path.suffix == ".npz"] == ["state.npz"]
    assert (tmp_path / "c" / "state.npz").read_bytes() == before


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        """Return the seconds."""
        return self.now

    def tick(self):
        """Let ten seconds pass."""
        self.now += 10


@pytest.mark.parametrize(("minutes", "steps"), [(1.0, 6), (0.5, 3), (0.1, 1), (9.0, 9)])
def test_a_training_with_limited_minutes_ends_in_time(minutes, steps, monkeypatch):
    """Steps of ten seconds: one minute has six of nine, six seconds have the one without which there is nothing to keep."""
    monkeypatch.setattr(trainers, "time", clock := Clock())
    objective = Counting(wait=clock.tick)
    trainer, lines = run(objective, epochs=3, train=THREE_BATCHES, valid=None, max_minutes=minutes)
    assert float(objective.w) == steps
    assert len(trainer.record.history) == math.ceil(steps / 3)
    over = f"The time of --max-minutes {minutes:g} is over: stopped."
    assert (over in lines) == (steps < 9)


def test_time_is_kept_for_the_last_validation(monkeypatch):
    """Of 32.4 s, after two steps, 12.5 s are kept: as long as learning as many words took. What was cut short is the last."""
    monkeypatch.setattr(trainers, "time", clock := Clock())
    objective = Counting(wait=clock.tick)
    trainer, _ = run(objective, epochs=3, train=THREE_BATCHES, valid=THREE_BATCHES, max_minutes=0.54)
    assert float(objective.w) == 2
    assert ["validation_loss" in row for row in trainer.record.history] == [True]


def test_the_time_before_an_interruption_counts(tmp_path, monkeypatch):
    """Put down after two of three steps that a half minute has, it goes on for one more."""
    limited = {"epochs": 9, "max_minutes": 0.5, "train": THREE_BATCHES, "valid": None, "folder": tmp_path / "c"}
    monkeypatch.setattr(trainers, "time", clock := Clock())
    with pytest.raises(KeyboardInterrupt):
        run(Counting(wait=clock.tick, interrupt=(2, None)), **limited)
    objective = Counting(wait=clock.tick)
    run(objective, **limited)
    assert objective.calls[0] == 1


def test_what_is_done_after_an_epoch_is_told_its_number():
    """Every epoch that is done is passed on, the one that was no better too."""
    seen = []
    run(Counting(curve=[9, 5, 6, 4]), epochs=3, after_epoch=seen.append)
    assert seen == [1, 2, 3]


def test_many_epochs_are_told_now_and_then():
    """Of a hundred epochs every fifth is told and the last; every one is in the history, with speed and time left told."""
    trainer, lines = run(Counting(), epochs=102, valid=None)
    assert len(trainer.record.history) == 102
    told = [line.split(":")[0] for line in lines]
    assert told == [f"epoch {number}/102" for number in (*range(5, 101, 5), 102)]
    assert all(line.split(", ")[1].endswith(" words/s") and " s left; not improving: " in line for line in lines)
    assert ", 0 s left; " in lines[-1]


def test_validation_is_told_as_perplexity():
    """A validation loss of log 50 nats is a perplexity of 50.0; one beyond all measure does not overflow."""
    assert ", validation perplexity 50.0 (best), " in run(Counting(curve=[math.log(50)]), epochs=1)[1][0]
    assert ", validation perplexity 5184705528587072045056.0 (best), " in run(Counting(curve=[1e30]), epochs=1)[1][0]


@pytest.mark.parametrize(
    ("curve", "measure", "warned"),
    [
        ([9, 1.5, 1.4], "perplexity", False),
        ([9, 1.6, 1.4], "perplexity", True),
        ([9, 5, 7], "perplexity", True),
        ([9, 5, 4], "distance", False),
    ],
)
def test_a_first_epoch_that_teaches_nothing_is_told(monkeypatch, curve, measure, warned):
    """Five pieces, each seen once, cost log 5 = 1.61 by their frequencies: no better is worth a warning, once."""
    monkeypatch.setattr(trainers, "frequency_loss", frequency_loss)
    objective = Counting(curve=curve)
    objective.measure = measure
    _, lines = run(objective, epochs=2)
    told = [line.startswith("Warning: The model predicts no better than the frequencies") for line in lines]
    assert told == ([False, True, False] if warned else [False, False])


def test_an_epoch_without_validation_is_not_judged():
    """Where nothing is validated on nobody knows what was learnt."""
    assert not any("Warning" in line for line in run(Counting(), epochs=2, valid=None)[1])
