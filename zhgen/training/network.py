"""The network in Keras: rows of a table in, LSTM layers, a linear layer that puts out a vector.

Keras's LSTM layers hold and draw the weights; `lstm_sequence` runs them.

Several such networks may stand side by side as members of one: they read the same table, are taught apart, and what is put out
is the mean of their directions. Each errs in its own way, and the mean errs less (Hansen & Salamon 1990).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from zhgen.config import TrainSettings
from zhgen.training.continuation import read_rows
from zhgen.training.members import Weights, merge, split
from zhgen.training.sequence import lstm_sequence
from zhgen.vectors.table import unit_rows

_SEEDS = 3  # that a member draws from

State = list[Any]
"""The output and the state of every LSTM layer, one after the other, each (B, H), of one member after the other."""


class Member(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """LSTM layers and a linear layer that puts out a vector.

    Args:
        vector_size: D, of what is read and of what is put out.
        settings: Sizes and dropout.
        number: Which of the members it is; each leaves out other things.
    """

    def __init__(self, vector_size: int, settings: TrainSettings, number: int) -> None:
        super().__init__(name=f"member_{number + 1}")
        seed = settings.seed + _SEEDS * number
        # One mask for all steps of a window (Gal & Ghahramani 2016): (1, B, D).
        self.input_dropout = keras.layers.Dropout(settings.input_dropout, noise_shape=(1, None, None), seed=seed)
        self.word_dropout = keras.layers.Dropout(settings.word_dropout, noise_shape=(None, None, 1), seed=seed + 2)
        self.output_dropout = keras.layers.Dropout(settings.output_dropout, noise_shape=(1, None, None), seed=seed + 1)
        self.lstms = [keras.layers.LSTM(settings.units, name=f"lstm_{layer}") for layer in range(1, settings.layers + 1)]
        self.output_layer = keras.layers.Dense(vector_size, name="output")
        width = vector_size
        for lstm in self.lstms:
            lstm.build((None, None, width))
            width = settings.units
        self.output_layer.build((None, None, width))
        self.built = True

    def call(self, x: Any, state: State, training: bool = False) -> tuple[Any, State]:
        """Return the output after each step, (T, B, D), and the state after the last.

        Args:
            x: (T, B, D), the first step first.
            state: The state before the first step.
            training: Whether dropout is applied.
        """
        x = self.input_dropout(self.word_dropout(x, training=training), training=training)
        after: State = []
        for number, lstm in enumerate(self.lstms):
            weights = [ops.convert_to_tensor(variable) for variable in lstm.trainable_variables]
            x, c = lstm_sequence(x, state[2 * number], state[2 * number + 1], *weights)
            after += [ops.stop_gradient(x[-1]), c]
            x = self.output_dropout(x, training=training)
        return self.output_layer(x), after

    def named(self) -> dict[str, Any]:
        """Return the variables under the names that a bundle gives them."""
        names = ("kernel", "recurrent_kernel", "bias")
        variables = {
            f"{lstm.name}/{name}": variable
            for lstm in self.lstms
            for name, variable in zip(names, lstm.trainable_variables, strict=True)
        }
        return variables | {"output/kernel": self.output_layer.kernel, "output/bias": self.output_layer.bias}


class NextVector(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Reads pieces and puts out, after each, a vector near to which the next piece should lie.

    Args:
        vectors: float32 (V, D), what the table starts as.
        settings: Sizes and dropout.
        trainable_table: Whether the table is learnt further.
        normalised: Whether its rows are read at length √D and written to at length 1, or both as they are.
    """

    def __init__(
        self,
        vectors: NDArray[np.float32],
        settings: TrainSettings,
        *,
        trainable_table: bool,
        normalised: bool,
    ) -> None:
        super().__init__(name="next_vector")
        self.vector_size = vectors.shape[1]
        self.normalised = normalised
        self.table = self.add_weight(
            shape=vectors.shape, initializer=lambda *_, **__: vectors, trainable=trainable_table, name="table"
        )
        self.members = [Member(self.vector_size, settings, number) for number in range(settings.members)]
        self.built = True

    def rows(self, ids: Any) -> Any:
        """Return rows of the table, (…, D), of length 1 if the table is normalised."""
        rows = ops.take(self.table, ids, axis=0)
        return unit_length(rows) if self.normalised else rows

    def whole_table(self) -> NDArray[np.float32]:
        """Return the rows of all pieces, float32 (V, D), of length 1 if the table is normalised."""
        table: NDArray[np.float32] = np.asarray(self.table)
        return unit_rows(table) if self.normalised else table

    def call(self, ids: Any, state: State, training: bool = False) -> tuple[Any, State]:
        """Return the output after each step, (T, B, D), and the state after the last.

        Args:
            ids: int32 (T, B), the first step first.
            state: The state before the first step.
            training: Whether dropout is applied.
        """
        return self.read(self.rows(ids), state, training=training)

    def read(self, rows: Any, state: State, *, training: bool) -> tuple[Any, State]:
        """Return the output after each step, (T, B, D), and the state after the last, for rows of the table (T, B, D)."""
        outputs, after = self.read_apart(rows, state, training=training)
        return outputs[0] if len(outputs) == 1 else mean_direction(outputs), after

    def read_apart(self, rows: Any, state: State, *, training: bool) -> tuple[list[Any], State]:
        """Return the outputs of each member, and the state after the last step."""
        x = rows * self.vector_size**0.5 if self.normalised else rows
        outputs, after, share = [], [], len(state) // len(self.members)
        for number, member in enumerate(self.members):
            output, own = member(x, state[number * share : (number + 1) * share], training=training)
            outputs.append(output)
            after += own
        return outputs, after

    def zero_state(self, batch_size: int) -> State:
        """Return the state before anything was read."""
        return [ops.zeros((batch_size, lstm.units)) for member in self.members for lstm in member.lstms for _ in range(2)]

    def exported(self) -> Weights:
        """Return the weights of the layers under the names that a bundle gives them, of all members as of one network."""
        return merge([{name: np.asarray(value) for name, value in member.named().items()} for member in self.members])

    def restore(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Take over the layers and the table of a bundle."""
        for member, own in zip(self.members, split(weights, len(self.members)), strict=True):
            for name, variable in member.named().items():
                variable.assign(own[name])
        self.table.assign(read_rows(weights))


def mean_direction(outputs: Sequence[Any]) -> Any:
    """Return the mean of outputs scaled to length 1, (…, D), for M outputs (…, D): the shorter, the less they agree."""
    return ops.mean(ops.stack([unit_length(output) for output in outputs]), axis=0)


def unit_length(vectors: Any) -> Any:
    """Return vectors, (…, D), scaled to length 1; one of zeros stays one."""
    squares = ops.sum(ops.square(vectors), axis=-1, keepdims=True)
    return vectors * ops.rsqrt(ops.maximum(squares, 1e-12))
