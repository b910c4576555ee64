"""The network in Keras: rows of a table in, LSTM layers, a linear layer that puts out a vector.

Keras's LSTM layers hold and draw the weights; `lstm_sequence` runs them.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from zhgen.config import TrainSettings
from zhgen.training.continuation import read_rows
from zhgen.training.sequence import lstm_sequence
from zhgen.vectors.table import unit_rows

State = list[Any]
"""The output and the state of every LSTM layer, one after the other, each (B, H)."""


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
        # One mask for all steps of a window (Gal & Ghahramani 2016): (1, B, D).
        self.input_dropout = keras.layers.Dropout(settings.input_dropout, noise_shape=(1, None, None), seed=settings.seed)
        self.word_dropout = keras.layers.Dropout(settings.word_dropout, noise_shape=(None, None, 1), seed=settings.seed + 2)
        self.output_dropout = keras.layers.Dropout(settings.output_dropout, noise_shape=(1, None, None), seed=settings.seed + 1)
        self.lstms = [keras.layers.LSTM(settings.units, name=f"lstm_{layer}") for layer in range(1, settings.layers + 1)]
        self.output_layer = keras.layers.Dense(self.vector_size, name="output")
        width = self.vector_size
        for lstm in self.lstms:
            lstm.build((None, None, width))
            width = settings.units
        self.output_layer.build((None, None, width))
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
        x = rows * self.vector_size**0.5 if self.normalised else rows
        x = self.input_dropout(self.word_dropout(x, training=training), training=training)
        after: State = []
        for number, lstm in enumerate(self.lstms):
            weights = [ops.convert_to_tensor(variable) for variable in lstm.trainable_variables]
            x, c = lstm_sequence(x, state[2 * number], state[2 * number + 1], *weights)
            after += [ops.stop_gradient(x[-1]), c]
            x = self.output_dropout(x, training=training)
        return self.output_layer(x), after

    def zero_state(self, batch_size: int) -> State:
        """Return the state before anything was read."""
        return [ops.zeros((batch_size, lstm.units)) for lstm in self.lstms for _ in range(2)]

    def exported(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights of the layers under the names that a bundle gives them."""
        weights = {}
        for lstm in self.lstms:
            for name, variable in zip(("kernel", "recurrent_kernel", "bias"), lstm.trainable_variables, strict=True):
                weights[f"{lstm.name}/{name}"] = np.asarray(variable)
        weights["output/kernel"] = np.asarray(self.output_layer.kernel)
        weights["output/bias"] = np.asarray(self.output_layer.bias)
        return weights

    def restore(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Take over the layers and the table of a bundle."""
        for lstm in self.lstms:
            for name, variable in zip(("kernel", "recurrent_kernel", "bias"), lstm.trainable_variables, strict=True):
                variable.assign(weights[f"{lstm.name}/{name}"])
        self.output_layer.kernel.assign(weights["output/kernel"])
        self.output_layer.bias.assign(weights["output/bias"])
        self.table.assign(read_rows(weights))


def unit_length(vectors: Any) -> Any:
    """Return vectors, (…, D), scaled to length 1; one of zeros stays one."""
    squares = ops.sum(ops.square(vectors), axis=-1, keepdims=True)
    return vectors * ops.rsqrt(ops.maximum(squares, 1e-12))
