"""A plain recurrent net learns to add binary numbers, and so finds out what carrying is (after iamtrask's net of 2015)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zhgen.labs.lesson import Lesson, Outcome
from zhgen.progress import Reporter
from zhgen.recurrent import plain
from zhgen.recurrent.cells import Floats, sigmoid
from zhgen.recurrent.plain import RecurrentCell

if TYPE_CHECKING:
    from zhgen.labs.picture import Figure

UNITS = 16
LEARNING_RATE = 0.1
REPORT_EVERY = 1_000
AT_ONCE = 100  # steps between two words to the progress bar


@dataclass(frozen=True)
class Adder:
    """h_t = σ(x_t·W0 + h_{t−1}·Wh), o_t = σ(h_t·W1), with no biases.

    Args:
        cell: W0 (2, 16) and Wh (16, 16).
        readout: W1 (16, 1).
        places: Binary digits of a sum; the numbers that are added have one less.
    """

    cell: RecurrentCell
    readout: Floats
    places: int

    def digits(self, numbers: NDArray[np.int64]) -> Floats:
        """Return the binary digits of numbers (B,), the ones first: (B, T)."""
        return ((numbers[:, np.newaxis] >> np.arange(self.places)) & 1).astype(np.float64)

    def read(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[plain.Trace, Floats]:
        """Add numbers a and b, (B,), and return the way there and the digits that come out, (B, T, 1)."""
        x = np.stack([self.digits(a), self.digits(b)], axis=2)  # (B, T, 2)
        trace = plain.trace(self.cell, x, np.zeros((len(a), UNITS)))
        return trace, sigmoid(trace.outputs @ self.readout)


def make_adder(chance: np.random.RandomState, places: int) -> Adder:
    """Return a net whose weights are uniform in [−1, 1), drawn in the source's order: W0, W1, Wh."""
    kernel, readout, recurrent_kernel = (
        2 * chance.random_sample(shape) - 1 for shape in ((2, UNITS), (UNITS, 1), (UNITS, UNITS))
    )
    return Adder(RecurrentCell(kernel, recurrent_kernel, activation="sigmoid"), readout, places)


def learn(adder: Adder, a: int, b: int) -> tuple[Floats, Floats]:
    """Add two numbers, go one step down the gradient of ½Σ(y − o)², and return y and o as they were, each (T,)."""
    trace, outputs = adder.read(np.array([a]), np.array([b]))  # outputs (1, T, 1)
    truth = adder.digits(np.array([a + b]))[:, :, np.newaxis]  # (1, T, 1)
    delta = (outputs - truth) * outputs * (1 - outputs)  # (1, T, 1): the loss by h·W1, through the slope of σ
    gradients = plain.backward(adder.cell, trace, delta @ adder.readout.T)  # the loss by h_t goes in: (1, T, 16)
    by_readout = trace.outputs[0].T @ delta[0]  # (16, 1)
    adder.cell.kernel[:] -= LEARNING_RATE * gradients.kernel
    adder.cell.recurrent_kernel[:] -= LEARNING_RATE * gradients.recurrent_kernel
    adder.readout[:] -= LEARNING_RATE * by_readout
    return truth[0, :, 0], outputs[0, :, 0]


def count_exact(adder: Adder) -> int:
    """Return how many of all pairs of numbers are added without a wrong digit."""
    largest = 2 ** (adder.places - 1)
    a, b = np.divmod(np.arange(largest**2), largest)
    _, outputs = adder.read(a, b)
    return int(np.all(outputs[:, :, 0].round() == adder.digits(a + b), axis=1).sum())


def describe(a: int, b: int, truth: Floats, outputs: Floats) -> str:
    """Return a line of what came out, with the ones last, as one writes numbers."""
    digits = outputs.round().astype(int)
    predicted, right = ("".join(str(int(digit)) for digit in reversed(number)) for number in (digits, truth))
    return f"error {np.abs(truth - outputs).sum():.8f}  predicted {predicted}  true {right}  {a} + {b} = {int(predicted, 2)}"


def run(seed: int, reporter: Reporter, short: bool = False) -> Outcome:
    """Learn from 10,000 sums, one at a time, and then add every pair of numbers; the short setting has 6 digits for 8."""
    places, steps = (6, 8_000) if short else (8, 10_000)
    chance = np.random.RandomState(seed)  # the old generator: the source's weights and sums, to the bit
    adder = make_adder(chance, places)
    errors = np.empty(steps)
    exact = {}
    with reporter.track("Adding", steps, "sums") as task:
        for step in range(steps):
            if step % REPORT_EVERY == 0:
                exact[step] = count_exact(adder)
            a, b = (int(chance.randint(2 ** (places - 1))) for _ in range(2))
            truth, outputs = learn(adder, a, b)
            errors[step] = np.abs(truth - outputs).sum()
            if step % REPORT_EVERY == 0:
                reporter.say(f"{step:>5}  {describe(a, b, truth, outputs)}")
            if step % AT_ONCE == AT_ONCE - 1:
                task.advance(AT_ONCE)
    exact[steps] = count_exact(adder)
    figures = {f"error_step_{step}": float(errors[step]) for step in (0, steps - REPORT_EVERY)}
    figures |= {"exact_sums": exact[steps], "all_sums": 4 ** (places - 1)}
    return Outcome(figures, {"errors": errors, "exact": exact, "all": 4 ** (places - 1)})


def draw(outcome: Outcome, figure: "Figure") -> None:
    """Draw the error of each sum, its mean over a hundred, and the share of all sums that are right."""
    figure.set_size_inches(7, 4)
    axes = figure.subplots()
    errors = outcome.drawing["errors"]
    means = errors.reshape(-1, AT_ONCE).mean(axis=1)
    places = np.arange(len(errors))
    axes.plot(places[::20], errors[::20], ".", markersize=2, color="#b8c4d6", label="error of one sum")
    axes.plot(places[AT_ONCE // 2 :: AT_ONCE], means, color="#1f4e8c", label="mean of 100 sums")
    axes.set(xlabel="step", ylabel="sum of |truth − output| over the digits", ylim=(0, None))
    shares = axes.twinx()
    exact = outcome.drawing["exact"]
    shares.plot(list(exact), [100 * right / outcome.drawing["all"] for right in exact.values()], "o-", color="#c8551b")
    shares.set(ylabel="% of all sums that are exact", ylim=(0, 105))
    shares.yaxis.label.set_color("#c8551b")
    axes.legend(loc="center left", frameon=False)
    axes.set_title("A plain recurrent net learns to add")


LESSON = Lesson(
    name="adder",
    title="a plain recurrent net learns to add binary numbers",
    about=(
        "Two numbers below 128 are read digit by digit, the ones first, and their sum comes out digit by digit. Nobody tells "
        "the net that ones are carried: 16 units find out from 10,000 sums. Afterwards every pair is added, all 16,384 of them."
    ),
    source={"error_step_0": 3.45638663, "error_step_9000": 0.21595037, "exact_sums": 16_384, "all_sums": 16_384},
    run=run,
    draw=draw,
)
