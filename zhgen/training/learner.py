"""What a training step changes, all in one place: so that it can be put down in the middle and taken up again exactly."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import keras
import numpy as np
from numpy.typing import NDArray

from zhgen.config import TrainSettings
from zhgen.training.backend import compile_function, compile_step
from zhgen.training.objectives import Objective
from zhgen.training.optimizer import make_optimizer
from zhgen.training.readout import best_loss
from zhgen.training.windows import Batch, FirstWindows, Streams

Windows = Streams | FirstWindows


class Learner:
    """An objective that learns batches of a text.

    Args:
        objective: The network and what it is taught.
        settings: The recipe.
        train: What is learnt.

    Attributes:
        best: The weights that were kept, in the order of Keras; none so far when it is empty.
    """

    def __init__(self, objective: Objective, settings: TrainSettings, train: Windows) -> None:
        self.objective, self.train = objective, train
        self.best: list[NDArray[Any]] = []
        self._layer = cast("Any", objective)  # which is a Keras layer beside
        self._optimizer = make_optimizer(settings)
        self._optimizer.build(self._layer.trainable_variables)
        self._step = compile_step(objective.loss, objective, self._optimizer)
        self._evaluate = compile_function(objective.validation_loss, objective)
        self._state: Any = []
        self._before_pass: list[Any] = []

    def batches(self, skipped: int) -> Iterator[Batch]:
        """Yield the batches of a pass over the text, less the first ones, which were learnt before an interruption."""
        self._before_pass = _states(self.train.generators)
        for number, batch in enumerate(self.train.batches()):
            if number >= skipped:
                yield batch

    def learn(self, batch: Batch, learning_rate: float) -> Any:
        """Take a step and return the mean loss of the batch, a scalar of the backend's."""
        self._optimizer.learning_rate.assign(learning_rate)
        state = self._state_before(batch, self._state)
        value, self._state = self._step(batch.x, batch.y, state, *self.objective.extra(batch))
        return value

    def validate(self, windows: Windows, stop: Callable[[], bool]) -> float:
        """Return the mean loss of a prediction, of those until `stop` says to stop; at the scale that is best for them."""
        total, count, state = np.zeros(()), 0, None
        extra = self.objective.validation_extra()
        for batch in windows.batches():
            value, state = self._evaluate(batch.x, batch.y, self._state_before(batch, state), *extra)
            total, count = total + np.asarray(value, dtype=np.float64), count + batch.y.size
            if stop():
                break
        return best_loss(total / count, count)

    def _state_before(self, batch: Batch, state: Any) -> Any:
        return self.objective.network.zero_state(batch.x.shape[1]) if batch.starts else state

    @property
    def learning_rate(self) -> float:
        """The learning rate of the last step."""
        return float(self._optimizer.learning_rate)

    def keep(self) -> None:
        """Keep the weights as they are now."""
        self.best = self._layer.get_weights()

    def go_back(self) -> None:
        """Take the weights that were kept."""
        if self.best:
            self._layer.set_weights(self.best)

    def chance(self, *, within: bool) -> dict[str, list[Any]]:
        """Return where chance stands, for JSON; of the text's generators within a pass: where they stood before it."""
        before = self._before_pass if within else _states(self.train.generators)
        return {"text": before, "objective": _states(self.objective.generators)}

    def arrays(self, *, within: bool) -> Iterator[tuple[str, NDArray[Any]]]:
        """Yield all that a step changes, by names `GROUP/NUMBER`; within a pass with the LSTM's state."""
        groups = {"variable": self._variables(), "best": self.best, "state": self._state if within else []}
        for group, values in groups.items():
            for number, value in enumerate(values):
                yield f"{group}/{number}", np.asarray(value)

    def restore(self, arrays: Mapping[str, list[NDArray[Any]]], chance: Mapping[str, list[Any]]) -> None:
        """Take up what `arrays`, by group, and `chance` returned.

        Raises:
            KeyError, TypeError, ValueError: They are of another network.
        """
        for variable, array in zip(self._variables(), arrays["variable"], strict=True):
            variable.assign(array)
        self.best = arrays.get("best", [])
        self._state = [keras.ops.convert_to_tensor(array) for array in arrays.get("state", [])]
        for generators, name in ((self.train.generators, "text"), (self.objective.generators, "objective")):
            for generator, state in zip(generators, chance[name], strict=True):
                generator.bit_generator.state = state

    def _variables(self) -> list[Any]:
        """Return weights, what the optimizer keeps of their gradients, and the seeds of dropout."""
        return [*self._layer.variables, *self._optimizer.variables]


def _states(generators: tuple[np.random.Generator, ...]) -> list[Any]:
    return [generator.bit_generator.state for generator in generators]
