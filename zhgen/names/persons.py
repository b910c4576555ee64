"""Who is a person in a text, told by where names stand in it.

Some names stand right before speech: `宝玉笑道：“`. What else stands beside these, and beside ordinary words, is learnt from
the text itself; a string is a person as far as its neighbours are like those of the names and unlike those of the words.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from zhgen.names.strings import LONGEST, Neighbours, Paragraphs

VERBS_OF_SPEECH = "道说曰问答喊骂叹"
_BEFORE_SPEECH = re.compile(rf"(?<![\u4E00-\u9FFF])([\u4E00-\u9FFF·]{{2,12}})(?<=[{VERBS_OF_SPEECH}])[：:，,]?\s*[“\"「『‘]")
_MANNERS_OF_SPEECH = VERBS_OF_SPEECH + "笑忙便因又也就冷只方即忽乃大低轻微怒急连遂听了看着哭回"
_WEIGHT_OF_PRIOR = 20  # occurrences; a neighbour seen beside few names tells little
_MOST_OCCURRENCES = 200  # of one name; a main character's neighbours must not speak for all


def count_speakers(paragraphs: Paragraphs) -> Counter[str]:
    """Return how often each string stands at the beginning of a clause, before a verb and speech in quotation marks."""
    speakers: Counter[str] = Counter()
    for paragraph in paragraphs():
        for match in _BEFORE_SPEECH.finditer(paragraph):
            name = match[1].rstrip(_MANNERS_OF_SPEECH)
            if 2 <= len(name) <= LONGEST:
                speakers[name] += 1
    return speakers


class Persons:
    """How much a string's neighbours are like those of persons.

    Args:
        neighbours: What stands beside strings.
        persons: Some that are persons.
        words: Some that are ordinary words.
    """

    def __init__(self, neighbours: Neighbours, persons: Iterable[str], words: Iterable[str]) -> None:
        persons, words = list(persons), list(words)
        self._left = neighbours.left
        self._right = neighbours.right
        self._weights_left = _weights(self._left, persons, words)
        self._weights_right = _weights(self._right, persons, words)

    def likeness(self, string: str) -> tuple[float, float]:
        """Return for the left and the right side the mean log likelihood ratio of the neighbours, person against word."""
        return _mean(self._left[string], self._weights_left), _mean(self._right[string], self._weights_right)


def _weights(neighbours: dict[str, Counter[str]], persons: list[str], words: list[str]) -> dict[str, float]:
    """Return for each neighbour the log of how much likelier it is beside a person than beside a word.

    Both shares are smoothed: the words' by half an occurrence, the persons' towards the words'.
    """
    beside_words = _profile(neighbours, words)
    beside_persons = _profile(neighbours, persons)
    characters = beside_words.keys() | beside_persons.keys()
    total = sum(beside_words.values()) + 0.5 * len(characters)
    weights = {}
    for character in characters:
        general = (beside_words[character] + 0.5) / total
        own = beside_persons[character] + _WEIGHT_OF_PRIOR * general
        weights[character] = math.log(own / (sum(beside_persons.values()) + _WEIGHT_OF_PRIOR) / general)
    return weights


def _profile(neighbours: dict[str, Counter[str]], strings: Iterable[str]) -> defaultdict[str, float]:
    """Return how often each character stands beside strings, none of which counts for more than a share of its occurrences."""
    profile: defaultdict[str, float] = defaultdict(float)
    for string in strings:
        share = min(1.0, _MOST_OCCURRENCES / max(neighbours[string].total(), 1))
        for character, count in neighbours[string].items():
            profile[character] += count * share
    return profile


def _mean(counts: Counter[str], weights: dict[str, float]) -> float:
    total = counts.total()
    return sum(count * weights.get(character, 0) for character, count in counts.items()) / total if total else 0.0
