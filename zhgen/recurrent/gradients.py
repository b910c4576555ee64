"""Are the derivatives right? A check that knows nothing of how they were found."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from zhgen.recurrent.cells import Floats

Loss = Callable[[Mapping[str, Floats]], float]


def numerical_gradients(loss: Loss, arrays: Mapping[str, Floats], step: float = 1e-5) -> dict[str, Floats]:
    """Return the derivatives of a loss by every number of some arrays, by central differences.

    Each number is moved a step up and a step down: (loss(a + step) − loss(a − step)) / (2·step). The error falls with the
    square of the step, until the loss's last digits are lost: a step of 1e-5 suits numbers of size 1 in float64. It takes two
    losses a number, so keep the arrays small.

    Args:
        loss: Takes arrays by name, float64, and returns a number. It has to be smooth, and to return the same each time.
        arrays: The point at which the derivatives are taken, by name; not changed.
        step: How far each number is moved.
    """
    moved = {name: np.array(array, np.float64) for name, array in arrays.items()}
    gradients: dict[str, Floats] = {}
    for name, array in moved.items():
        gradient = np.empty_like(array)
        for place in np.ndindex(array.shape):
            value = array[place]
            array[place] = value + step
            above = loss(moved)
            array[place] = value - step
            gradient[place] = (above - loss(moved)) / (2 * step)
            array[place] = value
        gradients[name] = gradient
    return gradients


def check_gradients(
    loss: Loss, arrays: Mapping[str, Floats], gradients: Mapping[str, Floats], step: float = 1e-5
) -> dict[str, float]:
    """Return how far gradients are from central differences: ‖a − n‖ / max(‖a‖, ‖n‖) for each array, 0 where both are zero.

    With everything in float64 a right gradient is at 1e-7 or less; 1e-3 is a mistake that hides well, 1 no gradient at all.

    Args:
        loss: Takes arrays by name, float64, and returns a number.
        arrays: The point at which the gradients were taken, by name.
        gradients: What is to be checked, by the same names and of the same shapes.
        step: How far each number is moved.

    Raises:
        ValueError: An array has no gradient, a gradient no array, or the shapes differ.
    """
    shapes, own = ({name: np.shape(array) for name, array in group.items()} for group in (arrays, gradients))
    if shapes != own:
        raise ValueError(f"the arrays {shapes} and the gradients {own} do not match")
    numerical = numerical_gradients(loss, arrays, step)
    return {name: _relative_error(np.asarray(gradients[name], np.float64), found) for name, found in numerical.items()}


def _relative_error(a: Floats, n: Floats) -> float:
    size = max(float(np.linalg.norm(a)), float(np.linalg.norm(n)))
    if not math.isfinite(size):
        return math.inf  # a NaN would be lost in a maximum
    return float(np.linalg.norm(a - n)) / size if size else 0.0
