"""The loss of the recipe `softmax`: an ordinary language model's, as the control for the others."""

from collections.abc import Iterable, Mapping
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from zhgen.config import TrainSettings
from zhgen.training.network import NextVector, State
from zhgen.training.readout import log_frequencies
from zhgen.training.windows import Batch
from zhgen.vectors.table import starting_table, unit_rows

_FIRST_LENGTH = 4.0  # of a row; 1 and √200 were worse on a quarter of a novel


class Softmax(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Tells the right piece from all others by plain products, with one table read at both ends (Press & Wolf 2017).

    The score of piece w after output o is o · table_w + bias_w; no length is taken away, neither the output's nor the rows'.

    Args:
        vectors: float32 (V, D), the word2vec vectors.
        counts: (V,), how often each piece occurs in the training part.
        settings: The recipe.
    """

    carries_state = True
    learns_probabilities = True
    generators: tuple[np.random.Generator, ...] = ()
    measure = "perplexity"

    def __init__(self, vectors: NDArray[np.float32], counts: NDArray[np.int64], settings: TrainSettings) -> None:
        super().__init__(name="softmax")
        table = starting_table(vectors, settings.table)
        if settings.table != "raw":
            table = table * np.float32(_FIRST_LENGTH)
        self.network = NextVector(table, settings, trainable_table=settings.table == "learnt", normalised=False)
        log_prior = log_frequencies(counts)
        self.bias = self.add_weight(shape=counts.shape, initializer=lambda *_, **__: log_prior, name="bias")
        self.built = True

    def extra(self, batch: Batch) -> tuple[Any, ...]:  # noqa: ARG002  others need it
        """Return nothing."""
        return ()

    def validation_extra(self) -> tuple[Any, ...]:
        """Return nothing."""
        return ()

    def _nats(self, x: Any, y: Any, state: State, *, training: bool) -> tuple[Any, State]:
        """Return −log probability of every right piece, (T·B,), and the state after the batch."""
        outputs, after = self.network(x, state, training=training)
        outputs = ops.reshape(outputs, (-1, self.network.vector_size))
        targets = ops.reshape(y, (-1,))
        table, bias = ops.convert_to_tensor(self.network.table), ops.convert_to_tensor(self.bias)
        right = ops.sum(outputs * ops.take(table, targets, axis=0), axis=1) + ops.take(bias, targets)
        return log_sum_exp(outputs, table, bias) - right, after

    def loss(self, x: Any, y: Any, state: State) -> tuple[Any, State]:
        """Return the mean of −log probability, in nats, and the state after the batch."""
        nats, after = self._nats(x, y, state, training=True)
        return ops.mean(nats), after

    def validation_loss(self, x: Any, y: Any, state: State) -> tuple[Any, State]:
        """Return the sum of −log probability without dropout, in nats, and the state after the batch."""
        nats, after = self._nats(x, y, state, training=False)
        return ops.sum(nats), after

    def fit_readout(self, batches: Iterable[Batch]) -> Mapping[str, float]:  # noqa: ARG002  others need them
        """Return no figures: everything was learnt."""
        return {}

    def restore(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Take over what a bundle has of it, as `exported` gives it."""
        self.network.restore(weights)
        self.bias.assign(weights["decoder/bias"])

    def exported(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights of a bundle, decoder included: in place of a scale it has the length of each row."""
        table = self.network.whole_table()
        return {
            **self.network.exported(),
            "input/scale": np.array(1, dtype=np.float32),
            "decoder/table": unit_rows(table),
            "decoder/lengths": np.linalg.norm(table, axis=1),
            "decoder/bias": np.asarray(self.bias),
        }


def log_sum_exp(outputs: Any, table: Any, bias: Any) -> Any:
    """Return log Σ_w exp(output · row_w + bias_w) of every output, (N,).

    The gradient is written out, so that of the (N, V) matrix one copy is kept and none is made on the way back.

    Args:
        outputs: (N, D).
        table: (V, D).
        bias: (V,).
    """

    @ops.custom_gradient  # type: ignore[untyped-decorator]  # Keras ships no types
    def run(outputs: Any, table: Any, bias: Any) -> Any:
        scores = ops.matmul(outputs, ops.transpose(table)) + bias
        highest = ops.max(scores, axis=1)
        shares = ops.exp(scores - ops.expand_dims(highest, 1))
        total = ops.sum(shares, axis=1)

        def gradient(*upstream: Any, **_: Any) -> Any:
            weight = ops.expand_dims(upstream[0] / total, 1)
            return (
                ops.matmul(shares, table) * weight,
                ops.matmul(ops.transpose(shares), outputs * weight),
                ops.squeeze(ops.matmul(ops.transpose(shares), weight), 1),
            )

        return ops.log(total) + highest, gradient

    return run(outputs, table, bias)
