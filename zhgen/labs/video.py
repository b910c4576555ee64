"""The lesson `video`: what moves, and how? Convolution inside the recurrence, and before it."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from zhgen.labs.epochs import fit
from zhgen.labs.lesson import Lesson, Outcome
from zhgen.labs.motions import FRAMES, MOTIONS, SIDE, Clips, make_clips
from zhgen.progress import Reporter
from zhgen.recurrent.gradients import check_gradients
from zhgen.training.backend import load_keras

if TYPE_CHECKING:
    from zhgen.labs.picture import Figure


class Size(NamedTuple):
    """How much is learnt from."""

    clips: int
    held_out: int
    epochs: int
    batch_size: int


FULL = Size(clips=4_000, held_out=1_000, epochs=8, batch_size=32)
SHORT = Size(clips=300, held_out=150, epochs=4, batch_size=16)
LEARNING_RATES = {"conv_gru": 0.01, "frames_then_lstm": 0.005}
"""Where each starts; they fall to zero along a cosine (Loshchilov & Hutter 2017)."""


def conv_gru() -> Any:
    """Return a network that convolves within the recurrence: what it remembers is a picture."""
    import keras
    from keras import layers

    from zhgen.layers.conv_gru import ConvGRU2D

    return keras.Sequential(
        [
            keras.Input((FRAMES, SIDE, SIDE, 1)),  # (B, 10, 16, 16, 1)
            ConvGRU2D(12, 3),  # (B, 16, 16, 12), the last state
            layers.GlobalMaxPooling2D(),  # (B, 12): wherever it was seen
            layers.Dense(len(MOTIONS)),  # (B, 10)
        ]
    )


def frames_then_lstm() -> Any:
    """Return a network that convolves each frame by itself and lets an LSTM read what was seen: it remembers a vector."""
    import keras
    from keras import layers

    frame = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),  # (B, 16, 16, 1)
            layers.Conv2D(8, 3, padding="same", activation="relu"),  # (B, 16, 16, 8)
            layers.MaxPooling2D(2),  # (B, 8, 8, 8)
            layers.Conv2D(16, 3, padding="same", activation="relu"),  # (B, 8, 8, 16)
            layers.MaxPooling2D(2),  # (B, 4, 4, 16)
            layers.Flatten(),  # (B, 256)
        ]
    )
    return keras.Sequential(
        [
            keras.Input((FRAMES, SIDE, SIDE, 1)),  # (B, 10, 16, 16, 1)
            layers.TimeDistributed(frame),  # (B, 10, 256)
            layers.LSTM(100),  # (B, 100)
            layers.Dense(len(MOTIONS)),  # (B, 10)
        ]
    )


NETWORKS = {"conv_gru": conv_gru, "frames_then_lstm": frames_then_lstm}


def run(seed: int, reporter: Reporter, short: bool = False) -> Outcome:
    """Check the layer, and train both networks on the same clips.

    Args:
        seed: Of the clips, the weights and the order of the clips.
        reporter: What is told how it goes.
        short: Whether to take few clips.
    """
    load_keras(seed)
    size = SHORT if short else FULL
    clips, held_out = make_clips(size.clips, (seed, 0)), make_clips(size.held_out, (seed, 1))
    figures: dict[str, Any] = {
        "states_of_16_photographs": states_of_photographs(),
        "gradient_error": gradient_error(),
        "clips": size.clips,
        "held_out_clips": size.held_out,
    }
    curves = {}
    for name in NETWORKS:
        network, curves[name] = _trained(name, clips, held_out, size, reporter)
        figures |= {f"{name}_weights": network.count_params(), f"{name}_accuracy": round(curves[name][-1], 4)}
    return Outcome(figures, {"clips": held_out, "curves": curves})


def _trained(name: str, clips: Clips, held_out: Clips, size: Size, reporter: Reporter) -> tuple[Any, list[float]]:
    """Return a trained network and its share of held-out clips named rightly after each epoch."""
    import keras

    network = NETWORKS[name]()
    steps = size.epochs * math.ceil(size.clips / size.batch_size)
    network.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LEARNING_RATES[name], steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,
    )
    curve = fit(
        network,
        clips.frames,
        clips.labels,
        reporter,
        name.replace("_", " "),
        unit="clips",
        epochs=size.epochs,
        batch_size=size.batch_size,
        validation_data=(held_out.frames, held_out.labels),
    )
    return network, curve["val_accuracy"]


def states_of_photographs() -> list[int]:
    """Return the shape of what a ConvGRU of 32 filters makes of 16 frames of 3 × 224 × 224."""
    from zhgen.layers.conv_gru import ConvGRU2D

    layer = ConvGRU2D(32, 3, data_format="channels_first", return_sequences=True)
    states = layer(np.zeros((1, 16, 3, 224, 224), np.float32))  # (1, 16, 32, 224, 224)
    return list(states.shape[1:])


def gradient_error() -> float:
    """Return how far the gradients of a small ConvGRU are from central differences, in float64: the worst of its weights.

    The gradient is what one step of plain descent at rate 1 takes from the weights.
    """
    import keras

    from zhgen.layers.conv_gru import ConvGRU2D

    network = keras.Sequential([keras.Input((3, 4, 4, 1), dtype="float64"), ConvGRU2D(2, 3, dtype="float64")])
    network.compile(keras.optimizers.SGD(1.0), "mse", jit_compile=False)
    random = np.random.default_rng(0)
    clips, aims = random.normal(size=(2, 3, 4, 4, 1)), random.normal(size=(2, 4, 4, 2))
    names = ("kernels", "recurrent_kernels", "biases")
    before = dict(zip(names, network.get_weights(), strict=True))
    network.train_on_batch(clips, aims)
    gradients = {name: before[name] - after for name, after in zip(names, network.get_weights(), strict=True)}

    def loss(weights: Mapping[str, Any]) -> float:
        network.set_weights(list(weights.values()))
        return float(np.mean((network.predict_on_batch(clips) - aims) ** 2))

    return max(check_gradients(loss, before, gradients).values())


def draw(outcome: Outcome, figure: "Figure") -> None:
    """Draw a clip of each motion, every second frame, and how both networks learnt."""
    clips, curves = outcome.drawing["clips"], outcome.drawing["curves"]
    figure.set_size_inches(10, 5.5)
    strips, axes = figure.subplots(1, 2, width_ratios=[1, 1.5])
    clip_of_each = [np.flatnonzero(clips.labels == number)[0] for number in range(len(MOTIONS))]
    shown = clips.frames[clip_of_each][:, ::2, ..., 0]  # (10, 5, SIDE, SIDE)
    bordered = np.pad(shown, [(0, 0), (0, 0), (0, 2), (0, 2)], constant_values=np.nan)
    strips.imshow(np.concatenate([np.concatenate(list(clip), axis=1) for clip in bordered]), cmap="gray", interpolation="none")
    strips.set_yticks((SIDE + 2) * np.arange(len(MOTIONS)) + SIDE / 2, MOTIONS)
    strips.set_xticks((SIDE + 2) * np.arange(FRAMES // 2) + SIDE / 2, [str(frame) for frame in range(1, FRAMES, 2)])
    strips.set_title("a clip of each motion, every second frame", fontsize=9)
    strips.set_xlabel("frame")
    strips.tick_params(length=0)
    strips.spines[:].set_visible(False)
    axes.set_title("how they learn", fontsize=9)
    for name, curve in curves.items():
        axes.plot(range(1, len(curve) + 1), curve, marker="o", label=name.replace("_", " "))
    axes.set_xlabel("epoch")
    axes.set_ylabel("held-out clips named rightly")
    axes.set_ylim(0, 1.02)
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")


LESSON = Lesson(
    name="video",
    title="convolution inside the recurrence, against convolution before it",
    about=(
        "A spot moves, turns, grows, shrinks, blinks or stays, in clips of ten frames that are drawn on the spot. A ConvGRU, "
        "whose state is a picture, and a convolutional network whose findings an LSTM reads, whose state is a vector, learn to "
        "say which; clips that neither has seen show how well."
    ),
    source={"states_of_16_photographs": [16, 32, 224, 224]},
    run=run,
    draw=draw,
)
