"""When a text is over, what may not come before it is, and what closes it."""

from collections.abc import Sequence

from zhgen.config import GenerateSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.holding import Holding
from zhgen.generation.marks import PAIRS, SENTENCE_MARKS, marks_of
from zhgen.generation.request import FinishReason

_CLOSING = "".join(PAIRS.values())
_OPENING_ROOM = 3  # characters that an opening mark, a word and the closing mark take at least


class Ending:
    """Follows a text until it is over.

    A sentence is over when what follows its final mark is no mark that belongs to it. So one piece more is written, which is
    seen by nobody: it, a piece that `chars` has no room for, and a text to stop at are no part of the text.

    Args:
        settings: How long it gets.
        vocabulary: What ids mean.
        prompt_ids: The pieces before the text. Marks that they open are closed in the text.
        never: Pieces that cannot come. A mark is closed by none of them.

    Attributes:
        reason: Why the text is over; None while it is not.
    """

    def __init__(
        self,
        settings: GenerateSettings,
        vocabulary: Vocabulary,
        prompt_ids: Sequence[int],
        never: frozenset[int] = frozenset(),
    ) -> None:
        self.settings, self.vocabulary = settings, vocabulary
        self.reason: FinishReason | None = None
        self._marks, self._holding = marks_of(vocabulary, never), Holding(settings.stop)
        self._open: tuple[str, ...] = ()
        for piece in prompt_ids:
            self._open = self._marks.follow(self._open, piece)
        self._words = self._characters = 0
        self._last = prompt_ids[-1] if prompt_ids else vocabulary.end
        self._in_marks = False  # a sentence's final mark came, and nothing else since
        self._limit = 2 * settings.chars + 1 if settings.chars else settings.words

    def barred(self) -> list[int]:
        """Return the pieces that must not come now.

        There is no empty line, no line's end first or last, and no first word that there is no room for.
        """
        end = self.vocabulary.end
        outermost = self._words in (0, self._limit - 1)
        barred = [end] if end is not None and (outermost or self._last == end) else []
        if self.settings.chars and not self._words:
            long = [piece for piece in range(len(self.vocabulary)) if piece != end and not self._has_room(piece)]
            barred += long if len(barred) + len(long) < len(self.vocabulary) else []  # when none fits, one comes all the same
        return barred

    def unpaired(self) -> list[int]:
        """Return the pieces that would leave a quotation mark or bracket unpaired or empty."""
        barred = self._marks.barred(self._open)
        if self._last in self._marks.opening:
            return [*barred, *self._marks.closing]
        last = self._words == self._limit - 1 or (self.settings.chars and self._room() < _OPENING_ROOM)
        return [*barred, *self._marks.opening] if last else barred

    def add(self, piece: int) -> str:
        """Take note of a piece and return the text that may be shown now; none of one that ends the text and is not part of it.

        An empty line is passed over, though it counts as a word.
        """
        text = self.vocabulary.text(piece)
        if self._is_over_before(piece):
            return ""
        empty = piece == self.vocabulary.end and self._last == piece
        self._words += 1
        self._last = piece
        self._open = self._marks.follow(self._open, piece)
        if self.settings.chars:
            self._characters += len("".join(text.split()))
        shown = "" if empty else self._holding.add(text)
        if self.settings.until == "sentence":
            self._in_marks = self._ends_sentence(text)
        if self._holding.stopped:
            self.reason = "stop"
        elif self._words >= self._limit or (self.settings.chars and self._room() <= 0):
            self.reason = self._reason_at_limit()
        return shown

    def tail(self) -> str:
        """Return what is still to be shown of a text that is over: what was held back, and what closes the open marks.

        Before a text to stop at nothing is added.
        """
        if self.reason == "stop":
            return ""
        last = self._holding.rest(self._marks.close(self._open))
        if self._holding.stopped:
            self.reason = "stop"
        return last

    def _is_over_before(self, piece: int) -> bool:
        """Set the reason, if the text is over and a piece is no part of it."""
        until, enough = self.settings.until, self._words >= max(self.settings.min_length, 1)
        if until == "paragraph" and enough and piece == self.vocabulary.end:
            self.reason = "paragraph"
        elif until == "sentence" and enough and (piece == self.vocabulary.end or self._sentence_is_over(piece)):
            self.reason = "sentence"
        elif self.settings.chars and self._words and not self._has_room(piece):
            self.reason = self._reason_at_limit()
        return self.reason is not None

    def _sentence_is_over(self, piece: int) -> bool:
        return self._in_marks and not self._ends_sentence(self.vocabulary.text(piece))

    def _ends_sentence(self, text: str) -> bool:
        """Return whether a sentence that went on to here has its final mark, closing marks behind it or not."""
        rest = text.rstrip(_CLOSING)
        return rest.endswith(tuple(SENTENCE_MARKS)) if rest else self._in_marks

    def _reason_at_limit(self) -> FinishReason:
        if self.settings.until == "sentence" and self._in_marks and self._words >= self.settings.min_length:
            return "sentence"
        return "chars" if self.settings.chars else "length"

    def _room(self) -> int:
        """Return for how many characters there is room beside the marks that close what is open."""
        return self.settings.chars - self._characters - len(self._open)

    def _has_room(self, piece: int) -> bool:
        text = "".join(self.vocabulary.text(piece).split())
        opened = len(self._marks.follow(self._open, piece)) if text else len(self._open)
        return self._characters + len(text) + opened <= self.settings.chars
