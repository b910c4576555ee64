"""Strings of Chinese characters that a text repeats: how often, how firmly they hold together, and what stands beside them.

A string is told from a chance one by its cohesion (pointwise mutual information of its parts) and by the freedom of its
neighbours (their entropy), as in unsupervised word discovery.
"""

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

LONGEST = 8  # characters
EDGE = "\n"
"""What stands beside a string at the beginning or the end of a paragraph."""

_LEAST_OCCURRENCES = 5
_SHARE_OF_OCCURRENCES = 1e-5  # a string that is rarer in the text is not looked at; so memory stays where it is for a long one
_RUN = re.compile(r"[\u4E00-\u9FFF]+(?:[·•‧・][\u4E00-\u9FFF]+)*")

Paragraphs = Callable[[], Iterable[str]]
"""Returns the paragraphs of a text, as often as it is called."""


class RepeatedStrings:
    """The strings of 1 to 8 Chinese characters that a text repeats.

    Args:
        paragraphs: The text, read once for every length of string.

    Attributes:
        characters: How many Chinese characters the text has.
        counts: How often each string occurs; strings of one character, and those that occur 5 times and once in 100,000
            characters.
    """

    def __init__(self, paragraphs: Paragraphs) -> None:
        self.counts = dict(Counter(itertools.chain.from_iterable(_runs(paragraphs))))
        self.characters = sum(self.counts.values())
        least = max(_LEAST_OCCURRENCES, math.ceil(self.characters * _SHARE_OF_OCCURRENCES))
        repeated = {character for character, count in self.counts.items() if count >= least}
        for length in range(2, LONGEST + 1):
            found = Counter(string for run in _runs(paragraphs) for string in _grown(run, length, repeated))
            repeated = {string for string, count in found.items() if count >= least}
            self.counts.update((string, found[string]) for string in repeated)

    def cohesion(self, string: str) -> float:
        """Return by how many nats its parts occur together more often than by chance, at the weakest seam."""
        expected = max(self.counts[string[:i]] * self.counts[string[i:]] for i in range(1, len(string)))
        return math.log(self.characters * self.counts[string] / expected)

    def cohesive(self, least: float) -> set[str]:
        """Return the strings of two characters and more with at least this cohesion."""
        return {string for string in self.counts if len(string) > 1 and self.cohesion(string) >= least}


class Neighbours:
    """What stands to the left and to the right of strings in a text.

    Attributes:
        left: For each string, how often each character stands before it.
        right: For each string, how often each character stands after it.
    """

    def __init__(self, paragraphs: Paragraphs, strings: set[str]) -> None:
        self.left: dict[str, Counter[str]] = {string: Counter() for string in strings}
        self.right: dict[str, Counter[str]] = {string: Counter() for string in strings}
        lengths = sorted(set(map(len, strings)))
        for paragraph in paragraphs():
            text = f"{EDGE}{paragraph}{EDGE}"
            for start in range(1, len(text) - 1):
                for length in lengths:
                    string = text[start : start + length]
                    if string in strings:
                        self.left[string][text[start - 1]] += 1
                        self.right[string][text[start + length]] += 1

    def freedom(self, string: str) -> float:
        """Return the entropy in bits of what stands beside the string, on the side where it is less."""
        return min(_entropy(self.left[string]), _entropy(self.right[string]))


def _runs(paragraphs: Paragraphs) -> Iterator[str]:
    """Yield every stretch of Chinese characters, with the dots inside foreign names."""
    return (match.group() for paragraph in paragraphs() for match in _RUN.finditer(paragraph))


def _grown(run: str, length: int, repeated: set[str]) -> list[str]:
    """Return the strings of a length in a run of which both parts one shorter are repeated: others cannot be."""
    shorter = length - 1
    starts = range(len(run) - shorter)
    return [run[i : i + length] for i in starts if run[i : i + shorter] in repeated and run[i + 1 : i + length] in repeated]


def _entropy(counts: Counter[str]) -> float:
    total = counts.total()
    return -sum(count / total * math.log2(count / total) for count in counts.values()) if total else 0.0
