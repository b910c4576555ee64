"""The lesson `repeat`: one vector for all steps, and what comes back from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zhgen.labs.lesson import Lesson, Outcome
from zhgen.progress import Reporter
from zhgen.recurrent.cells import Floats
from zhgen.recurrent.gradients import check_gradients

if TYPE_CHECKING:
    from zhgen.labs.picture import Figure

INPUT = (10, 1)
NUM_REPEATS = 32
NUM_REPEATS_DRAWN = 3


@dataclass(frozen=True)
class Repeat:
    """Says one array at every step: what a caption's network reads that is to see its picture all the time.

    Args:
        num_repeats: T, the steps.
        propagate_down: Whether anything goes back. Without it what is below does not learn from here.
    """

    num_repeats: int
    propagate_down: bool = True

    def forward(self, x: Floats) -> Floats:
        """Return y with y[t] = x: from (N, D) to (T, N, D)."""
        return np.repeat(x[np.newaxis], self.num_repeats, axis=0)

    def backward(self, dy: Floats) -> Floats | None:
        """Return dx = Σ_t dy[t]: from (T, N, D) to (N, D). All steps used the same x, so each has its say."""
        dx: Floats = dy.sum(axis=0)
        return dx if self.propagate_down else None


def as_matrix(num_repeats: int, size: int) -> Floats:
    """Return R with y = R·x: the identity `num_repeats` times one below the other, (T·N, N)."""
    return np.tile(np.eye(size), (num_repeats, 1))


def run(seed: int, reporter: Reporter, _short: bool) -> Outcome:
    """Compare the layer with the matrix, forward and back, and its gradient with differences."""
    random = np.random.default_rng(seed)
    x = random.normal(size=INPUT)  # (N, D)
    dy = random.normal(size=(NUM_REPEATS, *INPUT))  # (T, N, D)
    layer, matrix = Repeat(NUM_REPEATS), as_matrix(NUM_REPEATS, len(x))  # (T·N, N)
    reporter.say(f"one array of {INPUT}, repeated {NUM_REPEATS} times, and as a product with a matrix of {matrix.shape}")
    y, dx = layer.forward(x), layer.backward(dy)
    assert dx is not None

    def loss(arrays: Mapping[str, Floats]) -> float:
        return float((layer.forward(arrays["x"]) * dy).sum())  # whose derivative by y is dy

    figures = {
        "output_shape": list(y.shape),
        "difference_forward": _difference(y.reshape(-1, 1), matrix @ x),
        "difference_backward": _difference(dx, matrix.T @ dy.reshape(-1, 1)),
        "gradient_check": check_gradients(loss, {"x": x}, {"x": dx})["x"],
        "goes_down_without_propagate_down": Repeat(NUM_REPEATS, propagate_down=False).backward(dy) is not None,
    }
    return Outcome(figures, {"x": x, "dy": dy[:NUM_REPEATS_DRAWN]})


def _difference(a: Floats, b: Floats) -> float:
    return float(np.abs(a - b).max())


def draw(outcome: Outcome, figure: "Figure") -> None:
    """Draw y = R·x, and below it dx = Rᵀ·dy, for three repeats."""
    x, dy = outcome.drawing["x"], outcome.drawing["dy"]
    matrix = as_matrix(NUM_REPEATS_DRAWN, len(x))
    forward: dict[str, Floats] = {"R": matrix, "x": x, "y = R·x": matrix @ x}
    flat = dy.reshape(-1, 1)
    back: dict[str, Floats] = {"R turned": matrix.T, "dy": flat, "dx = R turned · dy": matrix.T @ flat}
    figure.set_size_inches(8, 6)
    for row, arrays in zip(np.asarray(figure.subfigures(2, 1)), (forward, back), strict=True):
        for place, (name, values) in zip(row.subplots(1, 3, width_ratios=[4, 1, 1]), arrays.items(), strict=True):
            _show(place, name, values)


def _show(place: Any, name: str, values: Floats) -> None:
    place.pcolormesh(values[::-1], cmap="RdBu", vmin=-3, vmax=3, edgecolors="white", linewidth=0.5, rasterized=True)
    place.set_title(f"{name}\n{values.shape}", fontsize=9)
    place.set_xticks([])
    place.set_yticks([])


LESSON = Lesson(
    name="repeat",
    title="one vector repeated over all steps, forward and back",
    about=(
        "A network that is to see one thing at every step, a picture that it describes say, reads it again and again. The "
        "layer that repeats it is a product with a matrix of ones and zeros, and so its gradient is known: what comes back "
        "from the steps is added. Both are compared with the matrix, and the gradient with differences."
    ),
    source={"output_shape": [NUM_REPEATS, *INPUT]},
    run=run,
    draw=draw,
)
