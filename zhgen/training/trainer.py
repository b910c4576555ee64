"""Trains a network epoch by epoch: validation, early stopping, and putting down what is interrupted."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zhgen.config import TrainSettings
from zhgen.errors import ZhgenError
from zhgen.progress import Reporter, Task
from zhgen.training.baseline import describe_failure, frequency_loss
from zhgen.training.checkpoint import Checkpoint
from zhgen.training.interruption import Interruption
from zhgen.training.learner import Learner, Windows
from zhgen.training.objectives import Objective
from zhgen.training.optimizer import Pace, learning_rate
from zhgen.training.record import Record
from zhgen.training.report import Report
from zhgen.wording import counted

_SHOWN_EVERY = 10  # steps


@dataclass
class Trainer:
    """Trains what an objective holds and leaves it with the weights that validated best.

    Args:
        objective: The network and what it is taught.
        settings: The recipe, with epochs and batch size filled in.
        train: What is learnt.
        valid: What is validated on, or None: then the last weights are kept.
        reporter: What is told how it goes on.
        checkpoint: Where it is kept on disk meanwhile; None keeps nothing.
        after_epoch: Called with the number of every epoch that is done.

    Attributes:
        record: How far it has come.
        interrupted: Whether Ctrl-C ended the training; the best weights so far are kept then.
    """

    objective: Objective
    settings: TrainSettings
    train: Windows
    valid: Windows | None
    reporter: Reporter
    checkpoint: Checkpoint | None = None
    after_epoch: Callable[[int], None] | None = None
    record: Record = field(default_factory=Record)
    interrupted: bool = False

    def __post_init__(self) -> None:
        assert self.settings.epochs is not None
        self.epochs: int = self.settings.epochs
        self.learner = Learner(self.objective, self.settings, self.train)
        self.report = Report(self.reporter, self.epochs, self.objective.measure)
        self.pace = Pace.of(self.settings, self.train.steps * self.epochs)
        self._interruption = Interruption()
        self._failed_to_save = False

    def run(self, *, resume: bool = False) -> None:
        """Train to the last epoch, until validation has not improved for `patience` epochs, or until the time is over.

        Args:
            resume: Whether to go on with what the checkpoint holds, if it holds anything.

        Raises:
            RefusedError: The checkpoint is damaged.
            ZhgenError: The loss is no longer a number, and no epoch before was validated.
            KeyboardInterrupt: Ctrl-C was pressed before there was anything to keep, or twice.
        """
        if resume:
            self._resume()
        self._began = time.monotonic() - self.record.seconds
        left = self.train.predictions * self.epochs * (1 - self._steps / self.pace.steps)
        with self._interruption, self.reporter.track("train", round(left), "words") as task:
            while not self.record.ended and self._learn(task) and self._judge():
                pass
            if not self.record.ended:
                self._put_down()
        self.learner.go_back()

    def _resume(self) -> None:
        if self.checkpoint is None or not self.checkpoint.stands:
            return
        record = self.record = self.checkpoint.load(self.learner.restore)
        self.pace.started, self.pace.reserved = record.started, record.reserved
        where = f"epoch {record.epoch} of {self.epochs}, {len(record.losses) / self.train.steps:.0%} of it learnt"
        self.reporter.say(f"Goes on from {self.checkpoint.folder}: {'all is learnt' if record.ended else where}.")

    def _learn(self, task: Task) -> bool:
        """Learn what is left of an epoch, or of the time; return whether it was not interrupted."""
        record = self.record
        title = f"epoch {record.epoch}/{self.epochs}"
        mark = time.monotonic()
        for batch in self.learner.batches(len(record.losses)):
            progress = self.pace.progress(self._steps, self._seconds)
            value = self.learner.learn(batch, learning_rate(self.settings, progress))
            record.losses.append(value)
            record.sizes.append(batch.y.size)
            shown = float(value) if len(record.losses) % _SHOWN_EVERY == 0 else None
            task.advance(batch.y.size, title if shown is None else f"{title}, loss {shown:.4g}")
            self._note_time(mark)
            if self._interruption.asked:
                return False
            if self.pace.over(self._seconds) or (shown is not None and math.isnan(shown)):
                break
            if self.checkpoint is not None and self.checkpoint.late:
                self._save()
            mark = time.monotonic()
        return True

    def _note_time(self, since: float) -> None:
        """Note the time of a step, and keep time for the last validation."""
        record = self.record
        record.epoch_seconds += time.monotonic() - since
        record.started = self.pace.started = record.started or self._seconds
        if self.valid is not None and not record.reserved:  # the first will take no longer than learning as much
            a_piece = (self._seconds - record.started) / sum(record.sizes)
            self.pace.reserved = a_piece * self.valid.predictions

    def _judge(self) -> bool:
        """Validate an epoch and decide whether it was the last; return whether the validation was not interrupted."""
        record = self.record
        loss = judged = float(np.average([float(loss) for loss in record.losses], weights=record.sizes))
        row: dict[str, Any] = {"epoch": record.epoch, "loss": round(loss, 6)}
        if self.valid is not None:
            judged = self._validate(self.valid) if math.isfinite(loss) else loss
            if self._interruption.asked:
                return False
            row["validation_loss"] = round(judged, 6)
            if self.objective.measure == "perplexity":
                row["perplexity"] = round(math.exp(min(judged, 50)), 3)
        row["learning_rate"] = float(f"{self.learner.learning_rate:.6g}")
        row["seconds"] = round(self._seconds, 2)
        row["words_per_second"] = round(sum(record.sizes) / max(record.epoch_seconds, 1e-3))
        cut = len(record.sizes) < self.train.steps
        record.next_epoch(row)
        if math.isfinite(loss) and math.isfinite(judged):
            self._decide(row, judged, cut=cut)
        else:
            self._stop_at_nan()
        if self.checkpoint is not None and (record.ended or self.checkpoint.affordable):
            self._save()
        return True

    def _validate(self, windows: Windows) -> float:
        began = time.monotonic()
        loss = self.learner.validate(windows, lambda: self._interruption.asked)
        self.record.reserved = self.pace.reserved = time.monotonic() - began
        return loss

    def _decide(self, row: dict[str, Any], judged: float, *, cut: bool) -> None:
        """Keep the weights if they are the best, and end the training when it is time.

        Args:
            row: What there is to say of the epoch.
            judged: What it is judged by; less is better.
            cut: Whether there was no time for all of it.
        """
        record, last = self.record, row["epoch"] == self.epochs
        better = self.valid is None or judged < record.best_loss
        if better:
            self.learner.keep()
            record.best_loss, record.kept = judged, row
        record.waited = 0 if better else record.waited + 1
        late = cut or self.pace.over(self._seconds)
        record.ended = last or late or record.waited >= self.settings.patience
        self.report.tell(record.history, better=better, left=0.0 if record.ended else self._left())
        if row["epoch"] == 1 and not cut:
            self._warn_of_failure(judged)
        if self.after_epoch is not None:
            self.after_epoch(row["epoch"])
        if late and not last:
            self.reporter.say(f"The time of --max-minutes {self.settings.max_minutes:g} is over: stopped.")
        elif record.waited >= self.settings.patience:
            self.reporter.say(f"Validation has not improved for {counted(record.waited, 'epoch')}: stopped.")

    def _warn_of_failure(self, loss: float) -> None:
        """Say after the first epoch when it has taught nothing."""
        if self.valid is not None and self.objective.measure == "perplexity":
            failure = describe_failure(loss, frequency_loss(self.train.ids, self.valid.ids), self.settings)
            if failure:
                self.reporter.warn(failure)

    def _stop_at_nan(self) -> None:
        epoch = self.record.history[-1]["epoch"]
        advice = "Train again with a lower --learning-rate or a lower --clip-norm."
        if self.valid is None or self.record.kept is None:  # what the last weights are worth nobody knows
            if self.checkpoint is not None and not self.checkpoint.stands:
                self.checkpoint.remove()  # it would only lead here again
            raise ZhgenError(f"The loss is no longer a number in epoch {epoch}; nothing is kept.", advice)
        self.record.ended = True
        self.reporter.warn(f"The loss is no longer a number in epoch {epoch}: stopped, the best model so far is kept. {advice}")

    def _put_down(self) -> None:
        """Keep what was interrupted, so that it can go on."""
        self.interrupted = True
        epoch, empty, hint = self.record.epoch, self.record.kept is None, ""
        if self.checkpoint is not None and empty and self.checkpoint.stands:
            hint = f" {self.checkpoint.folder} is as it was."
        elif self.checkpoint is not None and self._save():
            hint = " To go on, give the same command with --resume."
        if empty:
            self.reporter.warn(f"Interrupted in epoch {epoch}, before there was a model to keep.{hint}")
            raise KeyboardInterrupt
        self.reporter.warn(f"Interrupted in epoch {epoch}; the best model so far is kept.{hint}")

    def _save(self) -> bool:
        """Write the checkpoint; return whether that succeeded: a full disk is no reason to stop learning."""
        assert self.checkpoint is not None
        self.record.seconds = self._seconds
        within = bool(self.record.losses)
        try:
            self.checkpoint.save(self.record, self.learner.chance(within=within), self.learner.arrays(within=within))
        except OSError as error:
            if not self._failed_to_save:
                self.reporter.warn(f"The checkpoint cannot be written ({error.strerror}); an earlier one stays as it was.")
            self._failed_to_save = True
            return False
        return True

    @property
    def _steps(self) -> int:
        """How many steps were taken in all epochs."""
        return (self.record.epoch - 1) * self.train.steps + len(self.record.losses)

    @property
    def _seconds(self) -> float:
        """How long the training took so far, in all processes."""
        return time.monotonic() - self._began

    def _left(self) -> float:
        """Return in how many seconds the training will be over, if it goes on to the last epoch."""
        seconds = self._seconds
        return seconds / max(self.pace.progress(self._steps, seconds), 1e-9) - seconds
