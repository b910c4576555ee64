"""The lesson `wave`: an LSTM that reads nothing draws a wave of 3,200 points from its own state."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhgen.labs.descent import Momentum
from zhgen.labs.lesson import Lesson, Outcome
from zhgen.labs.shooting import Shooting
from zhgen.progress import Reporter
from zhgen.recurrent import stack
from zhgen.recurrent.cells import Floats, LSTMCell
from zhgen.recurrent.network import LSTMNetwork, State

if TYPE_CHECKING:
    from zhgen.labs.picture import Figure

POINTS, WINDOW = 3200, 320
FORGET_BIAS = 5.0
SOURCE_UNITS, SOURCE_STEPS, SOURCE_RATE, SOURCE_MOMENTUM = 15, 5000, 1e-4, 0.95
CLIPPING_THRESHOLD = 0.1
STACKED_UNITS, STACKED_LAYERS = 16, 2
DRAW_EVERY = 25  # steps; it takes about as long as one


@dataclass(frozen=True)
class Effort:
    """How much is spent: all of it, or little in tests.

    Args:
        every: Of the wave, and of a window, every so many-th point is taken.
        source_steps: Windows that the source's net learns from.
        steps: Steps of the nets that learn to draw the wave.
    """

    every: int = 1
    source_steps: int = SOURCE_STEPS
    steps: int = 800


def wave() -> Floats:
    """Return the wave, (3200,): a slow sine with three faster ones on it, its highest value about 1 and its mean 0."""
    a = np.arange(POINTS) / 100
    d = 0.5 * np.sin(2 * a) - 0.05 * np.cos(17 * a + 0.8) + 0.05 * np.sin(25 * a + 10) - 0.02 * np.cos(45 * a + 0.3)
    d /= max(d.max(), -d.min())
    centred: Floats = d - d.mean()
    return centred


def make_network(random: np.random.Generator, layers: int, units: int, inner: float, outer: float) -> LSTMNetwork:
    """Return a net that reads one number a step and puts out one.

    Args:
        random: What the weights are drawn from, normal ones.
        layers: LSTM layers, one above the other.
        units: Cells of each, H.
        inner: Standard deviation of the weights from a layer's outputs to its own gates.
        outer: Standard deviation of all other weights.
    """
    cells = []
    for layer in range(layers):
        inputs = 1 if layer == 0 else units
        bias = np.zeros(4 * units)
        bias[units : 2 * units] = FORGET_BIAS
        kernel, recurrent_kernel = random.normal(size=(inputs, 4 * units)), random.normal(size=(units, 4 * units))
        cells.append(LSTMCell(outer * kernel, inner * recurrent_kernel, bias))
    return LSTMNetwork(cells, outer * random.normal(size=(units, 1)), np.zeros(1))


def draw_alone(network: LSTMNetwork, state: State, points: int) -> Floats:
    """Return what a net draws in one go from a first state, (points,): it reads zeros, and nobody helps."""
    nothing = np.zeros((1, points, 1))
    return network.forward(nothing, state)[0][0, :, 0]


def error(drawn: Floats, target: Floats) -> float:
    """Return the mean squared error by the target's variance: 1 for a line at its mean, 0 for the target."""
    return float(((drawn - target) ** 2).mean() / target.var())


def as_the_source(target: Floats, window: int, steps: int, seed: int, reporter: Reporter) -> tuple[Floats, float]:
    """Return what the source's net draws with the source's settings, and the mean loss of its last round.

    The windows come in order. The state goes on from one to the next; where the wave begins, `clip` is 0 and it is forgotten.
    """
    network = make_network(np.random.default_rng(seed), 1, SOURCE_UNITS, inner=0.1, outer=0.1)
    descent = Momentum(stack.parameters(network), SOURCE_RATE, SOURCE_MOMENTUM)
    windows = target.reshape(-1, 1, window, 1)  # (W, B, T, 1)
    nothing, state, losses = np.zeros((1, window, 1)), network.zero_state(1), []
    with reporter.track("The source's settings", steps, "windows") as task:
        for step in range(steps):
            clip = np.ones((1, window))  # (B, T)
            clip[0, 0] = step % len(windows) != 0
            trace = stack.trace(network, nothing, state, clip)
            wrong = trace.outputs - windows[step % len(windows)]  # (B, T, 1)
            losses.append(float((wrong**2).sum()) / (2 * window))
            found = stack.backward(network, trace, wrong / window, clipping_threshold=CLIPPING_THRESHOLD)
            descent.step(found.weights)
            state = trace.state
            task.advance(1, f"loss {losses[-1]:.4f}")
    return draw_alone(network, network.zero_state(1), len(target)), float(np.mean(losses[-len(windows) :]))


