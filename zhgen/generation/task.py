"""A request, and what came of it so far."""

from dataclasses import dataclass, field

from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.copies import TrainingText
from zhgen.generation.passage import Passage
from zhgen.generation.request import Failure, Request, Result


@dataclass
class Task:
    """A text to be written.

    Attributes:
        request: What is asked for.
        passage: The text; None where nothing can be written, and the task only keeps its place in the order.
        message: Why nothing can be written.
        pieces: What was written.
        shown: What may be shown of it, in parts.
    """

    request: Request
    passage: Passage | None
    message: str = ""
    pieces: list[int] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether nothing more comes of it."""
        return self.passage is None or self.passage.over

    def add(self, piece: int, shown: str) -> None:
        """Take note of a piece that was written, and of what may be shown now."""
        self.pieces.append(piece)
        self.shown.append(shown)

    def answer(self, vocabulary: Vocabulary, training: TrainingText | None = None) -> Result | Failure:
        """Return what came of it, when it is done.

        Args:
            vocabulary: What ids mean.
            training: Where copies are looked for; None where that text is not at hand.
        """
        reason = None if self.passage is None else self.passage.writing.reason
        if self.passage is None or reason is None:
            return Failure(self.request, self.message)
        text = "".join(self.shown)
        pieces, rest = self._shown_pieces(vocabulary, text)
        words = [*map(vocabulary.text, pieces), *([rest] if rest and reason == "stop" else rest)]
        loops = [loop.describe(vocabulary) for loop in self.passage.writing.sampler.loops]
        copied = None if training is None else training.longest_run(pieces)
        return Result(self.request, text, words, reason, loops, copied)

    def _shown_pieces(self, vocabulary: Vocabulary, text: str) -> tuple[list[int], str]:
        """Return the pieces that are shown whole, and what the text has beside them: closing marks, or a part of a word."""
        pieces, length = list[int](), 0
        for piece in self.pieces:
            word = vocabulary.text(piece)
            if text.startswith(word, length):
                pieces.append(piece)
                length += len(word)
            elif piece != vocabulary.end:  # an empty line is passed over
                break
        return pieces, text[length:]
