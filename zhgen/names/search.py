"""Names of persons that a text repeats, found in the text itself.

A name holds together, stands free, and has neighbours like those of the names that stand right before speech. General
knowledge is a list of surnames and jieba's dictionary; nothing is known of any text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from zhgen.names.lexicon import COMPOUND_SURNAMES, Lexicon, has_surname
from zhgen.names.persons import VERBS_OF_SPEECH, Persons, count_speakers
from zhgen.names.strings import Neighbours, Paragraphs, RepeatedStrings
from zhgen.progress import SILENT, Reporter

_LEAST_COHESION = 3.0  # nats
_LEAST_FREEDOM = 1.5  # bits
_LEAST_LIKENESS = 1.3  # nats, both sides together
_LEAST_LIKENESS_OF_A_SIDE = 0.3
_WORTH_OF_A_SIGN = 0.5  # nats that a surname, a name in jieba's dictionary or speech counts
_LEAST_SPEECHES = 3
_LEAST_SHARE_OF_SPEECHES = 0.02
_FREE = 1.5  # a part that occurs so many times as often as the whole stands on its own
_LONGEST_EXAMPLE = 8  # characters on either side
_BEFORE_MANY, _AFTER_MANY = "众", "们"


@dataclass(frozen=True)
class Name:
    """A string that seems to be a person's name: how often the text has it, and where first."""

    word: str
    occurrences: int
    example: str


def find_names(paragraphs: Paragraphs, reporter: Reporter = SILENT) -> list[Name]:
    """Return what seems to be persons' names in a text, the most frequent first.

    The text is read a dozen times and never kept. Time grows with its length, memory with the strings that it repeats.

    Args:
        paragraphs: Returns the text's paragraphs, as often as it is called.
        reporter: What is told how it goes on.
    """
    with reporter.track("look for names", None, "characters read") as task:

        def read() -> Iterator[str]:
            for paragraph in paragraphs():
                yield paragraph
                task.advance(len(paragraph))

        search = _Search(read)
        words = sorted(search.names(), key=lambda word: (-search.strings.counts[word], word))
        examples = _find_examples(read, set(words))
    return [Name(word, search.strings.counts[word], examples[word]) for word in words]


class _Search:
    """One look at a text: what it repeats, who speaks in it, and who is a person."""

    def __init__(self, paragraphs: Paragraphs) -> None:
        self.lexicon = Lexicon()
        self.strings = RepeatedStrings(paragraphs)
        self.speakers = count_speakers(paragraphs)
        self.cohesive = self.strings.cohesive(_LEAST_COHESION)
        self.ordinary = {string for string in self.cohesive if self.lexicon.is_ordinary(string, self.strings)}
        self.neighbours = Neighbours(paragraphs, self.cohesive)

    def names(self) -> set[str]:
        """Return the strings that are names: first by the speakers alone, then by all that seem to be persons with them."""
        speakers = [s for s in self.cohesive - self.ordinary if self.speakers[s] >= _LEAST_SPEECHES]
        first = self._alike(speakers)
        second = self._alike(first) if first else first
        return {string for string in second if not self._is_composed(string, second)}

    def _alike(self, known: "list[str] | set[str]") -> set[str]:
        persons = Persons(self.neighbours, sorted(known), sorted(self.ordinary))
        return {string for string in self.cohesive - self.ordinary if known and self._is_person(string, persons)}

    def _is_person(self, string: str, persons: Persons) -> bool:
        signs = _WORTH_OF_A_SIGN * self._signs(string)
        sides = persons.likeness(string)
        if sum(sides) + signs < _LEAST_LIKENESS or min(sides) + signs < _LEAST_LIKENESS_OF_A_SIDE:
            return False
        return self.neighbours.freedom(string) >= _LEAST_FREEDOM

    def _signs(self, string: str) -> int:
        """Return how many signs of a name a string has of itself."""
        speeches = self.speakers[string]
        speaks = speeches >= max(_LEAST_SPEECHES, _LEAST_SHARE_OF_SPEECHES * self.strings.counts[string])
        return sum((has_surname(string), self.lexicon.is_name(string), speaks))

    def _is_composed(self, string: str, names: set[str]) -> bool:
        """Return whether a string is more or less than one name: `贾赦贾政`, `袭人等`, `那和尚`."""
        if string[-1] in VERBS_OF_SPEECH + _AFTER_MANY or string[0] == _BEFORE_MANY or string in COMPOUND_SURNAMES:
            return True
        seams = [(string[:i], string[i:]) for i in range(1, len(string))]
        if any(self._is_more(string, name, rest, names) for a, b in seams for name, rest in ((a, b), (b, a))):
            return True
        parts = self.lexicon.parts(string)
        if any(map(self.lexicon.is_particle, parts[:-1])):
            return True
        begins = len(parts) > 1 and self._is_loose(parts[0], string.removeprefix(parts[0]), string)
        ends = len(parts) > 1 and self._is_loose(parts[-1], string.removesuffix(parts[-1]), string)
        return (begins or ends) and not (len(string) == 2 and has_surname(string))

    def _is_more(self, string: str, name: str, rest: str, names: set[str]) -> bool:
        if name not in names or not self._is_free(name, string):
            return False
        more = self.lexicon.is_word(rest) if len(rest) > 1 else self.lexicon.is_grammatical(rest)
        return rest in names or more

    def _is_loose(self, part: str, rest: str, string: str) -> bool:
        return self.lexicon.is_grammatical(part) and self._is_free(rest, string)

    def _is_free(self, part: str, string: str) -> bool:
        """Return whether a part of a string also stands without the rest."""
        return self.strings.counts[part] >= _FREE * self.strings.counts[string]


def _find_examples(paragraphs: Paragraphs, words: set[str]) -> dict[str, str]:
    """Return for each word the first place where it stands, with a few characters on either side."""
    examples: dict[str, str] = {}
    for paragraph in paragraphs():
        for word in words - examples.keys():
            at = paragraph.find(word)
            if at >= 0:
                around = paragraph[max(at - _LONGEST_EXAMPLE, 0) : at + len(word) + _LONGEST_EXAMPLE]
                examples[word] = " ".join(around.split())
    return examples
