"""What a piece is made of: its characters, whose learnt vectors are added to its own.

A rare word is read and written with what its characters mean elsewhere, so that few occurrences teach more. The first and the
last one count for more: 王夫人 and 李夫人, 走出 and 说出.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.corpus.vocabulary import PARAGRAPH_END
from zhgen.corpus.whitespace import characters

MOST_CHARACTERS = 6
_END_SHARE = 0.5  # of the first and of the last character, beside the mean over all


@dataclass(frozen=True)
class Composition:
    """Which rows of a table of parts make up each piece, and with what shares.

    Attributes:
        parts: int32 (V, P), rows of the table of parts; unused places are row 0 with share 0.
        shares: float32 (V, P).
        rows: How many rows the table of parts has.
    """

    parts: NDArray[np.int32]
    shares: NDArray[np.float32]
    rows: int

    def compose(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the parts of every piece add up to, float32 (V, D), for a table of parts (R, D)."""
        total = np.zeros((len(self.parts), table.shape[1]), dtype=np.float32)
        for part, share in zip(self.parts.T, self.shares.T, strict=True):
            total += share[:, np.newaxis] * table[part]
        return total


def compose_characters(pieces: Sequence[str]) -> Composition:
    """Return of each piece the mean of its characters and half of its first and of its last one.

    A character has three rows: one for wherever it stands, one as the first, one as the last. Of a long piece the first
    six characters count for the mean. `</s>` has no parts.
    """
    spelled = [[] if piece == PARAGRAPH_END else characters(piece) for piece in pieces]
    known = {character: row for row, character in enumerate(sorted({c for word in spelled for c in word}))}
    parts = np.zeros((len(pieces), MOST_CHARACTERS + 2), dtype=np.int32)
    shares = np.zeros(parts.shape, dtype=np.float32)
    for row, word in enumerate(spelled):
        if word:
            inside = [known[character] for character in word[:MOST_CHARACTERS]]
            parts[row, : len(inside)] = inside
            shares[row, : len(inside)] = 1 / len(inside)
            parts[row, -2:] = known[word[0]] + len(known), known[word[-1]] + 2 * len(known)
            shares[row, -2:] = _END_SHARE
    return Composition(parts, shares, max(3 * len(known), 1))
