"""From the network's output vector to a score for every piece: scale · cosine + bias."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from zhgen.recurrent.grid import UNIT_BITS, UNIT_KERNEL_BITS, on_grid

Floats = NDArray[np.float32]

_SHORTEST = np.float32(1e-18)  # the square of it is still a number


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

    table: Floats
    scale: float | Floats
    bias: Floats
    of_means: bool = False
    exact: bool = False

    @classmethod
    def of(cls, weights: Mapping[str, Floats]) -> "Decoder":
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
    def rows(self) -> Floats:
        """The table, float32 (V, D), with the lengths that its rows had if these count."""
        return self.table * self.scale[:, np.newaxis] if isinstance(self.scale, np.ndarray) else self.table

    def cosines(self, outputs: Floats) -> Floats:
        """Return the cosine of every piece, float32 (B, V), to outputs (B, D); to an output of zeros every cosine is 0."""
        cosines = self._products(outputs)
        cosines *= self._per_product(outputs)
        return cosines

    def _products(self, outputs: Floats) -> Floats:
        """Return the products of directions, or of means as they are, with the table, (B, V), in multiples of `_step`."""
        rows: Floats = outputs if self.of_means else outputs / _lengths(outputs)
        if self.exact:
            rows = rows / self._step
            np.rint(rows, out=rows)
        products: Floats = rows @ self.table.T
        return products

    def _per_product(self, outputs: Floats) -> Floats:
        """Return what makes cosines of the products of outputs, (B, 1) or ()."""
        return self._step / _lengths(outputs) if self.of_means else self._step

    @cached_property
    def _step(self) -> Floats:
        return np.array(2.0**-UNIT_BITS if self.exact else 1, dtype=np.float32)

    def nearness(self, cosines: Floats) -> Floats:
        """Return cosines, float32 (…, V), as large as scores are; −inf for pieces that cannot come, whose bias is that."""
        scaled: Floats = cosines * np.mean(self.scale, dtype=np.float32)
        scaled[..., np.isneginf(self.bias)] = -np.inf
        return scaled

    def scores(self, outputs: Floats, by_cosine: Sequence[int] = ()) -> Floats:
        """Return scores, float32 (B, V); their softmax is the probability of each piece.

        Args:
            outputs: float32 (B, D).
            by_cosine: The rows that have `nearness` in the place of scores.
        """
        scores = self._products(outputs)
        kept = self.nearness(scores[by_cosine] * self._per_product(outputs[by_cosine])) if by_cosine else None
        plain = isinstance(self.scale, np.ndarray) and not self.of_means
        self._make_scores(scores, self._step, _lengths(outputs) if plain else None)
        if kept is not None:
            scores[by_cosine] = kept
        return scores

    def scores_of(self, cosines: Floats, outputs: Floats) -> Floats:
        """Return the scores, float32 (B, V), of outputs (B, D) whose cosines (B, V) are known; these are overwritten."""
        counts = self.of_means or isinstance(self.scale, np.ndarray)
        self._make_scores(cosines, np.array(1, np.float32), _lengths(outputs) if counts else None)
        return cosines

    def _make_scores(self, products: Floats, step: Floats, lengths: Floats | None) -> None:
        """Make scores of products in multiples of a step, in their place; lengths count where they are given."""
        if lengths is not None:
            products *= lengths
        products *= step * np.asarray(self.scale, np.float32)
        products += self.bias


def _lengths(rows: Floats) -> Floats:
    """Return the length of each row, float32 (B, 1), and of rows of zeros next to nothing: what divides by it is finite.

    What `np.linalg.norm` does, in less time for few rows.
    """
    lengths: Floats = np.sqrt(np.add.reduce(rows * rows, axis=1, keepdims=True))
    return np.maximum(lengths, _SHORTEST)
