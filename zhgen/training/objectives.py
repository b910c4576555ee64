"""What the network is taught, and what a trained one is read out with: one class a loss."""

from typing import Any, Protocol

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from zhgen.config import TrainSettings
from zhgen.training.losses import Noise, contrastive, squared_error
from zhgen.training.network import NextVector, State, unit_length
from zhgen.vectors.table import centred_unit_rows, unit_rows

_NEVER = -1e30  # a score that leaves no probability

Weights = dict[str, NDArray[np.float32]]


class Objective(Protocol):
    """A network and what it is taught.

    Attributes:
        network: What learns.
        carries_state: Whether a window goes on with the state of the one before.
        measure: What the validation is called.
    """

    network: NextVector
    carries_state: bool
    measure: str

    def extra(self, y: NDArray[np.int32]) -> tuple[Any, ...]:
        """Return what a training step needs beside the batch: drawn anew each time."""

    def loss(self, x: Any, y: Any, state: State, *extra: Any) -> tuple[Any, State]:
        """Return the mean loss of a batch and the state after it."""

    def validation_loss(self, x: Any, y: Any, state: State) -> tuple[Any, State]:
        """Return the summed loss of a batch without dropout and without chance, and the state after it."""

    def exported(self) -> Weights:
        """Return the weights of a bundle, decoder included."""


class Contrastive(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Tells the right piece from drawn ones; the table is learnt with the network and read at both ends.

    The score of piece w after output o is scale · cos(o, table_w) + bias_w. Scale and bias are learnt; the bias starts as the
    logarithm of the piece's frequency, the table as the word2vec vectors, centred and of length 1.

    Args:
        vectors: float32 (V, D), the word2vec vectors.
        counts: (V,), how often each piece occurs in the training part.
        settings: The recipe.
    """

    carries_state = True
    measure = "perplexity"
    first_scale = 16.0

    def __init__(self, vectors: NDArray[np.float32], counts: NDArray[np.int64], settings: TrainSettings) -> None:
        super().__init__(name="contrastive")
        self.network = NextVector(centred_unit_rows(vectors), settings, trainable_table=True)
        self.noise = Noise(counts, settings.negatives, settings.seed)
        log_frequency = np.log(np.maximum(counts, 0.5) / counts.sum()).astype(np.float32)
        self._place = np.full(len(counts), self.noise.draws, dtype=np.int32)  # of each piece among those drawn
        self.bias = self.add_weight(shape=counts.shape, initializer=lambda *_, **__: log_frequency, name="bias")
        self.log_scale = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(np.log(self.first_scale)), name="log_scale"
        )
        self.built = True

    def extra(self, y: NDArray[np.int32]) -> tuple[Any, ...]:
        """Return drawn pieces, int32 (K,), log(1/π) of each and of a dummy, float32 (K + 1,), and hits, int32 (T·B, 2)."""
        pieces = self.noise.draw()
        corrections = np.append(self.noise.corrections[pieces], np.float32(_NEVER))
        self._place[pieces] = np.arange(len(pieces), dtype=np.int32)
        targets = y.ravel()
        hits = np.stack([np.arange(targets.size, dtype=np.int32), self._place[targets]], axis=1)
        self._place[pieces] = len(pieces)
        return pieces, corrections, hits

    def _directions(self, x: Any, state: State, *, training: bool) -> tuple[Any, State]:
        outputs, after = self.network(x, state, training=training)
        outputs = ops.reshape(outputs, (-1, self.network.vector_size))
        return unit_length(outputs) * ops.exp(self.log_scale), after

    def loss(self, x: Any, y: Any, state: State, pieces: Any, corrections: Any, hits: Any) -> tuple[Any, State]:
        """Return the mean of −log probability, estimated from the drawn pieces, in nats, and the state after the batch."""
        directions, after = self._directions(x, state, training=True)
        targets = ops.reshape(y, (-1,))
        losses = contrastive(
            directions,
            self.network.rows(targets),
            ops.take(self.bias, targets),
            ops.pad(self.network.rows(pieces), ((0, 1), (0, 0))),
            ops.pad(ops.take(self.bias, pieces), ((0, 1),)) + corrections,
            hits,
        )
        return ops.mean(losses), after

    def validation_loss(self, x: Any, y: Any, state: State) -> tuple[Any, State]:
        """Return the sum of −log probability over all pieces, in nats, and the state after the batch."""
        directions, after = self._directions(x, state, training=False)
        scores = ops.matmul(directions, ops.transpose(unit_length(self.network.table))) + self.bias
        targets = ops.reshape(y, (-1,))
        right = ops.squeeze(ops.take_along_axis(scores, ops.expand_dims(targets, 1), axis=1), 1)
        return ops.sum(ops.logsumexp(scores, axis=1) - right), after

    def exported(self) -> Weights:
        """Return the weights of a bundle, decoder included."""
        table = unit_rows(self.network.table.numpy())
        return {
            **self.network.exported(),
            "input/scale": np.array(self.network.vector_size**0.5, dtype=np.float32),
            "decoder/table": table,
            "decoder/scale": np.exp(self.log_scale.numpy()),
            "decoder/bias": self.bias.numpy(),
        }


class SquaredError(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Hits the raw vector of the piece that follows a window, as the first recipe did; the table stays as it is.

    Args:
        vectors: float32 (V, D), the word2vec vectors.
        settings: The recipe.
    """

    carries_state = False
    measure = "squared error"
    scale = 20.0  # the probability of a piece is the softmax of 20 · cosine, which this recipe does not learn

    def __init__(self, vectors: NDArray[np.float32], settings: TrainSettings) -> None:
        super().__init__(name="squared_error")
        self.vectors = vectors
        self.network = NextVector(vectors, settings, trainable_table=False)
        self.built = True

    def extra(self, y: NDArray[np.int32]) -> tuple[Any, ...]:  # noqa: ARG002  others need it
        """Return nothing."""
        return ()

    def predict(self, x: Any, *, training: bool = False) -> Any:
        """Return the output after the last step of windows int32 (T, B), each from a zero state: (B, D)."""
        outputs, _ = self.network(x, self.network.zero_state(ops.shape(x)[1]), training=training)
        return outputs[-1]

    def loss(self, x: Any, y: Any, state: State) -> tuple[Any, State]:
        """Return the mean squared error of a batch and the state it was given."""
        return squared_error(self.predict(x, training=True), self.network.rows(y[-1])), state

    def validation_loss(self, x: Any, y: Any, state: State) -> tuple[Any, State]:
        """Return the summed squared error (the mean over dimensions) of a batch and the state it was given."""
        error = squared_error(self.predict(x), self.network.rows(y[-1]))
        return error * ops.cast(ops.shape(x)[1], "float32"), state

    def exported(self) -> Weights:
        """Return the weights of a bundle, decoder included."""
        return {
            **self.network.exported(),
            "input/table": self.vectors,
            "decoder/table": unit_rows(self.vectors),
            "decoder/scale": np.array(self.scale, dtype=np.float32),
            "decoder/bias": np.zeros(len(self.vectors), dtype=np.float32),
        }
