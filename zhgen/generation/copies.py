"""The text that a model was trained on, where the model keeps it: what a text copies of it, and a limit to that."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError
from zhgen.ngrams.runs import Runs

Ids = NDArray[np.int32]

_INDEXES = 12  # lengths of runs for which an index is kept; each has 12 bytes a piece of the training text
_REMEMBERED = 4096  # runs whose followers are remembered: those that have many come often
_FIRST_GUESS = 8  # pieces; most longest runs have about as many


@dataclass(frozen=True)
class Run:
    """A run of pieces that stands in the training text as well.

    Attributes:
        words: How many pieces it has.
        paragraph: The number of the paragraph in the training text where it begins, from 1 on; None where paragraphs are not
            told apart, and where nothing is shared.
    """

    words: int
    paragraph: int | None


class TrainingText:
    """A training text as pieces.

    Args:
        ids: int32 (N,), its pieces.
        end: The id of `</s>`; None when it is not a piece.
    """

    def __init__(self, ids: Ids, end: int | None) -> None:
        self.ids, self._end = ids, end
        self.runs = lru_cache(maxsize=_INDEXES)(lambda length: Runs(ids, length))
        self._followers: dict[tuple[int, ...], list[int]] = {}

    def followers(self, run: tuple[int, ...]) -> list[int]:
        """Return the pieces that follow a run anywhere in the text, each once."""
        found = self._followers.get(run)
        if found is None:  # threads may share the text, and another may clear what is remembered
            after = self.runs(len(run)).places(run) + len(run)
            if len(self._followers) >= _REMEMBERED:
                self._followers.clear()
            found = np.unique(self.ids[after[after < len(self.ids)]]).tolist()
            self._followers[run] = found
        return found

    def longest_run(self, ids: Sequence[int]) -> Run:
        """Return the longest run of another text's pieces that stands in this one; of several the first."""
        text = np.array(ids, dtype=np.int32)
        shared = 0  # so long a run is shared, and none of `lacking`
        lacking = len(text) + 1
        guess = min(_FIRST_GUESS, len(text))
        place = 0
        while lacking - shared > 1:
            found = self.runs(guess).first_shared(text)
            if found is None:
                lacking = guess
            else:
                shared, place = guess, found[1]
            guess = min((shared + lacking) // 2, 2 * max(shared, 1))
        return Run(shared, self._paragraph(place) if shared else None)

    def _paragraph(self, place: int) -> int | None:
        return None if self._end is None else int((self.ids[:place] == self._end).sum()) + 1


class CopyGuard:
    """Keeps a text from going on with a run of the training text that is long enough.

    Args:
        text: The training text.
        longest: How many pieces in a row may be as there.
    """

    def __init__(self, text: TrainingText, longest: int) -> None:
        self._text = text
        self._last = deque[int](maxlen=longest)

    def barred(self) -> list[int]:
        """Return the pieces that must not come now."""
        return self._text.followers(tuple(self._last)) if len(self._last) == self._last.maxlen else []

    def add(self, piece: int) -> None:
        """Take note of a piece of the prompt or of the text."""
        self._last.append(piece)


def guard_of(text: TrainingText | None, longest: int) -> CopyGuard:
    """Return what keeps a text from copying.

    Raises:
        RefusedError: The training text is not at hand.
    """
    if text is None:
        raise RefusedError(
            "--max-copy needs the text that the model was trained on, and the model does not hold it.",
            "Train it again with zhgen train --keep-text, or leave the option out.",
        )
    return CopyGuard(text, longest)
