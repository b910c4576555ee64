"""What one predictor's guesses at a text add up to, and the figures that come of it."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNSEEN_CHARACTERS = 20_992
"""Among how many an unseen character is drawn evenly: those of Unicode's first block of Chinese characters."""


@dataclass(frozen=True)
class Guesses:
    """What was thought of the pieces of a chunk before each was read.

    Attributes:
        nats: float64 (n,), −log of each right piece's probability.
        ranks: int64 (n,), the place of the right piece among all, 1 for the likeliest; of equals the lower id goes first.
        cosines: float64 (n,), of the output to the right piece; None for what puts out no vector.
        nearest: bool (n,), whether the right piece is the one nearest to the output; None likewise.
    """

    nats: NDArray[np.float64]
    ranks: NDArray[np.int64]
    cosines: NDArray[np.float64] | None = None
    nearest: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class TextSize:
    """What a text costs beside its known pieces.

    Attributes:
        pieces: How many known pieces it has, paragraph ends included.
        chars: Characters that are not white space, plus paragraphs.
        unseen: How many characters are no piece.
        unseen_probability: What every piece leaves for a character never seen.
    """

    pieces: int
    chars: int
    unseen: int
    unseen_probability: float

    def bits(self, nats: float) -> float:
        """Return the bits of a code for the text.

        A flag before each piece says whether it is known: −log2(1 − P) or −log2 P bits. A known piece costs its −log2
        probability, an unseen character log2 20,992 bits.
        """
        flags = -self.pieces * math.log2(1 - self.unseen_probability) - self.unseen * math.log2(self.unseen_probability)
        return nats / math.log(2) + flags + self.unseen * math.log2(UNSEEN_CHARACTERS)


@dataclass
class Tally:
    """Guesses added up."""

    pieces: int = 0
    nats: float = 0.0
    top1: int = 0
    top5: int = 0
    reciprocal_ranks: float = 0.0
    cosines: float | None = None
    nearest: int | None = None
    seconds: float = 0.0

    def add(self, guesses: Guesses) -> None:
        """Add the guesses of a chunk."""
        self.pieces += len(guesses.nats)
        self.nats += float(guesses.nats.sum())
        self.top1 += int((guesses.ranks == 1).sum())
        self.top5 += int((guesses.ranks <= 5).sum())
        self.reciprocal_ranks += float((1 / guesses.ranks).sum())
        if guesses.cosines is not None and guesses.nearest is not None:
            self.cosines = (self.cosines or 0.0) + float(guesses.cosines.sum())
            self.nearest = (self.nearest or 0) + int(guesses.nearest.sum())

    def figures(self, size: TextSize) -> dict[str, Any]:
        """Return the figures by their names."""
        count = self.pieces
        return {
            "perplexity": math.exp(self.nats / count),
            "bits_per_char": size.bits(self.nats) / size.chars,
            "top1": self.top1 / count,
            "top5": self.top5 / count,
            "mrr": self.reciprocal_ranks / count,
            "mean_cosine": None if self.cosines is None else self.cosines / count,
            "top1_cosine": None if self.nearest is None else self.nearest / count,
            "pieces": count,
            "chars": size.chars,
            "unseen_chars": size.unseen,
            "seconds": round(self.seconds, 2),
        }


@dataclass
class Bands:
    """Guesses added up by how often the right piece occurs in the training part, in bands of a power of ten each.

    Args:
        counts: int64 (V,), how often each piece occurs there.
    """

    counts: NDArray[np.int64]
    pieces: NDArray[np.float64] = field(init=False)
    nats: NDArray[np.float64] = field(init=False)
    top1: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        digits = np.char.str_len(self.counts.astype(str))  # 1 for 1 to 9, 2 for 10 to 99, …
        self.band = np.where(self.counts > 0, digits, 0)
        size = int(self.band.max()) + 1
        self.pieces, self.nats, self.top1 = np.zeros(size), np.zeros(size), np.zeros(size)

    def add(self, ids: NDArray[np.int32], guesses: Guesses) -> None:
        """Add the guesses at a chunk of pieces, int32 (n,)."""
        bands, size = self.band[ids], len(self.pieces)
        self.pieces += np.bincount(bands, minlength=size)
        self.nats += np.bincount(bands, weights=guesses.nats, minlength=size)
        self.top1 += np.bincount(bands, weights=guesses.ranks == 1, minlength=size)

    def rows(self) -> list[dict[str, Any]]:
        """Return the figures of every band that pieces fell in, the rarest first."""
        return [
            {
                "least": 10 ** (band - 1) if band else 0,
                "most": 10**band - 1,
                "pieces": int(pieces),
                "perplexity": math.exp(self.nats[band] / pieces),
                "top1": self.top1[band] / pieces,
            }
            for band, pieces in enumerate(self.pieces)
            if pieces
        ]


def rank(scores: NDArray[np.floating], identity: int) -> int:
    """Return the rank of a piece among scores (V,), 1 for the highest; of equals the lower id goes first."""
    right = scores[identity]
    return 1 + int(np.count_nonzero(scores > right)) + int(np.count_nonzero(scores[:identity] == right))


def ranks(scores: NDArray[np.floating], ids: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the rank of one piece in each row, int64 (n,).

    Args:
        scores: (n, V), a row a position.
        ids: int32 (n,), the piece of each row.
    """
    return np.array([rank(row, identity) for row, identity in zip(scores, ids.tolist(), strict=True)], dtype=np.int64)
