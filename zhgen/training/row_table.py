"""A table of which every batch reads, and learns, a few rows only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

_TINY = 1e-8


@dataclass(frozen=True)
class RowTable:
    """Rows that are learnt by Adagrad with one step size a row (Duchi et al. 2011; as embeddings are in recommender systems).

    Adam would move a row that is rarely read thirty times its learning rate at every turn, for between two turns its second
    moment fades: rare words jump about, and the network learns them by heart. Here the step of a row gets shorter with all
    that it has learnt, and rows that were not read cost nothing.

    Attributes:
        rows: float32 (R, D), the table; a variable that the optimizer does not know.
        squares: float32 (R,), what the mean squared gradient of each row adds up to over all batches.
        rate: Learning rate as a multiple of the optimizer's.
    """

    rows: Any
    squares: Any
    rate: float

    @classmethod
    def of(cls, layer: keras.layers.Layer, name: str, rows: Any, rate: float) -> "RowTable":
        """Return the row table of a variable, with its sums kept in `layer`."""
        squares = layer.add_weight(shape=(rows.shape[0],), initializer="zeros", trainable=False, name=f"{name}_squares")
        return cls(rows, squares, rate)

    def take(self, ids: Any) -> Any:
        """Return some rows, (U, D)."""
        return ops.take(self.rows, ids, axis=0)

    def learn(self, ids: Any, gradient: Any, learning_rate: Any, add_rows: Callable[[Any, Any, Any], None]) -> None:
        """Take one step.

        Args:
            ids: int32 (U,), the rows that were taken; one may stand here twice if its gradient is zero.
            gradient: (U, D), of each.
            learning_rate: The optimizer's at this step.
            add_rows: Adds values to rows of a variable: the backend's way.
        """
        square = ops.mean(ops.square(gradient), axis=1)
        add_rows(self.squares, ids, square)
        root = ops.sqrt(ops.take(self.squares, ids, axis=0)) + _TINY
        add_rows(self.rows, ids, gradient * ops.expand_dims(-learning_rate * self.rate / root, 1))
