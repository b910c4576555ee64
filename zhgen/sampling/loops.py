"""Loops: a stretch of a text that comes again and again, word for word, and goes on.

A text that repeats what stands `period` pieces before it is in a loop once the repetition is long enough: a short stretch has
then been said three times or more, a long one twice, with sixteen pieces of a third time. People double words (好好), laugh
(哈哈哈哈) and rhyme, but do not go on like that. Who writes can turn away sooner, when a loop begins.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.corpus.vocabulary import Vocabulary
from zhgen.progress import Reporter
from zhgen.wording import excerpt

LONGEST_PERIOD = 64
"""The longest stretch, in pieces, whose coming back is noticed."""

_SHOWN_CHARACTERS = 30
_TOLD = 3

Periods = NDArray[np.int64]


def loop_repetitions(periods: Periods) -> Periods:
    """Return how many pieces in a row must equal those `periods` pieces before them for a loop, int64 (N,)."""
    return np.maximum(12, np.minimum(2 * periods, periods + 16))


def early_repetitions(periods: Periods) -> Periods:
    """Return the same for a loop that begins. In 970,000 words of two novels there is none."""
    return np.maximum(6, periods + 4)


@dataclass
class Loop:
    """A loop that was noticed.

    Attributes:
        start: The number of its first piece in the text, from 0 on.
        stretch: The ids of the pieces that came again and again.
        length: How many pieces the loop has so far.
        open: Whether it goes on.
    """

    start: int
    stretch: Sequence[int]
    length: int
    open: bool = True

    def describe(self, vocabulary: Vocabulary) -> str:
        """Return a sentence that says what came again, from where on and how often."""
        text = "".join(vocabulary.text(piece) for piece in self.stretch).replace("\n", "¶")
        shown = excerpt(text, _SHOWN_CHARACTERS)
        times = f"{self.length / len(self.stretch):.1f}".removesuffix(".0")
        how = "and goes on" if self.open else "and was left"
        return f"From word {self.start + 1:,} on “{shown}” comes {times} times running {how}."


def report_loops(loops: Sequence[Loop], vocabulary: Vocabulary, reporter: Reporter) -> None:
    """Tell of the first loops of a text, and how many more there are; of one that goes on as a warning."""
    for loop in loops[:_TOLD]:
        (reporter.warn if loop.open else reporter.say)(loop.describe(vocabulary))
    if len(loops) > _TOLD:
        reporter.say(f"… and {len(loops) - _TOLD:,} more.")


class LoopWatch:
    """Follows a text and notices its loops, in constant time and memory a piece.

    Args:
        early: Notice loops when they begin.

    Attributes:
        loops: The loops noticed so far; only the last can be open.
    """

    def __init__(self, *, early: bool = False) -> None:
        self.loops: list[Loop] = []
        self._count = 0
        self._last = deque[int]()  # the last pieces
        self._places = dict[int, deque[int]]()  # where each of them stands in the text
        self._runs = dict[int, int]()  # for every period that repeats now, how many last pieces equal those before them
        self._needed = (early_repetitions if early else loop_repetitions)(np.arange(LONGEST_PERIOD + 1)).tolist()

    def add(self, piece: int) -> None:
        """Take note of a piece."""
        places = self._places.get(piece)
        if places is None:
            places = self._places[piece] = deque()
        self._runs = {period: self._runs.get(period, 0) + 1 for period in [self._count - place for place in places]}
        self._remember(piece, places)
        looping = [period for period, run in self._runs.items() if run >= self._needed[period]] if self._runs else ()
        if looping:
            self._extend(min(looping))
        elif self.loops:
            self.loops[-1].open = False

    @property
    def in_loop(self) -> bool:
        """Whether the text is in a loop now."""
        return bool(self.loops) and self.loops[-1].open

    def next_of_loop(self) -> list[int]:
        """Return the pieces that would go on with a loop that is open; none is without a loop."""
        if not self.in_loop:
            return []
        return sorted({self._last[-period] for period, run in self._runs.items() if run >= self._needed[period]})

    def _remember(self, piece: int, places: deque[int]) -> None:
        if len(self._last) == LONGEST_PERIOD:
            oldest = self._last.popleft()
            self._places[oldest].popleft()
            if not self._places[oldest] and oldest != piece:
                del self._places[oldest]
        self._last.append(piece)
        places.append(self._count)
        self._count += 1

    def _extend(self, period: int) -> None:
        """Take note that the text is in a loop; that of the shortest period counts."""
        length = self._runs[period] + period
        if self.in_loop:
            self.loops[-1].length = self._count - self.loops[-1].start
            return
        latest = [*self._last][-period:]
        turn = period - length % period
        self.loops.append(Loop(self._count - length, latest[turn:] + latest[:turn], length))
