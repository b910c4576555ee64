"""What is said of a text's next piece: by the model, and by what is mixed in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.generation.mixture import Shares, Sources
from zhgen.sampling.scores import Scores, probabilities

Floats = NDArray[np.float32]


@dataclass
class Voice:
    """Mixes the model's scores for one text with those of n-grams and of a cache of the text itself.

    Attributes:
        shares: How much is heard of each.
        sources: The others.
        output: float32 (D,), what the network put out last; None before anything was read.
    """

    shares: Shares
    sources: Sources
    output: Floats | None = None

    def hear(self, piece: int, output: Floats) -> None:
        """Take note of a piece that was read, and of the output after it, float32 (D,)."""
        if self.output is not None:  # before the first of all there is none, and it is no part of the text
            self.sources.add([piece], self.output[np.newaxis])
        self.output = output

    def mix(self, scores: Scores) -> Scores:
        """Return log probabilities, float64 (V,), of the model's scores and what is mixed in; at first, the scores."""
        if self.output is None:
            return scores
        mixed = self.shares.combine(probabilities(scores), self.sources.look(self.output))
        logarithms: Scores = np.log(np.maximum(mixed, np.finfo(np.float64).tiny))
        return logarithms
