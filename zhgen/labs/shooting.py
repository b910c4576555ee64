"""Multiple shooting: the windows of one long sequence are learnt side by side (Bock & Plitt 1984)."""

import numpy as np

from zhgen.labs.descent import Adam
from zhgen.recurrent import stack
from zhgen.recurrent.cells import Floats
from zhgen.recurrent.network import LSTMNetwork, State

HIGHEST_RATE, LOWEST_RATE = 1e-2, 2e-4
FIRST_WEIGHT, LAST_WEIGHT = 0.1, 10.0


class Shooting:
    """Teaches a net without input to draw a sequence, all windows at once.

    A net that is to draw 3,200 points from one state has to be right for 3,200 steps before the last of them says anything
    useful: a small change at the start is a large one at the end. So every window gets a first state of its own, which is
    learnt as the weights are; and that a window ends where the next begins is asked for besides, more and more. When the ends
    meet, the windows are one sequence, drawn from the first of the states.

    Args:
        network: Reads one number a step, and gets zeros. It is changed.
        windows: (W, T), the sequence cut up.
        random: What the first states are drawn from.
    """

    def __init__(self, network: LSTMNetwork, windows: Floats, random: np.random.Generator) -> None:
        self.network, self.windows = network, windows
        shapes = [(len(windows), cell.units) for cell in network.cells]
        self.starts: State = tuple((random.normal(0, 0.1, shape), random.normal(0, 0.5, shape)) for shape in shapes)
        states = {f"{kind}_{layer}": s for layer, start in enumerate(self.starts) for kind, s in zip("hc", start, strict=True)}
        self.descent = Adam({**stack.parameters(network), **states})

    @property
    def first_state(self) -> State:
        """The first window's state: where the whole sequence begins."""
        return tuple((h[:1], c[:1]) for h, c in self.starts)

    def step(self, done: float) -> tuple[float, float]:
        """Take a step down the gradient of ½·mean (p − y)² + ½·w·Σ (end − next start)² / W.

        Args:
            done: The share of the training that is over: the rate falls with it by half a cosine, and w grows.

        Returns:
            The mean squared error, and the gap Σ (end − next start)².
        """
        weight = FIRST_WEIGHT * (LAST_WEIGHT / FIRST_WEIGHT) ** done
        rate = LOWEST_RATE + (HIGHEST_RATE - LOWEST_RATE) * (1 + np.cos(np.pi * done)) / 2
        count, timesteps = self.windows.shape
        trace = stack.trace(self.network, np.zeros((count, timesteps, 1)), self.starts)
        wrong = trace.outputs[:, :, 0] - self.windows  # (W, T)
        gaps = [
            _gap(end, start)
            for ends, starts in zip(trace.state, self.starts, strict=True)
            for end, start in zip(ends, starts, strict=True)
        ]  # (W, H) each: h and c of every layer
        pulls = [weight / count * gap for gap in gaps]
        d_state = tuple(zip(pulls[::2], pulls[1::2], strict=True))
        found = stack.backward(self.network, trace, wrong[:, :, np.newaxis] / wrong.size, d_state)
        gradients = dict(found.weights)
        for layer, (d_starts, d_ends) in enumerate(zip(found.state, d_state, strict=True)):
            for kind, d_start, d_end in zip("hc", d_starts, d_ends, strict=True):
                gradients[f"{kind}_{layer}"] = d_start - np.roll(d_end, 1, axis=0)  # the end before pulls at a start
        self.descent.step(gradients, rate)
        return float((wrong**2).mean()), sum(float((gap**2).sum()) for gap in gaps)


def _gap(ends: Floats, starts: Floats) -> Floats:
    """Return how far each window's end is from the next one's start, (W, H); the last one has nothing to meet."""
    gap = ends - np.roll(starts, -1, axis=0)
    gap[-1] = 0
    return gap
