"""Keras and what it computes with: the one place that knows which library that is."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def _stderr_kept_back() -> Iterator[None]:
    """Keep back what native libraries print to file descriptor 2, and let it out when the block fails."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as kept:
        saved = os.dup(2)
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(saved, 2)
            kept.seek(0)
            os.write(2, kept.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def load_keras(seed: int) -> Any:
    """Return Keras, quiet, seeded, and computing the same from run to run on the same machine."""
    os.environ["KERAS_BACKEND"] = "tensorflow"  # the steps below are its own, whatever the user's Keras computes with elsewhere
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _stderr_kept_back():
        import keras

        keras.utils.set_random_seed(seed)
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
        tf.zeros(())  # starts the runtime, which prints
    return keras


def compile_step(loss: Callable[..., Any], network: Any, optimizer: Any) -> Callable[..., Any]:
    """Return a function that takes one step down the gradient of a loss.

    Args:
        loss: Takes arrays and returns a scalar and whatever else is to be kept.
        network: The Keras layer whose trainable variables are changed.
        optimizer: A built Keras optimizer.

    Returns:
        A function with the arguments and the results of `loss`.
    """
    import tensorflow as tf

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]  # TensorFlow ships no types
    def step(*arguments: Any) -> Any:
        with tf.GradientTape() as tape:
            value, kept = loss(*arguments)
        variables = network.trainable_variables
        # Rows gathered from the table come back as slices, which the norm and Adam want summed up.
        gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(value, variables)]
        optimizer.apply(gradients, variables)
        return value, kept

    return step  # type: ignore[no-any-return]


def compile_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function compiled once for each set of shapes."""
    import tensorflow as tf

    return tf.function(function, autograph=False)  # type: ignore[no-any-return]


def adam(learning_rate: Any, **settings: Any) -> Any:
    """Return Keras's Adam (Kingma & Ba 2015) with its update done in one pass over memory."""
    import keras
    import tensorflow as tf

    class FusedAdam(keras.optimizers.Adam):  # type: ignore[misc]  # Keras ships no types
        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            step = tf.cast(self.iterations + 1, variable.dtype)
            index = self._get_variable_index(variable)
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=self._momentums[index].value.handle,
                v=self._velocities[index].value.handle,
                beta1_power=tf.pow(tf.constant(self.beta_1, variable.dtype), step),
                beta2_power=tf.pow(tf.constant(self.beta_2, variable.dtype), step),
                lr=tf.cast(learning_rate, variable.dtype),
                beta1=tf.constant(self.beta_1, variable.dtype),
                beta2=tf.constant(self.beta_2, variable.dtype),
                epsilon=tf.constant(self.epsilon, variable.dtype),
                grad=gradient,
            )

    return FusedAdam(learning_rate, **settings)
