"""From the network's output vector to a score for every piece: scale · cosine + bias."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Decoder:
    """Scores pieces by their cosine to an output vector.

    Args:
        table: float32 (V, D), rows of length 1.
        scale: What a cosine is multiplied with.
        bias: float32 (V,), added to each piece's score: what makes frequent pieces likelier.
    """

    table: NDArray[np.float32]
    scale: float
    bias: NDArray[np.float32]

    def cosines(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosine of every piece, float32 (B, V), to outputs (B, D); to an output of zeros every cosine is 0."""
        lengths = np.linalg.norm(outputs, axis=1, keepdims=True)
        units = np.divide(outputs, lengths, out=np.zeros_like(outputs), where=lengths > 0)
        cosines: NDArray[np.float32] = units @ self.table.T
        return cosines

    def scores(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return scores, float32 (B, V); their softmax is the probability of each piece."""
        scores = self.cosines(outputs)
        scores *= np.float32(self.scale)
        scores += self.bias
        return scores
