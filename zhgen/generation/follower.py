"""What may come next in one text, and how likely it is."""

import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.exact_model import ExactModel
from zhgen.generation.exact_rows import Floats, Rows, rows_of
from zhgen.generation.voice import Voice
from zhgen.sampling.scores import Scores, probabilities


@dataclass(frozen=True)
class Candidate:
    """A piece that may come next.

    Attributes:
        piece: The piece, as the vocabulary has it: a paragraph's end is `</s>`.
        probability: How likely it is.
        cosine: That of its vector to what the network put out.
    """

    piece: str
    probability: float
    cosine: float


class Follower:
    """Reads one text and says what may come next.

    Args:
        model: What reads and scores.
        voice: What is mixed in; None is the model alone.
    """

    def __init__(self, model: ExactModel, voice: Voice | None = None) -> None:
        self.model, self.voice = model, voice
        self._rows: Rows = rows_of(model)
        self._rows.add()
        self._outputs: Floats | None = None  # (1, D)

    def read(self, piece: int) -> None:
        """Read the next piece."""
        self._outputs = self._rows.read([piece])
        if self.voice is not None:
            self.voice.hear(piece, self._outputs[0])

    def copy(self) -> "Follower":
        """Return it as it is now, to come back to."""
        other = copy.copy(self)
        other._rows = self._rows.copy()
        if self.voice is not None:
            ngrams = self.voice.sources.ngrams  # large, and never changed
            other.voice = copy.deepcopy(self.voice, {id(ngrams): ngrams})
        return other

    def cosines(self) -> NDArray[np.float32]:
        """Return the cosine of every piece to what the network put out last, float32 (V,); 0 before anything was read."""
        decoder = self.model.decoder
        return np.zeros_like(decoder.bias) if self._outputs is None else decoder.cosines(self._outputs)[0]

    def scores(self) -> Scores:
        """Return the scores of every piece, float (V,), by which the next one is chosen; the bias before anything was read."""
        decoder = self.model.decoder
        if self._outputs is None:
            return decoder.bias.copy()
        scores = decoder.scores(self._outputs)[0]
        return scores if self.voice is None else self.voice.mix(scores)

    def candidates(self, vocabulary: Vocabulary, top: int) -> list[Candidate]:
        """Return the likeliest pieces, the likeliest first, of equal ones the lower id; none that cannot come."""
        chances, cosines = probabilities(self.scores()), self.cosines()
        best = np.argsort(-chances, kind="stable")[:top]
        return [
            Candidate(vocabulary.pieces[piece], float(chances[piece]), float(cosines[piece]))
            for piece in best
            if chances[piece] > 0
        ]
