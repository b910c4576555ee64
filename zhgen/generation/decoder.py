"""From the network's output vector to a score for every piece: scale · cosine + bias."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Decoder:
    """Scores pieces by their cosine to an output vector.

    An output that is the mean of several directions is shorter than 1 where these disagree. Then its length counts: the
    score is scale · length · cosine + bias.

    Args:
        table: float32 (V, D), rows of length 1.
        scale: What a cosine is multiplied with; or float32 (V,), the lengths that the rows had: then the score is the plain
            product of output and row + bias, as an ordinary softmax has it.
        bias: float32 (V,), added to each piece's score: what makes frequent pieces likelier.
        of_means: Whether outputs are means of directions.
    """

    table: NDArray[np.float32]
    scale: float | NDArray[np.float32]
    bias: NDArray[np.float32]
    of_means: bool = False

    @classmethod
    def of(cls, weights: Mapping[str, NDArray[np.float32]]) -> "Decoder":
        """Return the decoder of a bundle's weights."""
        scale = weights["decoder/lengths"] if "decoder/lengths" in weights else float(weights["decoder/scale"])
        of_means = weights["output/kernel"].ndim == 3
        return cls(weights["decoder/table"], scale, weights["decoder/bias"], of_means)

    @property
    def rows(self) -> NDArray[np.float32]:
        """The table, float32 (V, D), with the lengths that its rows had if these count."""
        return self.table * self.scale[:, np.newaxis] if isinstance(self.scale, np.ndarray) else self.table

    def cosines(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosine of every piece, float32 (B, V), to outputs (B, D); to an output of zeros every cosine is 0."""
        lengths = np.linalg.norm(outputs, axis=1, keepdims=True)
        units = np.divide(outputs, lengths, out=np.zeros_like(outputs), where=lengths > 0)
        cosines: NDArray[np.float32] = units @ self.table.T
        return cosines

    def scores(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return scores, float32 (B, V); their softmax is the probability of each piece."""
        return self.scores_of(self.cosines(outputs), outputs)

    def scores_of(self, cosines: NDArray[np.float32], outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the scores, float32 (B, V), of outputs (B, D) whose cosines (B, V) are known; these are overwritten."""
        if self.of_means or isinstance(self.scale, np.ndarray):
            cosines *= np.linalg.norm(outputs, axis=1, keepdims=True)
        cosines *= np.asarray(self.scale, dtype=np.float32)
        cosines += self.bias
        return cosines
