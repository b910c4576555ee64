"""The lesson `images`: a small convolutional network learns to tell ten kinds of pictures apart."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zhgen.labs.cifar import Archive, read_archive, write_archive
from zhgen.labs.epochs import fit
from zhgen.labs.lesson import Lesson, Outcome
from zhgen.labs.shapes import make_archive
from zhgen.progress import Reporter
from zhgen.training.backend import load_keras

if TYPE_CHECKING:
    from zhgen.labs.picture import Figure

BATCH_SIZE = 4
LEARNING_RATE = 0.001
"""For each picture. The source steps after every picture; the sum over a batch is four such steps from the same place."""

EPOCHS = 5
MADE = (10_000, 2_000)
"""How many pictures are made to train and to test on when no archive is given; the real one has five times as many."""

SHORT = (2_500, 300)
CHUNK = 1_000


def channel_statistics(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and the variance of each channel, (3,) each, of uint8 (N, 3, 32, 32).

    They are exact, from counting how often each of the 256 values stands in a channel: no copy in floating point is made.
    """
    values = np.arange(256)
    counts = np.zeros((3, 256), np.int64)
    for start in range(0, len(pixels), CHUNK):
        for channel in range(3):
            counts[channel] += np.bincount(pixels[start : start + CHUNK, channel].ravel(), minlength=256)
    total = counts.sum(axis=1)
    mean = counts @ values / total
    variance = (counts * (values - mean[:, None]) ** 2).sum(axis=1) / total
    return mean, variance


def build(mean: NDArray[np.float64], variance: NDArray[np.float64]) -> Any:
    """Return the network, compiled: bytes in, the logarithms of ten probabilities out."""
    import keras
    from keras import layers

    network = keras.Sequential(
        [
            keras.Input((3, 32, 32), dtype="uint8"),  # (B, 3, 32, 32)
            layers.Permute((2, 3, 1)),  # (B, 32, 32, 3): as convolutions run on every processor
            layers.Normalization(mean=mean, variance=variance),  # the training set's two numbers a channel, for every picture
            layers.Conv2D(6, 5, activation="relu"),  # (B, 28, 28, 6)
            layers.MaxPooling2D(2),  # (B, 14, 14, 6)
            layers.Conv2D(16, 5, activation="relu"),  # (B, 10, 10, 16)
            layers.MaxPooling2D(2),  # (B, 5, 5, 16)
            layers.Flatten(),  # (B, 400)
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10, activation="log_softmax"),  # (B, 10)
        ]
    )
    network.compile(
        keras.optimizers.SGD(BATCH_SIZE * LEARNING_RATE),
        # −log p of the right class; the log-softmax that it takes itself leaves logarithms of probabilities as they are.
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        steps_per_execution=50,
        jit_compile=False,
    )
    return network


def run(seed: int, reporter: Reporter, short: bool = False, data: Path | None = None) -> Outcome:
    """Train on an archive and test on its test batch.

    Args:
        seed: Of the made archive, the weights and the order of the pictures.
        reporter: What is told how it goes.
        short: Whether to take fewer pictures, when they are made, and two epochs.
        data: The folder of an archive in CIFAR-10's binary format; None makes one of simple forms.
    """
    archive = _made(seed, SHORT if short else MADE, reporter) if data is None else read_archive(data)
    load_keras(seed)
    training, test = archive.training, archive.test
    network = build(*channel_statistics(training.pixels))
    epochs = 2 if short else EPOCHS
    settings: dict[str, Any] = {"unit": "pictures", "epochs": epochs, "batch_size": BATCH_SIZE}
    curve = fit(network, training.pixels, training.labels, reporter, "training", **settings)
    scores = network.predict(test.pixels, batch_size=100, verbose=0)  # (N, 10), logarithms of probabilities
    figures = {
        "pictures": "made" if data is None else str(data),
        "training_pictures": len(training.labels),
        "test_pictures": len(test.labels),
        "epochs": len(curve["loss"]),
        "loss": round(curve["loss"][-1], 4),
        **_accuracies(archive, scores.argmax(axis=1)),
        **_hardest_picture(archive, np.exp(scores)),
    }
    drawing = {
        "names": archive.names,
        "pixels": test.pixels[:20],
        "labels": test.labels[:20],
        "predictions": scores[:20].argmax(axis=1),
        "filters": network.layers[2].get_weights()[0],  # (5, 5, 3, 6)
    }
    return Outcome(figures, drawing)


