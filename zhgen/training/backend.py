"""Keras and what it computes with: the one place that knows which library that is."""

import contextlib
import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

from zhgen.config import Backend
from zhgen.errors import RefusedError


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


def load_keras(seed: int, backend: Backend = "tensorflow") -> Any:
    """Return Keras, quiet, seeded, and computing the same from run to run on the same machine.

    Raises:
        RefusedError: The backend is not installed, or Keras computes with another one already.
    """
    if find_spec(backend) is None:
        raise RefusedError(f"{backend} is not installed.", f"Type: pip install 'zhgen[{backend}]', or leave out --backend.")
    os.environ["KERAS_BACKEND"] = backend  # whatever the user's Keras computes with elsewhere
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _stderr_kept_back():
        import keras

        if keras.backend.backend() != backend:
            raise RefusedError(f"Keras computes with {keras.backend.backend()} in this process.", "Begin a new one.")
        keras.utils.set_random_seed(seed)
        _adapter().start()
    return keras


def _adapter() -> Any:
    """Return the module that knows what Keras computes with."""
    import keras

    return importlib.import_module(f"zhgen.training.{keras.backend.backend()}_backend")


def compile_step(loss: Callable[..., Any], network: Any, optimizer: Any) -> Callable[..., Any]:
    """Return a function that takes one step down the gradient of a loss.

    Where the network has row tables (`tables`), `network.touched` says from the arguments which rows of each a batch reads,
    `loss` gets these rows as the argument `rows`, and they alone are changed.

    Args:
        loss: Takes arrays and returns a scalar and whatever else is to be kept.
        network: The Keras layer whose trainable variables are changed, and the rows of whose tables.
        optimizer: A built Keras optimizer.

    Returns:
        A function with the arguments and the results of `loss`.
    """
    return _adapter().compile_step(loss, network, optimizer)  # type: ignore[no-any-return]


def compile_function(function: Callable[..., Any], network: Any) -> Callable[..., Any]:
    """Return a function compiled once for each set of shapes.

    Args:
        function: Takes arrays and changes nothing.
        network: The Keras layer whose variables it reads.
    """
    return _adapter().compile_function(function, network)  # type: ignore[no-any-return]


def adam(learning_rate: Any, **settings: Any) -> Any:
    """Return Adam (Kingma & Ba 2015), done in one pass over memory where the backend can do so."""
    return _adapter().adam(learning_rate, **settings)


def add_rows(variable: Any, ids: Any, values: Any) -> None:
    """Add values, (U, D), to rows of a Keras variable."""
    _adapter().add_rows(variable, ids, values)