def with_shooting(
    target: Floats, window: int, layers: int, units: int, steps: int, seed: int, reporter: Reporter
) -> tuple[Floats, float]:
    """Return the best that a net drew alone while it learnt all windows side by side, and the gap between them at the end."""
    random = np.random.default_rng(seed)
    # With weights that large a net's state moves on its own from the start.
    network = make_network(random, layers, units, inner=1.2 / np.sqrt(units), outer=1 / np.sqrt(units))
    shooting = Shooting(network, target.reshape(-1, window), random)
    best: Floats = np.zeros(len(target))
    with reporter.track(f"{layers} × {units} cells", steps, "steps") as task:
        for step in range(1, steps + 1):
            loss, gap = shooting.step(step / steps)
            if step % DRAW_EVERY == 0:
                drawn = draw_alone(network, shooting.first_state, len(target))
                best = min(best, drawn, key=lambda curve: error(curve, target))
            task.advance(1, f"loss {loss:.4f}, gap {gap:.4f}, best drawn {error(best, target):.3f}")
    return best, gap


def run(seed: int, reporter: Reporter, short: bool) -> Outcome:
    """Let three nets draw the wave."""
    effort = Effort(every=8, source_steps=100, steps=400) if short else Effort()
    target, window = wave()[:: effort.every], WINDOW // effort.every
    source, loss = as_the_source(target, window, effort.source_steps, seed, reporter)
    single, _ = with_shooting(target, window, 1, SOURCE_UNITS, effort.steps, seed, reporter)
    stacked, gap = with_shooting(target, window, STACKED_LAYERS, STACKED_UNITS, effort.steps, seed, reporter)
    slow = np.sin(2 * np.arange(len(target)) * effort.every / 100)
    slow *= (slow @ target) / (slow @ slow)
    figures = {
        "loss_with_the_sources_settings": loss,
        "error_with_the_sources_settings": error(source, target),
        "error_single_layer": error(single, target),
        "error_stacked": error(stacked, target),
        "error_of_the_slow_sine_alone": error(slow, target),
        "gap_between_windows": gap,
    }
    drawn = {"wave": target, "source's settings": source, "one layer of 15": single, "two layers of 16": stacked}
    return Outcome(figures, {"curves": drawn, "every": effort.every})


def draw(outcome: Outcome, figure: "Figure") -> None:
    """Draw what each net draws over the wave, and the last stretch of it larger."""
    from zhgen.labs.picture import OURS, SOURCES, TARGET

    curves: dict[str, Floats] = dict(outcome.drawing["curves"])
    a = np.arange(len(curves["wave"])) * outcome.drawing["every"] / 100
    wave_itself = curves.pop("wave")
    figure.set_size_inches(10, 6)
    places = figure.subplots(len(curves), 1, sharex=True, sharey=True)
    colours = (SOURCES, OURS, OURS)
    for place, (name, curve), colour in zip(places, curves.items(), colours, strict=True):
        place.plot(a, wave_itself, color=TARGET, linewidth=0.8, label="wave")
        place.plot(a, curve, color=colour, linewidth=1.5, label=f"{name}: error {error(curve, wave_itself):.3f}")
        place.legend(loc="upper right", ncols=2, fontsize=8)
        place.set_ylim(-1.15, 1.5)
    places[-1].set_xlabel("a")


LESSON = Lesson(
    name="wave",
    title="a net that reads nothing draws a wave from its own state",
    about=(
        "A slow sine with three faster ones on it, 3,200 points, is to be drawn in one go by a net that gets no input. What it "
        "draws must come from its state, which has to go round as the wave does. With the source's settings one layer comes "
        "to rest near the wave's mean. Then one layer and two layers learn all windows side by side, each window from a first "
        "state of its own, and where one ends the next is made to begin. An error of 1 is a line at the mean, 0 is the wave."
    ),
    source={"loss_with_the_sources_settings": 0.178},
    run=run,
    draw=draw,
)
