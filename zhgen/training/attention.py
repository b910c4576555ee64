"""Attention in Keras: a network looks back at what it read after moments like this one (`zhgen.recurrent.attention`)."""

from typing import Any

import keras
import numpy as np
from keras import ops

from zhgen.config import TrainSettings
from zhgen.recurrent.attention import KEY_SIZE

_NEVER = -1e9  # a score that leaves no share
_NOTHING, _FADING, _OUTPUT = 2.0, -0.3, 0.1  # where learning starts: little is found, and little of it put out

Seen = list[Any]
"""What the networks side by side have read: the last N vectors, (B, N, D), and which of them there are, (B, N), 1 or 0."""


class Attention(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """What one network looks back with.

    Args:
        vector_size: D, of what is read and of what is put out.
        settings: Sizes and dropout.
        seed: What chance begins with.
    """

    def __init__(self, vector_size: int, settings: TrainSettings, seed: int) -> None:
        super().__init__(name="attention")
        self.length = settings.attention
        drawn = keras.initializers.GlorotUniform
        self.query = self.add_weight(shape=(settings.units, KEY_SIZE), initializer=drawn(seed), name="query")
        self.query_bias = self.add_weight(shape=(KEY_SIZE,), initializer="zeros", name="query_bias")
        self.key = self.add_weight(shape=(settings.units, KEY_SIZE), initializer=drawn(seed + 1), name="key")
        self.key_bias = self.add_weight(shape=(KEY_SIZE,), initializer="zeros", name="key_bias")
        straight = _OUTPUT * np.eye(vector_size, dtype=np.float32)
        self.output_kernel = self.add_weight(shape=straight.shape, initializer=lambda *_, **__: straight, name="output")
        self.nothing = self.add_weight(shape=(), initializer=keras.initializers.Constant(_NOTHING), name="nothing")
        self.fading = self.add_weight(shape=(), initializer=keras.initializers.Constant(_FADING), name="fading")
        # What is left out of what is found has one mask for a window, (1, B, D); a vector left out is so for all its steps.
        self.output_dropout = keras.layers.Dropout(settings.output_dropout, noise_shape=(1, None, None), seed=seed)
        self.word_dropout = keras.layers.Dropout(settings.word_dropout, seed=seed + 1)
        self.query_dropout = keras.layers.Dropout(settings.output_dropout, noise_shape=(1, None, None), seed=seed + 2)
        self.built = True

    def call(self, h: Any, before: Any, x: Any, keys: Any, seen: Seen, training: bool = False) -> tuple[Any, Any]:
        """Return what is added to the output after each step, (T, B, D), and the keys after the last, (B, N, A).

        Args:
            h: (T, B, H), what the highest layer puts out.
            before: (B, H), what it put out before the first step.
            x: (T, B, D), what is read.
            keys: (B, N, A), of what was read before.
            seen: What was read before.
            training: Whether dropout is applied.
        """
        vectors, there = seen
        read_after = ops.concatenate([ops.expand_dims(before, 0), h[:-1]], axis=0)
        new_keys = _by_text(_times(read_after, self.key) + self.key_bias)
        queries = _by_text(_times(self.query_dropout(h, training=training), self.query) + self.query_bias) * KEY_SIZE**-0.5
        both = [ops.matmul(queries, ops.transpose(some, (0, 2, 1))) for some in (keys, new_keys)]
        shares = self._shares(ops.concatenate(both, axis=2), there, training)
        found = ops.matmul(shares[:, :, : self.length], vectors) + ops.matmul(shares[:, :, self.length : -1], _by_text(x))
        added = _times(self.output_dropout(ops.transpose(found, (1, 0, 2)), training=training), self.output_kernel)
        return added, ops.stop_gradient(ops.concatenate([keys, new_keys], axis=1)[:, -self.length :])

    def _shares(self, scores: Any, there: Any, training: bool) -> Any:
        """Return the shares of all vectors and of nothing, (B, T, N + T + 1), for the scores, (B, T, N + T)."""
        steps = scores.shape[1]
        ages = np.arange(steps)[:, np.newaxis] + self.length - np.arange(self.length + steps)
        scores = scores + self.fading * np.log(np.maximum(ages, 0) + 1).astype(np.float32)
        known = self.word_dropout(ops.pad(there, ((0, 0), (0, steps)), constant_values=1.0), training=training)
        near = ((ages > 0) & (ages <= self.length)).astype(np.float32)
        scores = ops.where(ops.expand_dims(known, 1) * near > 0, scores, _NEVER)
        nothing = ops.broadcast_to(self.nothing, (*scores.shape[:2], 1))
        return ops.softmax(ops.concatenate([scores, nothing], axis=2))


def see(seen: Seen, x: Any) -> Seen:
    """Return what was read after a window, (T, B, D), too."""
    vectors, there = seen
    length = there.shape[1]
    return [
        ops.stop_gradient(ops.concatenate([vectors, _by_text(x)], axis=1)[:, -length:]),
        ops.pad(there, ((0, 0), (0, x.shape[0])), constant_values=1.0)[:, -length:],
    ]


def nothing_seen(length: int, batch_size: int, vector_size: int) -> Seen:
    """Return what was read before a text begins."""
    return [ops.zeros((batch_size, length, vector_size)), ops.zeros((batch_size, length))]


def _times(x: Any, kernel: Any) -> Any:
    """Return x · kernel for x (T, B, H), in one product."""
    return ops.reshape(ops.matmul(ops.reshape(x, (-1, x.shape[-1])), kernel), (*x.shape[:2], kernel.shape[-1]))


def _by_text(x: Any) -> Any:
    return ops.transpose(x, (1, 0, 2))
