"""Training a Keras network in a lesson, with progress for the user."""

from typing import Any

from numpy.typing import NDArray

from zhgen.progress import Reporter

Curve = list[float]


def fit(
    network: Any,
    inputs: NDArray[Any],
    labels: NDArray[Any],
    reporter: Reporter,
    title: str,
    *,
    unit: str,
    epochs: int,
    batch_size: int,
    **settings: Any,
) -> dict[str, Curve]:
    """Train a compiled network and return its measures after each epoch by name.

    Args:
        network: Takes a batch of inputs; compiled.
        inputs: (N, ...), what is trained on; drawn in a new order each epoch.
        labels: (N,), what they show.
        reporter: What is told how it goes.
        title: What the progress is called.
        unit: What an input is called, in the plural.
        epochs: How many times all of them are seen.
        batch_size: How many are seen at a step.
        **settings: For Keras's `fit`.
    """
    import keras

    with reporter.track(title, epochs * len(inputs), unit) as task:

        class Tell(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
            def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
                self.first = batch

            def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
                done = min((batch + 1) * batch_size, len(inputs)) - self.first * batch_size
                task.advance(done, f"loss {logs['loss']:.3f}")

        history = network.fit(inputs, labels, batch_size=batch_size, epochs=epochs, verbose=0, callbacks=[Tell()], **settings)
    return dict(history.history)
