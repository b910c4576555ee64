"""What the recipe `seed` is taught: the vector of the piece after a window."""

from collections.abc import Iterable, Mapping
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from zhgen.config import TrainSettings
from zhgen.training.losses import squared_error
from zhgen.training.network import NextVector, State
from zhgen.training.windows import Batch
from zhgen.vectors.table import unit_rows


class LastStep(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Hits the raw vector of the piece that follows a window, as the first recipe did; the table stays as it is.

    Args:
        vectors: float32 (V, D), the word2vec vectors.
        settings: The recipe.
    """

    carries_state = False
    learns_probabilities = False
    generators: tuple[np.random.Generator, ...] = ()
    measure = "squared error"
    scale = 20.0  # the probability of a piece is the softmax of 20 · cosine, which this recipe does not learn

    def __init__(self, vectors: NDArray[np.float32], settings: TrainSettings) -> None:
        super().__init__(name="last_step")
        self.vectors = vectors
        self.network = NextVector(vectors, settings, trainable_table=False, normalised=False)
        self.built = True

    def extra(self, batch: Batch) -> tuple[Any, ...]:  # noqa: ARG002  others need it
        """Return nothing."""
        return ()

    def validation_extra(self) -> tuple[Any, ...]:
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

    def fit_readout(self, batches: Iterable[Batch]) -> Mapping[str, float]:  # noqa: ARG002  others need them
        """Return no figures: what it is read out with is fixed."""
        return {}

    def exported(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights of a bundle, decoder included."""
        return {
            **self.network.exported(),
            "input/table": self.vectors,
            "decoder/table": unit_rows(self.vectors),
            "decoder/scale": np.array(self.scale, dtype=np.float32),
            "decoder/bias": np.zeros(len(self.vectors), dtype=np.float32),
        }
