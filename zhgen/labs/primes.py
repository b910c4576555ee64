"""The LSTM of `echo` reads fifty prime numbers and predicts the next one (after nicodjimenez's net of 2014)."""

from typing import TYPE_CHECKING

import numpy as np

from zhgen.labs.echo import INPUT_SIZE, memorise, same_start
from zhgen.labs.lesson import Lesson, Outcome
from zhgen.progress import Reporter
from zhgen.recurrent.cells import Floats

if TYPE_CHECKING:
    from zhgen.labs.picture import Figure

BELOW = 100
SAMPLES = 10
LEARNING_RATE = 0.01
REPORT_EVERY = 1_000
AT_ONCE = 100  # steps between two words to the progress bar
SHOWN = (0, 9_000)  # the steps whose losses the source tells


def find_primes(below: int) -> list[int]:
    """Return the prime numbers below a number."""
    return [number for number in range(2, below) if all(number % divisor for divisor in range(2, number))]


def make_samples() -> tuple[Floats, Floats]:
    """Return ten samples in a row: fifty primes each, x (1, 10, 50), and the prime after them, y (10,), all over 100.

    There are only 25 primes below 100, so they come round again: sample i is primes i … i + 49, and its target prime i + 50.
    """
    primes = np.array(find_primes(BELOW)) / BELOW  # (25,)
    places = np.arange(SAMPLES)[:, np.newaxis] + np.arange(INPUT_SIZE + 1)  # (10, 51)
    rows = primes[places % len(primes)]
    return rows[np.newaxis, :, :-1], rows[:, -1]


def run(seed: int, reporter: Reporter, short: bool = False) -> Outcome:
    """Learn for 10,000 steps; the short setting takes 1,001."""
    steps = 1_001 if short else 10_000
    x, targets = make_samples()
    losses = np.empty(steps)
    predicted: Floats = np.empty(SAMPLES)
    with reporter.track("Learning", steps, "steps") as task:
        learning = memorise(same_start(seed), x, targets, LEARNING_RATE)
        for step, (loss, outputs) in zip(range(steps), learning, strict=False):
            losses[step], predicted = loss, BELOW * outputs
            if step % REPORT_EVERY == 0:
                reporter.say(f"{step:>5}  loss {loss:.5e}")
            if step % AT_ONCE == AT_ONCE - 1:
                task.advance(AT_ONCE)
    figures = {f"loss_step_{step}": float(losses[step]) for step in SHOWN if step < steps}
    figures["loss_last"] = float(losses[-1])
    return Outcome(
        figures | {"primes": (BELOW * targets).round().astype(int).tolist(), "predicted": predicted.round(2).tolist()},
        {"losses": losses, "targets": BELOW * targets, "predicted": predicted},
    )


def draw(outcome: Outcome, figure: "Figure") -> None:
    """Draw the loss with the source's two figures on it, and the primes beside what was predicted."""
    figure.set_size_inches(8, 3.6)
    left, right = figure.subplots(1, 2)
    losses = outcome.drawing["losses"]
    left.semilogy(losses, color="#1f4e8c", label="loss")
    told = [(step, LESSON.source[f"loss_step_{step}"]) for step in SHOWN if step < len(losses)]
    left.plot(*zip(*told, strict=True), "o", color="#c8551b", label="the source's figures")
    left.set(xlabel="step", ylabel="loss", title="squared error of the ten")
    left.legend(frameon=False)
    places = np.arange(len(outcome.drawing["targets"]))
    right.bar(places, outcome.drawing["targets"], color="#b8c4d6", label="the next prime")
    right.plot(places, outcome.drawing["predicted"], "o", color="#c8551b", label="predicted")
    right.set(xlabel="sample", title="after the last step", xticks=places)
    right.legend(frameon=False)


LESSON = Lesson(
    name="primes",
    title="the same LSTM predicts the next prime number",
    about=(
        "Ten samples of fifty prime numbers go in, in a row, and after each the next prime is to come out. It is learnt by "
        "heart, for there are only 25 primes below 100 and they come round again; nothing is found out about primes. What is "
        "shown is that every digit of the source's figures comes back."
    ),
    source={"loss_step_0": 0.17973, "loss_step_9000": 1.05172e-06},
    run=run,
    draw=draw,
)
