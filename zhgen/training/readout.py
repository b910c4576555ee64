"""Turns the cosines of a network that never learnt any probabilities into probabilities.

    P(w) = softmax(scale · cos(o, e_w) + prior · log(frequency of w))

Where a network did learn them, on the training text, it is too sure of itself elsewhere: scale is fitted anew, and prior
weighs the biases that it learnt in place of the log frequencies. Both are fitted on a text: its likelihood is concave in
them, so that there is one best pair.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.training.windows import Batch

_MOST_STEPS = 50  # Newton's method is done after about eight
_GOOD_ENOUGH = 1e-6  # nats a piece that another step would gain
_SMALLEST_SHARE = 2.0**-20  # of a step
_FLAT = 1e-6  # share of the greatest curvature below which a direction is flat but for rounding
_FITTED_ON = 30_000  # positions at most: two numbers need no more
_CHUNK = 512  # positions whose cosines to all pieces are held at a time
_UNSEEN = 0.5  # how often a piece counts as seen that the training part never has


LEAST_EVIDENCE = 1000
"""How many predictions a read-out that was learnt is only fitted anew on."""

SCALES = (1.0, 0.9, 0.8, 0.7, 0.6)
"""Times the learnt scale: at each of them a validation says what is lost (`best_loss`)."""


def best_loss(losses: NDArray[np.floating], count: int) -> float:
    """Return what a validation loses once the scale is fitted, by the parabola through the least loss and its neighbours.

    The longer a network has learnt, the surer of itself it gets, and the more it gains by the read-out: judged as it stands, an
    epoch that is better in the end would look worse. A text that is too short for a read-out is judged as it stands.

    Args:
        losses: (), or (S,) at each of `SCALES`.
        count: Of how many predictions they are the mean.
    """
    if losses.ndim == 0 or count < LEAST_EVIDENCE:
        return float(losses.flat[0])
    least = int(np.argmin(losses))
    if not 0 < least < len(losses) - 1:
        return float(losses[least])
    before, here, after = losses[least - 1 : least + 2].astype(np.float64)
    return float(here - (after - before) ** 2 / (8 * (after - 2 * here + before)))


@dataclass(frozen=True)
class Readout:
    """What turns cosines into scores.

    Attributes:
        scale: What a cosine is multiplied with.
        prior: What the logarithm of a piece's frequency is multiplied with.
    """

    scale: float
    prior: float


@dataclass(frozen=True)
class _Moments:
    """What a text says of a read-out.

    Attributes:
        nats: The mean −log probability of the right pieces.
        slope: float64 (2,), its gradient in scale and prior.
        curvature: float64 (2, 2), its Hessian.
    """

    nats: float
    slope: NDArray[np.float64]
    curvature: NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """The text that a read-out is fitted on, as the network sees it.

    Attributes:
        directions: float32 (N, D), the outputs, of length 1 (shorter where members disagree).
        targets: int32 (N,), the piece that is right after each.
        table: float32 (V, D), rows of length 1.
        log_prior: float32 (V,).
    """

    directions: NDArray[np.float32]
    targets: NDArray[np.int32]
    table: NDArray[np.float32]
    log_prior: NDArray[np.float32]

    @classmethod
    def gather(
        cls,
        run: Callable[[Any, Any], Any],
        zero_state: Callable[[int], Any],
        batches: Iterable[Batch],
        table: NDArray[np.float32],
        log_prior: NDArray[np.float32],
    ) -> "Evidence":
        """Return the beginning of a text as the network sees it.

        Args:
            run: From the ids (T, B) and the state before them to the directions, (T·B, D), and the state after.
            zero_state: Returns the state before anything was read, for B streams.
            batches: The text.
            table: float32 (V, D), rows of length 1.
            log_prior: float32 (V,).
        """
        outputs, targets, state, count = [], [], None, 0
        for batch in batches:
            values, state = run(batch.x, zero_state(batch.x.shape[1]) if batch.starts else state)
            outputs.append(np.asarray(values))
            targets.append(batch.y.ravel())
            count += batch.y.size
            if count >= _FITTED_ON:
                break
        return cls(np.concatenate(outputs), np.concatenate(targets), table, log_prior)

    def fit(self, start: Readout) -> Readout:
        """Return the read-out that makes the text likeliest, by Newton's method with steps halved until they help."""
        point = np.array([start.scale, start.prior])
        here = self._moments(point)
        for _ in range(_MOST_STEPS):
            step = -np.linalg.pinv(here.curvature, rcond=_FLAT, hermitian=True) @ here.slope
            if -here.slope @ step / 2 < _GOOD_ENOUGH:
                break
            share = 1.0
            there = self._moments(point + step)
            while there.nats > here.nats and share > _SMALLEST_SHARE:
                share /= 2
                there = self._moments(point + share * step)
            point, here = point + share * step, there
        return Readout(float(point[0]), float(point[1]))

    def figures(self, readout: Readout) -> Mapping[str, float]:
        """Return both numbers of a read-out and the perplexity it gives, as `config.json` has them."""
        return {
            "scale": round(readout.scale, 6),
            "prior": round(readout.prior, 6),
            "perplexity": round(self.perplexity(readout), 3),
        }

    def perplexity(self, readout: Readout) -> float:
        """Return exp of the mean −log probability that a read-out gives the right pieces."""
        return math.exp(self._moments(np.array([readout.scale, readout.prior])).nats)

    def _moments(self, point: NDArray[np.float64]) -> _Moments:
        nats, slope, curvature = 0.0, np.zeros(2), np.zeros((2, 2))
        for start in range(0, len(self.targets), _CHUNK):
            targets = self.targets[start : start + _CHUNK]
            rows = np.arange(len(targets))
            cosines = self.directions[start : start + _CHUNK] @ self.table.T
            scores = cosines * np.float32(point[0]) + self.log_prior * np.float32(point[1])
            scores -= scores.max(axis=1, keepdims=True)
            shares = np.exp(scores)
            totals = shares.sum(axis=1)
            nats += float((np.log(totals) - scores[rows, targets]).sum(dtype=np.float64))
            shares /= totals[:, np.newaxis]
            weighted = shares * cosines
            mean = np.stack([weighted.sum(axis=1), shares @ self.log_prior], axis=1).astype(np.float64)
            right = np.stack([cosines[rows, targets], self.log_prior[targets]], axis=1)
            across = np.sum(weighted @ self.log_prior)
            second = np.array([[np.vdot(weighted, cosines), across], [across, np.sum(shares @ self.log_prior**2)]])
            slope += (mean - right).sum(axis=0)
            curvature += second - mean.T @ mean
        count = len(self.targets)
        return _Moments(nats / count, slope / count, curvature / count)


def log_frequencies(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the logarithm of each piece's share of the training part, float32 (V,); one never seen counts as half seen."""
    frequencies: NDArray[np.float32] = np.log(np.maximum(counts, _UNSEEN) / counts.sum()).astype(np.float32)
    return frequencies
