"""From the network's output vector to a score for every piece: scale · cosine + bias."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from zhgen.recurrent.grid import UNIT_BITS, UNIT_KERNEL_BITS, on_grid


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
        exact: Whether the table is on a grid, and cosines are the same to the last bit whatever is computed beside them
            (`zhgen.recurrent.grid`).
    """

    table: NDArray[np.float32]
    scale: float | NDArray[np.float32]
    bias: NDArray[np.float32]
    of_means: bool = False
    exact: bool = False

    @classmethod
    def of(cls, weights: Mapping[str, NDArray[np.float32]]) -> "Decoder":
        """Return the decoder of a bundle's weights."""
        scale = weights["decoder/lengths"] if "decoder/lengths" in weights else float(weights["decoder/scale"])
        of_means = weights["output/kernel"].ndim == 3
        return cls(weights["decoder/table"], scale, weights["decoder/bias"], of_means)

    def on_grid(self) -> "Decoder":
        """Return the decoder whose cosines do not depend on what is computed beside them; they differ by about 0.0001.

        Its table lies column by column: so few rows are multiplied with it in the least time.
        """
        return replace(self, table=np.asfortranarray(on_grid(self.table, UNIT_KERNEL_BITS)), exact=True)

    @property
    def rows(self) -> NDArray[np.float32]:
        """The table, float32 (V, D), with the lengths that its rows had if these count."""
        return self.table * self.scale[:, np.newaxis] if isinstance(self.scale, np.ndarray) else self.table

    def cosines(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosine of every piece, float32 (B, V), to outputs (B, D); to an output of zeros every cosine is 0."""
        return self._cosines(outputs, _lengths(outputs))

    def _cosines(self, outputs: NDArray[np.float32], lengths: NDArray[np.float32]) -> NDArray[np.float32]:
        units: NDArray[np.float32] = outputs / (lengths + (lengths == 0))
        cosines: NDArray[np.float32] = (on_grid(units, UNIT_BITS) if self.exact else units) @ self.table.T
        return cosines

    def nearness(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return cosines, float32 (…, V), as large as scores are; −inf for pieces that cannot come, whose bias is that."""
        scaled: NDArray[np.float32] = cosines * np.mean(self.scale, dtype=np.float32)
        scaled[..., np.isneginf(self.bias)] = -np.inf
        return scaled

    def scores(self, outputs: NDArray[np.float32], by_cosine: Sequence[int] = ()) -> NDArray[np.float32]:
        """Return scores, float32 (B, V); their softmax is the probability of each piece.

        Args:
            outputs: float32 (B, D).
            by_cosine: The rows that have `nearness` in the place of scores.
        """
        lengths = _lengths(outputs)
        cosines = self._cosines(outputs, lengths)
        kept = self.nearness(cosines[by_cosine]) if by_cosine else None
        scores = self._scores_of(cosines, lengths)
        if kept is not None:
            scores[by_cosine] = kept
        return scores

    def scores_of(self, cosines: NDArray[np.float32], outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the scores, float32 (B, V), of outputs (B, D) whose cosines (B, V) are known; these are overwritten."""
        return self._scores_of(cosines, _lengths(outputs))

    def _scores_of(self, cosines: NDArray[np.float32], lengths: NDArray[np.float32]) -> NDArray[np.float32]:
        if isinstance(self.scale, np.ndarray):
            cosines *= lengths
            cosines *= self.scale
        else:
            cosines *= lengths * np.float32(self.scale) if self.of_means else np.float32(self.scale)
        cosines += self.bias
        return cosines


def _lengths(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the length of each row, float32 (B, 1): what `np.linalg.norm` does, in less time for few rows."""
    lengths: NDArray[np.float32] = np.sqrt(np.add.reduce(rows * rows, axis=1, keepdims=True))
    return lengths
