"""What is made small in training. Scores of pieces are scale · cosine + bias throughout."""

from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

NOISE_POWER = 0.75  # of word2vec (Mikolov et al. 2013): between drawing by frequency and drawing evenly


class Noise:
    """Draws the pieces that the right one is to be told from, without replacement.

    Piece w is drawn with probability π_w = min(1, c·count^0.75) exactly, where c makes the π add up to K: by systematic
    sampling (Madow 1949), that is by laying the π end to end in random order and marking every whole step from a random
    start. So Σ exp(score_w) / π_w over the drawn is, in the mean, the sum over all pieces; a correction that is off for
    frequent pieces would leave the accuracy and ruin the probabilities.

    Args:
        counts: (V,), how often each piece occurs; those that never do are drawn as if they occurred once.
        draws: K, at most V.
        seed: Random number seed.

    Attributes:
        inclusion: float64 (V,), π.
        corrections: float32 (V,), log(1/π).
    """

    def __init__(self, counts: NDArray[np.int64], draws: int, seed: int) -> None:
        self.draws = min(draws, len(counts))
        self.inclusion = _inclusion(np.maximum(counts, 1) ** NOISE_POWER, self.draws)
        self.certain = np.flatnonzero(self.inclusion >= 1)
        self.uncertain = np.flatnonzero(self.inclusion < 1)
        self.corrections = -np.log(self.inclusion).astype(np.float32)
        self.generator = np.random.default_rng(seed)

    def draw(self) -> NDArray[np.int32]:
        """Return pieces, int32 (K,), each once."""
        marks = self.draws - len(self.certain)
        order = self.generator.permutation(self.uncertain)
        ends = np.cumsum(self.inclusion[order])
        hits = np.searchsorted(ends, self.generator.random() + np.arange(marks), side="right")
        pieces = np.concatenate([self.certain, order[np.minimum(hits, len(order) - 1)]]) if marks else self.certain
        return pieces.astype(np.int32)


def _inclusion(weights: NDArray[np.float64], draws: int) -> NDArray[np.float64]:
    """Return min(1, c·weight), float64 (V,), with c such that they add up to `draws`."""
    certain = np.zeros(len(weights), dtype=bool)
    while True:
        rest = weights[~certain].sum()
        share = (draws - certain.sum()) / rest if rest > 0 else 0.0
        inclusion = np.where(certain, 1.0, weights * share)
        more = (inclusion >= 1) & ~certain
        if not more.any():
            return inclusion
        certain |= more


def contrastive(outputs: Any, right: Any, right_bias: Any, noise: Any, noise_bias: Any, hits: Any) -> Any:
    """Return −log softmax of the right piece, (N,), the softmax's sum being estimated from drawn pieces.

    The gradient is written out, which needs half the passes over the (N, K + 1) matrix that differentiating step by step would.

    Args:
        outputs: (N, D), scaled so that a product with a row of the table is a score without bias.
        right: (N, D), the row of each right piece.
        right_bias: (N,), its bias.
        noise: (K + 1, D), the rows of the drawn pieces; the last is a dummy.
        noise_bias: (K + 1,), the bias of each + log(1/π); very low for the dummy.
        hits: int32 (N, 2), n and which of the drawn pieces is the right one of n, K (the dummy) when none is: the right
            piece is in the sum already.
    """

    @ops.custom_gradient  # type: ignore[untyped-decorator]  # Keras ships no types
    def run(outputs: Any, right: Any, right_bias: Any, noise: Any, noise_bias: Any) -> Any:
        score = ops.sum(outputs * right, axis=1) + right_bias
        scores = ops.matmul(outputs, ops.transpose(noise)) + noise_bias
        highest = ops.maximum(ops.max(scores, axis=1), score)
        shares = ops.exp(scores - ops.expand_dims(highest, 1))
        shares = ops.scatter_update(shares, hits, ops.zeros_like(score))
        own = ops.exp(score - highest)
        total = ops.sum(shares, axis=1) + own

        def gradient(*upstream: Any, **_: Any) -> Any:
            above = upstream[0]
            weight = above / total
            d_scores = shares * ops.expand_dims(weight, 1)
            d_score = own * weight - above
            column = ops.expand_dims(d_score, 1)
            return (
                ops.matmul(d_scores, noise) + column * right,
                column * outputs,
                d_score,
                ops.matmul(ops.transpose(d_scores), outputs),
                ops.sum(d_scores, axis=0),
            )

        return ops.log(total) + highest - score, gradient

    return run(outputs, right, right_bias, noise, noise_bias)


def squared_error(outputs: Any, vectors: Any) -> Any:
    """Return the mean squared difference between outputs and the right vectors, both (N, D)."""
    return ops.mean(ops.square(outputs - vectors))
