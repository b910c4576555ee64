"""A text on its way through the model: first its prompt is read, then it is written."""

from collections import deque
from collections.abc import Sequence

from zhgen.generation.exact_rows import Floats
from zhgen.generation.voice import Voice
from zhgen.generation.writing import Writing
from zhgen.sampling.scores import Scores


class Passage:
    """What is read of a text, a piece at a time, and what is written.

    Args:
        writing: What chooses its pieces.
        ids: The pieces to be read before the first is written.
        voice: What is mixed in; None is the model alone.
    """

    def __init__(self, writing: Writing, ids: Sequence[int], voice: Voice | None = None) -> None:
        self.writing, self.voice = writing, voice
        self._unread = deque(ids)

    @property
    def over(self) -> bool:
        """Whether nothing more is to be written."""
        return self.writing.reason is not None

    @property
    def by_cosine(self) -> bool:
        """Whether pieces are chosen by their cosines alone."""
        return self.writing.settings.metric == "cosine"

    @property
    def waits(self) -> bool:
        """Whether all was read, and the next piece is to be written."""
        return not self._unread

    @property
    def unread(self) -> int:
        """How many pieces are still to be read before one is written."""
        return len(self._unread)

    def take(self) -> int:
        """Return the next piece to be read."""
        return self._unread.popleft()

    def hear(self, piece: int, output: Floats) -> None:
        """Take note of a piece that was read, and of the output after it, float32 (D,)."""
        if self.voice is not None:
            self.voice.hear(piece, output)

    def choose(self, scores: Scores) -> int:
        """Return the next piece.

        Args:
            scores: float32 (V,), the model's, or a multiple of the cosines; they may be overwritten.
        """
        return self.writing.choose(scores if self.voice is None else self.voice.mix(scores))

    def write(self, piece: int) -> tuple[int, str]:
        """Write a piece and return it, and the text that may now be shown; at the end that is all there is."""
        shown = self.writing.add(piece)
        if self.over:
            self.voice = None  # a text that waits for others to be over needs no memory of what it said
            return piece, shown + self.writing.tail()
        self._unread.append(piece)
        return piece, shown
