"""Losses that aim at the right piece's vector and look at no other: `mse`, `cosine`, `vmf`. The table stays as it is."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from zhgen.config import Loss, TrainSettings
from zhgen.training.backend import compile_function
from zhgen.training.network import NextVector, State, unit_length
from zhgen.training.readout import Evidence, Readout, log_frequencies
from zhgen.training.windows import Batch
from zhgen.vectors.table import starting_table, unit_rows


class Aiming(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Hits the vector of the next piece, at every step, by one of three measures of how far the output is from it.

    Probabilities come in when it has learnt: by a read-out that is fitted on a text it did not learn.

    Args:
        vectors: float32 (V, D), the word2vec vectors.
        counts: (V,), how often each piece occurs in the training part.
        settings: The recipe.
    """

    carries_state = True
    learns_probabilities = False
    generators: tuple[np.random.Generator, ...] = ()

    def __init__(self, vectors: NDArray[np.float32], counts: NDArray[np.int64], settings: TrainSettings) -> None:
        super().__init__(name="aiming")
        self.measure, self.distance = DISTANCES[settings.loss]
        self.network = NextVector(
            starting_table(vectors, settings.table),
            settings,
            trainable_table=False,
            normalised=settings.table != "raw",
        )
        self.log_prior = log_frequencies(counts)
        self.readout = Readout(scale=10.0, prior=1.0)  # until it is fitted
        self.built = True

    def extra(self, batch: Batch) -> tuple[Any, ...]:  # noqa: ARG002  others need it
        """Return nothing."""
        return ()

    def validation_extra(self) -> tuple[Any, ...]:
        """Return nothing."""
        return ()

    def _outputs(self, x: Any, state: State, *, training: bool) -> tuple[Any, State]:
        outputs, after = self.network(x, state, training=training)
        return ops.reshape(outputs, (-1, self.network.vector_size)), after

    def loss(self, x: Any, y: Any, state: State) -> tuple[Any, State]:
        """Return the mean distance of a batch and the state after it."""
        outputs, after = self._outputs(x, state, training=True)
        return ops.mean(self.distance(outputs, self.network.rows(ops.reshape(y, (-1,))))), after

    def validation_loss(self, x: Any, y: Any, state: State) -> tuple[Any, State]:
        """Return the summed distance of a batch without dropout and the state after it."""
        outputs, after = self._outputs(x, state, training=False)
        return ops.sum(self.distance(outputs, self.network.rows(ops.reshape(y, (-1,))))), after

    def fit_readout(self, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Fit what turns cosines into probabilities on the beginning of a text, and return both numbers and its perplexity."""

        def directions(x: Any, state: State) -> tuple[Any, State]:
            outputs, after = self._outputs(x, state, training=False)
            return unit_length(outputs), after

        run = compile_function(directions, self)
        evidence = Evidence.gather(run, self.network.zero_state, batches, self._unit_table(), self.log_prior)
        self.readout = evidence.fit(self.readout)
        return evidence.figures(self.readout)

    def _unit_table(self) -> NDArray[np.float32]:
        return unit_rows(self.network.whole_table())

    def restore(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Take over what a bundle has of it, as `exported` gives it; the read-out is fitted anew."""
        self.network.restore(weights)

    def exported(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights of a bundle, decoder included."""
        weights = {
            **self.network.exported(),
            "decoder/table": self._unit_table(),
            "decoder/scale": np.array(self.readout.scale, dtype=np.float32),
            "decoder/bias": np.float32(self.readout.prior) * self.log_prior,
        }
        if self.network.normalised:
            return weights | {"input/scale": np.array(self.network.vector_size**0.5, dtype=np.float32)}
        return weights | {"input/table": self.network.whole_table()}


def squared_distance(outputs: Any, vectors: Any) -> Any:
    """Return the squared difference of each output to the right vector, (N,), in the mean over dimensions; both (N, D)."""
    return ops.mean(ops.square(outputs - vectors), axis=1)


def cosine_distance(outputs: Any, vectors: Any) -> Any:
    """Return 1 − cosine of each output and the right vector, (N,); both (N, D)."""
    return 1 - ops.sum(unit_length(outputs) * unit_length(vectors), axis=1)


def von_mises_fisher(outputs: Any, vectors: Any) -> Any:
    """Return −log of the von Mises-Fisher density of each right direction, (N,), as a multiple of even density; both (N, D).

    The output's direction is the distribution's mean, its length κ how narrow it is (Kumar & Tsvetkov 2019):

        −log C(κ) − output · direction

    No backend has the Bessel functions in C. But the slope of −log C lies a hair above κ / (a + √(κ² + b²)) with
    a = (D − 1)/2 and b = (D + 1)/2 (Amos 1974), which is the slope of √(κ² + b²) − a·log(a + √(κ² + b²)).
    """
    dimensions = outputs.shape[-1]
    a, b = (dimensions - 1) / 2, (dimensions + 1) / 2
    root = ops.sqrt(ops.sum(ops.square(outputs), axis=1) + b * b)
    return root - b - a * ops.log((a + root) / (a + b)) - ops.sum(outputs * unit_length(vectors), axis=1)


DISTANCES: dict[Loss, tuple[str, Callable[[Any, Any], Any]]] = {
    "mse": ("squared error", squared_distance),
    "cosine": ("cosine distance", cosine_distance),
    "vmf": ("von Mises-Fisher loss", von_mises_fisher),
}
"""What each loss is called and how it is computed."""
