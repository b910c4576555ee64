"""JAX beneath Keras: what `backend` promises, and nothing but this file knows of it.

JAX changes nothing in place: a step takes the values of all variables and returns new ones.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax  # type: ignore[import-not-found, unused-ignore]  # installed on demand
import keras
import numpy as np

_FILLED_UP_TO = 512  # lengths that differ are made multiples of it, for every new length is compiled anew


def start() -> None:
    """Let JAX start."""
    jax.devices()


def compile_step(loss: Callable[..., Any], network: Any, optimizer: Any) -> Callable[..., Any]:
    """Return what `backend.compile_step` promises."""
    tables = getattr(network, "tables", ())
    learnt, other = network.trainable_variables, network.non_trainable_variables

    def losses(values: Any, rows: Any, others: Any, arguments: Any) -> Any:
        with _scope([*learnt, *other], [*values, *others]) as scope:
            value, kept = loss(*arguments, rows=rows) if tables else loss(*arguments)
        return value, (kept, _values_after(scope, other))

    def change(values: Any, others: Any, optimizing: Any, arguments: Any) -> Any:
        with _scope(other, others):
            touched = network.touched(*arguments) if tables else ()
            rows = [table.take(ids) for table, ids in zip(tables, touched, strict=True)]
        with _scope(optimizer.variables, optimizing):
            learning_rate = jax.numpy.asarray(optimizer.learning_rate)
        slopes = jax.value_and_grad(losses, argnums=(0, 1), has_aux=True)
        (value, (kept, others)), (gradients, of_rows) = slopes(values, rows, others, arguments)
        values, optimizing = optimizer.stateless_apply(optimizing, gradients, values)
        with _scope(other, others) as scope:
            for table, ids, gradient in zip(tables, touched, of_rows, strict=True):
                table.learn(ids, gradient, learning_rate, add_rows)
        return value, kept, values, _values_after(scope, other), optimizing

    compiled = jax.jit(change, donate_argnums=(0, 1, 2))
    varying = getattr(network, "varying", ())

    def step(*arguments: Any) -> Any:
        held = [learnt, other, optimizer.variables]
        filled = _filled_up(arguments, varying)
        value, kept, *after = compiled(*([variable.value for variable in variables] for variables in held), filled)
        for variables, values in zip(held, after, strict=True):
            for variable, new in zip(variables, values, strict=True):
                variable.assign(new)
        return value, kept

    return step


def _scope(variables: Sequence[Any], values: Sequence[Any]) -> Any:
    """Return a context in which variables have other values, and changes to them are kept apart."""
    return keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True)))


def _values_after(scope: Any, variables: Sequence[Any]) -> list[Any]:
    return [scope.get_current_value(variable) for variable in variables]


def _filled_up(arguments: Sequence[Any], varying: Sequence[int]) -> list[Any]:
    """Return the arguments, those at the places `varying` with zeros added to their length."""
    filled = list(arguments)
    for place in varying:
        array = np.asarray(arguments[place])
        filled[place] = np.pad(array, [(0, -len(array) % _FILLED_UP_TO), *[(0, 0)] * (array.ndim - 1)])
    return filled


def add_rows(variable: Any, ids: Any, values: Any) -> None:
    """Add values to rows of a Keras variable."""
    variable.assign(variable.value.at[ids].add(values))


def compile_function(function: Callable[..., Any], network: Any) -> Callable[..., Any]:
    """Return a function compiled once for each set of shapes."""

    def run(values: Any, arguments: Any) -> Any:
        with _scope(network.variables, values):
            return function(*arguments)

    compiled = jax.jit(run)
    return lambda *arguments: compiled([variable.value for variable in network.variables], arguments)


def adam(learning_rate: Any, **settings: Any) -> Any:
    """Return Keras's Adam."""
    return keras.optimizers.Adam(learning_rate, **settings)
