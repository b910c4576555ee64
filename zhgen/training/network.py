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
from zhgen.recurrent.attention import KEY_SIZE
from zhgen.training.attention import Attention, Seen, nothing_seen, see
from zhgen.training.continuation import read_rows
from zhgen.training.members import Weights, merge, split
from zhgen.training.sequence import lstm_sequence
from zhgen.vectors.table import unit_rows

_SEEDS = 6  # that a member draws from

State = list[Any]
"""The output and the state of every LSTM layer, one after the other, each (B, H), and with attention the keys (B, N, A), of one
member after the other; last, with attention, what was read (`zhgen.training.attention.Seen`)."""


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
        self.attention = Attention(vector_size, settings, seed + 3) if settings.attention else None
        width = vector_size
        for lstm in self.lstms:
            lstm.build((None, None, width))
            width = settings.units
        self.output_layer.build((None, None, width))
        self.built = True

    def call(self, read: Any, state: State, seen: Seen, training: bool = False) -> tuple[Any, State]:
        """Return the output after each step, (T, B, D), and the state after the last.

        Args:
            read: (T, B, D), the first step first.
            state: The state before the first step.
            seen: What was read before, where there is attention.
            training: Whether dropout is applied.
        """
        x = h = self.input_dropout(self.word_dropout(read, training=training), training=training)
        after: State = []
        for number, lstm in enumerate(self.lstms):
            weights = [ops.convert_to_tensor(variable) for variable in lstm.trainable_variables]
            h, c = lstm_sequence(x, state[2 * number], state[2 * number + 1], *weights)
            after += [ops.stop_gradient(h[-1]), c]
            x = self.output_dropout(h, training=training)
        if self.attention is None:
            return self.output_layer(x), after
        added, keys = self.attention(h, state[-3], read, state[-1], seen, training=training)
        return self.output_layer(x) + added, [*after, keys]

    def named(self) -> dict[str, Any]:
        """Return the variables under the names that a bundle gives them."""
        names = ("kernel", "recurrent_kernel", "bias")
        variables = {
            f"{lstm.name}/{name}": variable
            for lstm in self.lstms
            for name, variable in zip(names, lstm.trainable_variables, strict=True)
        }
        looking = [] if self.attention is None else self.attention.trainable_variables
        variables |= {f"attention/{variable.name}": variable for variable in looking}
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
        self.vector_size, self._looks_back = vectors.shape[1], settings.attention
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
        seen = state[-2:] if self._looks_back else []
        outputs, after, share = [], [], (len(state) - len(seen)) // len(self.members)
        for number, member in enumerate(self.members):
            output, own = member(x, state[number * share : (number + 1) * share], seen, training=training)
            outputs.append(output)
            after += own
        return outputs, [*after, *(see(seen, x) if seen else [])]

    def zero_state(self, batch_size: int) -> State:
        """Return the state before anything was read."""
        state: State = []
        for member in self.members:
            state += [ops.zeros((batch_size, lstm.units)) for lstm in member.lstms for _ in range(2)]
            if self._looks_back:
                state.append(ops.zeros((batch_size, self._looks_back, KEY_SIZE)))
        return [*state, *(nothing_seen(self._looks_back, batch_size, self.vector_size) if self._looks_back else [])]

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
