"""TensorFlow beneath Keras: what `backend` promises, and nothing but this file knows of it."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf


def start() -> None:
    """Make TensorFlow compute the same from run to run, and let it print what it prints when it starts."""
    tf.config.experimental.enable_op_determinism()
    tf.zeros(())


def compile_step(loss: Callable[..., Any], network: Any, optimizer: Any) -> Callable[..., Any]:
    """Return what `backend.compile_step` promises."""
    tables = getattr(network, "tables", ())

    def step(*arguments: Any) -> Any:
        touched = network.touched(*arguments) if tables else ()
        rows = [table.take(ids) for table, ids in zip(tables, touched, strict=True)]
        with tf.GradientTape() as tape:
            tape.watch(rows)
            value, kept = loss(*arguments, rows=rows) if tables else loss(*arguments)
        variables = network.trainable_variables
        # Rows gathered from a variable come back as slices, which the norm and Adam want summed up.
        gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(value, [*variables, *rows])]
        learning_rate = tf.convert_to_tensor(optimizer.learning_rate)  # before the optimizer counts this step
        optimizer.apply(gradients[: len(variables)], variables)
        for table, ids, gradient in zip(tables, touched, gradients[len(variables) :], strict=True):
            table.learn(ids, gradient, learning_rate, add_rows)
        return value, kept

    # How many rows are read differs from batch to batch: without a signature each number would be compiled anew.
    return _compiled(step, getattr(network, "varying", ()))


def add_rows(variable: Any, ids: Any, values: Any) -> None:
    """Add values to rows of a Keras variable."""
    tf.raw_ops.ResourceScatterAdd(resource=variable.value.handle, indices=ids, updates=values)


def _compiled(function: Callable[..., Any], varying: Sequence[int]) -> Callable[..., Any]:
    """Return a function compiled once for all calls, if only the lengths of the arguments at the places `varying` differ."""
    if not varying:
        return tf.function(function, autograph=False)  # type: ignore[no-any-return]
    made: dict[Any, Callable[..., Any]] = {}

    def call(*arguments: Any) -> Any:
        fixed = tuple(
            argument.shape for place, argument in enumerate(arguments) if hasattr(argument, "shape") and place not in varying
        )
        if fixed not in made:
            signatures = [
                tf.nest.map_structure(lambda array: tf.TensorSpec(array.shape, array.dtype), argument)
                if place not in varying
                else tf.TensorSpec((None, *argument.shape[1:]), argument.dtype)
                for place, argument in enumerate(arguments)
            ]
            made[fixed] = tf.function(function, autograph=False, input_signature=signatures)
        return made[fixed](*arguments)

    return call


def compile_function(function: Callable[..., Any], network: Any) -> Callable[..., Any]:  # noqa: ARG001  JAX needs it
    """Return a function compiled once for each set of shapes."""
    return tf.function(function, autograph=False)  # type: ignore[no-any-return]


def adam(learning_rate: Any, **settings: Any) -> Any:
    """Return Keras's Adam (Kingma & Ba 2015) with its update done in one pass over memory."""

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
