"""Marks that end sentences, and marks that come in pairs: which are open in a text, and what may not come while they are."""

from functools import lru_cache

from zhgen.corpus.vocabulary import Vocabulary

SENTENCE_MARKS = "。！？．!?"
"""Marks that end a sentence; closing marks that follow belong to it."""

PAIRS = dict(zip("“‘「『（《〈【〔〖［｛([{", "”’」』）》〉】〕〗］｝)]}", strict=True))
"""What closes each opening mark."""

_CURLED = {'"': "“", "'": "‘"}  # a straight quote says not which way it faces

_DEEPEST = 32  # marks that are open at once; of what a prompt opens beyond nothing is remembered

Open = tuple[str, ...]


class Marks:
    """The paired marks of a vocabulary. A mark whose partner is no piece is no paired mark, but a sign like any other.

    Args:
        vocabulary: The pieces.
        never: Those that cannot come, as if they were none.

    Attributes:
        opening: The pieces after which a mark is open that was just opened.
        closing: The pieces that begin with a mark that closes.
    """

    def __init__(self, vocabulary: Vocabulary, never: frozenset[int] = frozenset()) -> None:
        there = {piece for piece, number in vocabulary.index.items() if number not in never}
        self._partners = {mark: end for mark, end in PAIRS.items() if mark in there and end in there}
        ends = set(self._partners.values())
        straight = {sign for sign, curled in _CURLED.items() if curled in self._partners}
        signs = self._partners.keys() | ends | straight
        self._texts = {
            number: vocabulary.text(number) for number, piece in enumerate(vocabulary.pieces) if not signs.isdisjoint(piece)
        }
        self._end, self._ends, self._straight = vocabulary.end, ends, straight
        self.opening = frozenset(number for number, text in self._texts.items() if text[-1] in self._partners)
        self.closing = frozenset(number for number, text in self._texts.items() if text[0] in ends)
        self._barred: dict[Open, list[int]] = {}

    def follow(self, open_marks: Open, piece: int) -> Open:
        """Return which marks are open after a piece, the innermost last; at a paragraph's end all are forgotten."""
        if piece == self._end:
            return ()
        for sign in self._texts.get(piece, ""):
            if sign in self._partners:
                open_marks = (*open_marks, sign)[:_DEEPEST]
            elif sign in self._ends:
                places = [place for place, mark in enumerate(open_marks) if self._partners[mark] == sign]
                open_marks = open_marks[: places[-1]] if places else open_marks
        return open_marks

    def barred(self, open_marks: Open) -> list[int]:
        """Return the pieces that would leave marks unpaired.

        These close another mark than the innermost, open one again that is open, or end the paragraph meanwhile. Straight
        quotes are among them where the vocabulary has curly ones.
        """
        if open_marks not in self._barred:
            unpaired = [number for number, text in self._texts.items() if not self._fits(open_marks, text)]
            ends = [self._end] if open_marks and self._end is not None else []
            self._barred[open_marks] = [*unpaired, *ends]
        return self._barred[open_marks]

    def close(self, open_marks: Open) -> str:
        """Return what closes the open marks, the innermost first."""
        return "".join(self._partners[mark] for mark in reversed(open_marks))

    def _fits(self, open_marks: Open, text: str) -> bool:
        for sign in text:
            if sign in self._partners:
                if sign in open_marks:
                    return False
                open_marks = (*open_marks, sign)
            elif sign in self._ends:
                if not open_marks or self._partners[open_marks[-1]] != sign:
                    return False
                open_marks = open_marks[:-1]
        return self._straight.isdisjoint(text)


@lru_cache(maxsize=8)
def marks_of(vocabulary: Vocabulary, never: frozenset[int] = frozenset()) -> Marks:
    """Return the paired marks of a vocabulary less the pieces that cannot come, found once and shared by all texts."""
    return Marks(vocabulary, never)
