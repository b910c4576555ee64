"""Pictures made for the lesson `images` where the real ones are not at hand: ten simple forms in two colours."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from zhgen.labs.cifar import SIDE, Archive, Pictures

Plane = NDArray[np.float64]

FORMS: Mapping[str, Callable[[Plane, Plane], NDArray[np.bool_]]] = {
    "disc": lambda u, v: u**2 + v**2 < 1,
    "ring": lambda u, v: abs(u**2 + v**2 - 0.7) < 0.3,
    "square": lambda u, v: np.maximum(abs(u), abs(v)) < 0.85,
    "diamond": lambda u, v: abs(u) + abs(v) < 1.15,
    "triangle": lambda u, v: (abs(u) < (v + 1) / 2) & (v < 0.8),
    "cross": lambda u, v: (np.minimum(abs(u), abs(v)) < 0.3) & (np.maximum(abs(u), abs(v)) < 1),
    "level_bars": lambda _u, v: np.sin(6 * v) > 0,
    "upright_bars": lambda u, _v: np.sin(6 * u) > 0,
    "slanted_bars": lambda u, v: np.sin(5 * (u + v)) > 0,
    "checks": lambda u, v: np.sin(5 * u) * np.sin(5 * v) > 0,
}
"""What is inside a form, u to the right and v downwards from its middle, in units of its size."""

NOISE = 40
"""Standard deviation of the noise on each colour of each point, of 255."""


def make_archive(training: int, test: int, seed: int) -> Archive:
    """Return pictures of simple forms as an archive like CIFAR-10.

    Place, size, both colours and the noise are drawn at random for each picture, so that no single point tells the form.

    Args:
        training: How many pictures to train on; the ten forms come equally often, give or take one.
        test: How many pictures to test on.
        seed: Of everything that is drawn.
    """
    random = np.random.default_rng(seed)
    return Archive(tuple(FORMS), _pictures(training, random), _pictures(test, random))


def _pictures(count: int, random: np.random.Generator) -> Pictures:
    labels = random.permutation(np.arange(count) % len(FORMS)).astype(np.uint8)
    pixels = np.empty((count, 3, SIDE, SIDE), np.uint8)
    for number, form in enumerate(FORMS.values()):
        chosen = np.flatnonzero(labels == number)
        pixels[chosen] = _drawn(form, len(chosen), random)
    return Pictures(pixels, labels)


def _drawn(form: Callable[[Plane, Plane], NDArray[np.bool_]], count: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return `count` pictures of one form, uint8 (count, 3, SIDE, SIDE)."""
    places = np.arange(SIDE)
    size = random.uniform(6, 12, (count, 1, 1))
    middle = random.uniform(SIDE / 2 - 5, SIDE / 2 + 5, (2, count, 1, 1))
    u, v = (places - middle[0]) / size, (places[:, None] - middle[1]) / size  # (count, 1, SIDE) and (count, SIDE, 1)
    inside = form(*np.broadcast_arrays(u, v))[:, None]  # (count, 1, SIDE, SIDE)
    ground = random.uniform(0, 255, (count, 3, 1, 1))
    # A colour of its own, far enough from the ground's to be seen: half a turn round the scale, give or take a quarter.
    colour = (ground + random.uniform(64, 192, ground.shape)) % 256
    noise = NOISE * random.normal(size=(count, 3, SIDE, SIDE))
    return np.clip(np.where(inside, colour, ground) + noise, 0, 255).astype(np.uint8)
