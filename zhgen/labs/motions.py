"""Short clips made for the lesson `video`: a spot that does one of ten things."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOTIONS = ("right", "left", "up", "down", "clockwise", "anticlockwise", "growing", "shrinking", "blinking", "still")
FRAMES = 10
SIDE = 16
NOISE = 0.1

Draw = Callable[..., NDArray[np.float64]]


@dataclass(frozen=True)
class Clips:
    """Clips and what happens in them.

    Args:
        frames: float32 (N, FRAMES, SIDE, SIDE, 1), about 0 to 1.
        labels: int64 (N,), places in `MOTIONS`.
    """

    frames: NDArray[np.float32]
    labels: NDArray[np.int64]


def make_clips(count: int, seed: int | tuple[int, ...]) -> Clips:
    """Return `count` clips, as many of each motion as of any other give or take one, in random order.

    A single frame does not tell most motions apart: place, size, brightness and speed are drawn for each clip. What leaves
    the picture on one side comes back on the other.
    """
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(count) % len(MOTIONS))
    column, row, width, light = _paths(labels, random)  # (N, T) each
    places = np.arange(SIDE)
    across = _around(places - column[..., None])  # (N, T, SIDE)
    down = _around(places - row[..., None])
    squares = down[..., :, None] ** 2 + across[..., None, :] ** 2  # (N, T, SIDE, SIDE)
    spots = light[..., None, None] * np.exp(-squares / (2 * width[..., None, None] ** 2))
    spots += NOISE * random.normal(size=spots.shape)
    return Clips(spots[..., None].astype(np.float32), labels)


def _paths(labels: NDArray[np.int64], random: np.random.Generator) -> tuple[NDArray[np.float64], ...]:
    """Return column, row, width and brightness of the spot of each clip in each frame, (N, FRAMES) each."""
    time = np.arange(FRAMES)  # (T,)
    draw: Draw = lambda low, high: random.uniform(low, high, (len(labels), 1))  # noqa: E731  one number a clip
    column, row, light = draw(0, SIDE), draw(0, SIDE), draw(0.6, 1)
    width, speed, angle = draw(1, 2), draw(0.6, 1.4), draw(0, 2 * np.pi)
    turn = angle + time * draw(0.5, 0.7)
    radius = draw(2.5, 4)
    blink = (time + np.floor(draw(0, 4))) % 4 < 2
    growth = 1 + 2 * time / (FRAMES - 1)  # from 1 to 3
    does = {name: (labels == number)[:, None] for number, name in enumerate(MOTIONS)}  # (N, 1) each
    column = column + time * speed * (does["right"] * 1 - does["left"])
    row = row + time * speed * (does["down"] * 1 - does["up"])
    column = column + radius * np.cos(turn) * (does["clockwise"] | does["anticlockwise"])
    row = row + radius * np.sin(turn) * (does["clockwise"] * 1 - does["anticlockwise"])  # rows count downwards
    width = np.where(does["growing"], growth, np.where(does["shrinking"], growth[::-1], width + 0 * time))
    light = np.where(does["blinking"] & ~blink, 0, light + 0 * time)
    return column, row, width, light


def _around(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return distances on a circle of SIDE points, from −SIDE/2 to SIDE/2."""
    return (distance + SIDE / 2) % SIDE - SIDE / 2
