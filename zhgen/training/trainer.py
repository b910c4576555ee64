"""Trains a network epoch by epoch: validation, early stopping, best weights, and what is said meanwhile."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from zhgen.config import TrainSettings
from zhgen.errors import ZhgenError
from zhgen.progress import Reporter, Task
from zhgen.training.backend import adam, compile_function, compile_step
from zhgen.training.objectives import Objective
from zhgen.training.windows import Batch, FirstWindows, Streams

Windows = Streams | FirstWindows
_WARM_UP = 0.1  # share of all steps in which the learning rate rises
_QUIET_EPOCHS = 20  # of more epochs than this only some are told


@dataclass
class Trainer:
    """Trains what an objective holds and leaves it with the weights that validated best.

    Args:
        objective: The network and what it is taught.
        settings: The recipe, with epochs and batch size filled in.
        train: What is learnt.
        valid: What is validated on, or None: then the last weights are kept.
        reporter: What is told how it goes on.

    Attributes:
        history: A row an epoch.
        kept: The row of the epoch whose weights are kept.
        interrupted: Whether Ctrl-C ended the training; the best weights so far are kept then.
    """

    objective: Objective
    settings: TrainSettings
    train: Windows
    valid: Windows | None
    reporter: Reporter
    history: list[dict[str, Any]] = field(default_factory=list)
    kept: dict[str, Any] | None = None
    interrupted: bool = False

    def run(self) -> None:
        """Train to the last epoch, or until validation has not improved for `patience` epochs.

        Raises:
            ZhgenError: The loss is no longer a number, and no epoch before was validated.
        """
        epochs = self.settings.epochs
        assert epochs is not None
        steps = sum(1 for _ in self.train.batches())
        step, evaluate = self._compile(steps * epochs)
        best, best_loss, waited = self._weights(), math.inf, 0
        started = time.monotonic()
        with self.reporter.track("train", epochs * self.train.predictions, "words") as task:
            try:
                for epoch in range(1, epochs + 1):
                    loss = self._epoch(step, task, f"epoch {epoch}/{epochs}")
                    seconds = time.monotonic() - started
                    row = {"epoch": epoch, "loss": round(loss, 6), "seconds": round(seconds, 2)}
                    judged = loss
                    if self.valid is not None:
                        judged = self._validate(evaluate, self.valid)
                        row["validation_loss"] = round(judged, 6)
                    self.history.append(row)
                    if not math.isfinite(loss) or not math.isfinite(judged):
                        self._stop_at_nan(epoch, best_loss)
                        break
                    better = self.valid is None or judged < best_loss
                    if better:
                        best, best_loss, waited, self.kept = self._weights(), judged, 0, row
                    else:
                        waited += 1
                    self._tell(row, epochs, better)
                    if waited >= self.settings.patience:
                        self.reporter.say(f"Validation has not improved for {waited} epochs: stopped.")
                        break
            except KeyboardInterrupt:
                self.interrupted = True
                if not self.history:
                    raise
                self.reporter.warn(f"Interrupted in epoch {len(self.history) + 1}; the best model so far is kept.")
        self._restore(best)

    def _compile(self, steps: int) -> tuple[Callable[..., Any], Callable[..., Any]]:
        optimizer = make_optimizer(self.settings, steps)
        optimizer.build(self.objective.trainable_variables)  # type: ignore[attr-defined]  # a Keras layer
        step = compile_step(self.objective.loss, self.objective, optimizer)
        return step, compile_function(self.objective.validation_loss)

    def _epoch(self, step: Callable[..., Any], task: Task, title: str) -> float:
        """Learn every batch once and return the mean loss of a prediction."""
        losses: list[Any] = []
        sizes: list[int] = []
        state: Any = None
        for batch in self.train.batches():
            value, state = step(batch.x, batch.y, self._state(batch, state), *self.objective.extra(batch.y))
            losses.append(value)
            sizes.append(batch.y.size)
            shown = len(losses) % 10 == 0
            task.advance(batch.y.size, f"{title}, loss {float(value):.4g}" if shown else title)
        return float(np.average([float(loss) for loss in losses], weights=sizes))

    def _validate(self, evaluate: Callable[..., Any], windows: Windows) -> float:
        """Return the mean loss of a prediction in the validation part."""
        total, count, state = 0.0, 0, None
        for batch in windows.batches():
            value, state = evaluate(batch.x, batch.y, self._state(batch, state))
            total, count = total + float(value), count + batch.y.size
        return total / count

    def _state(self, batch: Batch, state: Any) -> Any:
        return self.objective.network.zero_state(batch.x.shape[1]) if batch.starts else state

    def _weights(self) -> list[NDArray[np.float32]]:
        return self.objective.get_weights()  # type: ignore[attr-defined, no-any-return]  # a Keras layer

    def _restore(self, weights: list[NDArray[np.float32]]) -> None:
        self.objective.set_weights(weights)  # type: ignore[attr-defined]  # a Keras layer

    def _stop_at_nan(self, epoch: int, best_loss: float) -> None:
        advice = "Train again with a lower --learning-rate or a lower --clip-norm."
        if self.valid is None or not math.isfinite(best_loss):  # what the last weights are worth nobody knows
            raise ZhgenError(f"The loss is no longer a number in epoch {epoch}; nothing is kept.", advice)
        self.reporter.warn(f"The loss is no longer a number in epoch {epoch}: stopped, the best model so far is kept. {advice}")

    def _tell(self, row: dict[str, Any], epochs: int, better: bool) -> None:
        epoch = row["epoch"]
        if epochs > _QUIET_EPOCHS and epoch % (epochs // _QUIET_EPOCHS) and epoch != epochs:
            return
        speed = epoch * self.train.predictions / max(row["seconds"], 0.01)
        left = (epochs - epoch) * row["seconds"] / epoch
        parts = [f"epoch {epoch}/{epochs}: loss {row['loss']:.4f}"]
        if self.valid is not None:
            parts.append(self._describe(row["validation_loss"]) + (" (best)" if better else ""))
        parts += [f"{speed:,.0f} words/s", f"{left:,.0f} s left"]
        self.reporter.say(", ".join(parts))

    def _describe(self, loss: float) -> str:
        shown = f"{math.exp(min(loss, 50)):.1f}" if self.objective.measure == "perplexity" else f"{loss:.5f}"
        return f"validation {self.objective.measure} {shown}"


def make_optimizer(settings: TrainSettings, steps: int) -> Any:
    """Return the Keras optimizer of a recipe for a training of so many steps."""
    clip = {"global_clipnorm": settings.clip_norm} if settings.clip_norm else {}
    if settings.optimizer == "sgd":
        return keras.optimizers.SGD(settings.learning_rate, **clip)
    warm_up = max(1, int(steps * _WARM_UP))
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=settings.learning_rate / 25,
        decay_steps=max(1, steps - warm_up),
        alpha=0.001,
        warmup_target=settings.learning_rate,
        warmup_steps=warm_up,
    )
    return adam(schedule, **clip)
