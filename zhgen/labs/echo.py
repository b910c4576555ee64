"""An LSTM written out in NumPy learns four numbers by heart (after nicodjimenez's net of 2014)."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from zhgen.labs.lesson import Lesson, Outcome
from zhgen.progress import Reporter
from zhgen.recurrent import through_time
from zhgen.recurrent.cells import GATES, Floats, LSTMCell, Output
from zhgen.recurrent.gradients import check_gradients

if TYPE_CHECKING:
    from zhgen.labs.picture import Figure

TARGETS = np.array([-0.5, 0.2, 0.1, -0.5])
INPUT_SIZE, UNITS = 50, 100
LEARNING_RATE = 0.1
STEPS = 100
WEIGHT_NAMES = ("kernel", "recurrent_kernel", "bias")


def same_start(seed: int) -> LSTMCell:
    """Return a cell of 100 units that reads 50 numbers, with weights uniform in [−0.1, 0.1).

    The source resets the seed before every matrix, so that all four gates start with the same weights. That is no good idea,
    but without it its figures could not be met.
    """
    chance = np.random.RandomState(seed)
    packed = 0.2 * chance.random_sample((UNITS, INPUT_SIZE + UNITS)) - 0.1  # (H, D + H): a gate's weights for x, then for h
    chance.seed(seed)
    bias = 0.2 * chance.random_sample(UNITS) - 0.1  # (H,)
    kernel, recurrent_kernel = packed[:, :INPUT_SIZE].T, packed[:, INPUT_SIZE:].T  # (D, H), (H, H)
    return LSTMCell(np.tile(kernel, GATES), np.tile(recurrent_kernel, GATES), np.tile(bias, GATES), output="linear")


def memorise(cell: LSTMCell, x: Floats, targets: Floats, learning_rate: float) -> Iterator[tuple[float, Floats]]:
    """Go down the gradient for ever; before each step yield the loss Σ(h_t[0] − y_t)² and what was put out.

    Args:
        cell: The net; its weights are changed.
        x: (1, T, D), the inputs.
        targets: y (T,): what the first unit is to put out at each step. Nobody asks the others.
        learning_rate: The part of the gradient that is taken off the weights.
    """
    while True:
        trace = through_time.trace(cell, x, *cell.zero_state(1))
        outputs = trace.outputs[0, :, 0]  # (T,)
        yield float(np.sum((outputs - targets) ** 2)), outputs
        d_outputs = np.zeros(trace.outputs.shape)  # (1, T, H)
        d_outputs[0, :, 0] = 2 * (outputs - targets)
        gradients = through_time.backward(cell, trace, d_outputs, propagate_down=False)
        for name in WEIGHT_NAMES:
            getattr(cell, name)[...] -= learning_rate * getattr(gradients, name)


def gradient_error(output: Output, seed: int) -> float:
    """Return the greatest relative error of the gradients by every weight and the input, on a net small enough to try all."""
    chance = np.random.default_rng(seed)
    shapes = {"kernel": (5, 16), "recurrent_kernel": (4, 16), "bias": (16,), "x": (1, 6, 5)}
    arrays: dict[str, Floats] = {name: chance.normal(size=shape) for name, shape in shapes.items()}
    targets = chance.normal(size=6)

    def follow(arrays: Mapping[str, Floats]) -> tuple[LSTMCell, through_time.Trace, Floats]:
        cell = LSTMCell(arrays["kernel"], arrays["recurrent_kernel"], arrays["bias"], output)
        trace = through_time.trace(cell, arrays["x"], *cell.zero_state(1))
        return cell, trace, trace.outputs[0, :, 0] - targets

    cell, trace, error = follow(arrays)
    d_outputs = np.zeros(trace.outputs.shape)
    d_outputs[0, :, 0] = 2 * error
    gradients = through_time.backward(cell, trace, d_outputs)
    found = {name: getattr(gradients, name) for name in arrays}
    return max(check_gradients(lambda arrays: float(np.sum(follow(arrays)[2] ** 2)), arrays, found).values())


def run(seed: int, reporter: Reporter, short: bool = False) -> Outcome:  # noqa: ARG001  a twentieth of a second is short enough
    """Learn four numbers by heart in 100 steps, and try the gradients of both variants of the cell."""
    x = np.random.RandomState(seed).random_sample((1, len(TARGETS), INPUT_SIZE))  # (1, 4, 50)
    learning = memorise(same_start(seed), x, TARGETS, LEARNING_RATE)
    losses, outputs = [], []
    for step, (loss, put_out) in zip(range(STEPS), learning, strict=False):
        losses.append(loss)
        outputs.append(put_out)
        if step % 10 == 0 or step == STEPS - 1:
            reporter.say(f"{step:>3}  loss {loss:.5e}  put out {', '.join(f'{number:+.5f}' for number in put_out)}")
    figures = {
        "loss_step_0": losses[0],
        f"loss_step_{STEPS - 1}": losses[-1],
        "targets": TARGETS.tolist(),
        "outputs": outputs[-1].tolist(),
        "gradient_error_linear": gradient_error("linear", seed),
        "gradient_error_tanh": gradient_error("tanh", seed),
    }
    return Outcome(figures, {"losses": np.array(losses), "outputs": np.array(outputs)})


def draw(outcome: Outcome, figure: "Figure") -> None:
    """Draw the loss, and the four numbers on their way to where they should be."""
    figure.set_size_inches(8, 3.6)
    left, right = figure.subplots(1, 2)
    left.semilogy(outcome.drawing["losses"], color="#1f4e8c")
    left.set(xlabel="step", ylabel="loss", title="squared error of the four")
    outputs = outcome.drawing["outputs"]  # (100, 4)
    for number, (target, color) in enumerate(zip(TARGETS, ("#1f4e8c", "#c8551b", "#3a7d44", "#8a5ba6"), strict=True)):
        right.plot(outputs[:, number], color=color, label=f"step {number + 1} of the sequence")
        right.axhline(target, color=color, linestyle=":", linewidth=1)
    right.set(xlabel="step", ylabel="h[0]", title="what is put out, and the targets", ylim=(-0.6, 0.8))
    right.legend(frameon=False, fontsize="small", loc="upper right")


LESSON = Lesson(
    name="echo",
    title="an LSTM written out in NumPy learns four numbers by heart",
    about=(
        "Four vectors of noise go in, one after the other; the first of 100 units is to put out −0.5, 0.2, 0.1 and −0.5. "
        "Forward and backward are a page of NumPy, and the cell is the one that generates zhgen's text. The gradients are "
        "checked against central differences, for the source's cell, which puts out its state as it is, and for the usual one."
    ),
    source={"loss_step_0": 1.13321, "loss_step_99": 0.06903, "targets": TARGETS.tolist()},
    run=run,
    draw=draw,
)