def _check(data: Path | None = None) -> None:
    if data is not None:
        read_archive(data)


def _made(seed: int, counts: tuple[int, int], reporter: Reporter) -> Archive:
    """Return an archive of simple forms, which has been written to files and read like the real one."""
    reporter.say("No --data: ten simple forms are drawn instead of CIFAR-10's photographs, in files of the same format.")
    with tempfile.TemporaryDirectory() as folder:
        write_archive(Path(folder), make_archive(*counts, seed))
        return read_archive(Path(folder))


def _accuracies(archive: Archive, predictions: NDArray[np.int64]) -> dict[str, float]:
    """Return the share of test pictures that are named rightly: of all, and of each class that there are pictures of."""
    right = predictions == archive.test.labels
    accuracies = {"accuracy": round(float(right.mean()), 4)}
    for number, name in enumerate(archive.names):
        of_class = archive.test.labels == number
        if of_class.any():
            accuracies[f"accuracy_{name}"] = round(float(right[of_class].mean()), 4)
    return accuracies


def _hardest_picture(archive: Archive, probabilities: NDArray[np.float32]) -> dict[str, Any]:
    """Return the ten probabilities of the test picture that the network is least sure of, and what it shows."""
    hardest = int(probabilities.max(axis=1).argmin())
    ten = zip(archive.names, probabilities[hardest], strict=True)
    return {
        "hardest_picture": archive.names[archive.test.labels[hardest]],
        "hardest_prediction": archive.names[int(probabilities[hardest].argmax())],
        **{f"probability_{name}": round(float(probability), 4) for name, probability in ten},
    }


def draw(outcome: Outcome, figure: "Figure") -> None:
    """Draw twenty test pictures with what they were taken for, the accuracy of each class, and the first six filters."""
    figure.set_size_inches(10, 5)
    pictures, numbers = np.asarray(figure.subfigures(1, 2, width_ratios=[1.3, 1]))
    _draw_pictures(outcome, pictures)
    above, below = np.asarray(numbers.subfigures(2, 1, height_ratios=[3, 1]))
    names = [name for name in outcome.drawing["names"] if f"accuracy_{name}" in outcome.figures]
    bars = above.subplots()
    bars.barh(names, [outcome.figures[f"accuracy_{name}"] for name in names])
    bars.axvline(outcome.figures["accuracy"], color="black", linestyle=":")
    bars.set_title("share named rightly (dotted: of all)", fontsize=9)
    bars.set_xlim(0, 1)
    bars.invert_yaxis()
    filters = outcome.drawing["filters"]  # (5, 5, 3, 6)
    low, high = filters.min(), filters.max()
    below.suptitle("the six filters of the first convolution", fontsize=9)
    for number, place in enumerate(below.subplots(1, filters.shape[-1])):
        place.imshow((filters[..., number] - low) / (high - low), interpolation="none")
        place.axis("off")


def _draw_pictures(outcome: Outcome, figure: Any) -> None:
    shown = outcome.drawing
    figure.suptitle("test pictures and what they are taken for", fontsize=9)
    places = list(figure.subplots(4, 5).flat)
    for place in places:
        place.axis("off")
    for place, picture, label, guess in zip(places, shown["pixels"], shown["labels"], shown["predictions"], strict=False):
        place.imshow(picture.transpose(1, 2, 0), interpolation="none")
        wrong = f"\n(is {shown['names'][label]})" if guess != label else ""
        place.set_title(shown["names"][guess] + wrong, fontsize=8, color="crimson" if wrong else "black")


LESSON = Lesson(
    name="images",
    title="a small convolutional network tells ten kinds of pictures apart",
    about=(
        "Two convolutions, two poolings and three dense layers look at pictures of 32 × 32 points and say which of ten kinds "
        "each shows. With --data FOLDER they are CIFAR-10's photographs (cifar-10-binary.tar.gz, 162 MB, from "
        "https://www.cs.toronto.edu/~kriz/cifar.html); without it, simple forms that are drawn on the spot."
    ),
    source={"training_pictures": 50_000, "test_pictures": 10_000, "epochs": EPOCHS},
    run=run,
    draw=draw,
    options=("data",),
    check=_check,
)
