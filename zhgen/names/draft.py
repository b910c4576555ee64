"""A draft of a user dictionary, made of the names in a text: for a person to prune by deleting lines."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from zhgen.corpus.dictionary import Entry
from zhgen.corpus.engines import JiebaCutter
from zhgen.errors import RefusedError
from zhgen.names.search import Name, find_names
from zhgen.names.strings import Paragraphs
from zhgen.progress import SILENT, Reporter

TAG = "nr"
"""jieba's tag for a person's name."""

_ENOUGH = 0.97  # share of a name's occurrences that its count makes jieba cut whole
_STEP = 10
_MOST_ROUNDS = 4


def draft_dictionary(paragraphs: Paragraphs, source: str, reporter: Reporter = SILENT, *, hmm: bool = True) -> tuple[str, int]:
    """Return a dictionary of the names in a text, the most frequent first, and how many it has.

    Args:
        paragraphs: Returns the text's paragraphs, as often as it is called.
        source: What the text is called.
        reporter: What is told how it goes on.
        hmm: Whether jieba guesses words when the dictionary is used.

    Raises:
        RefusedError: No name was found.
    """
    names = find_names(paragraphs, reporter)
    if not names:
        raise RefusedError(
            f"No names were found in {source}: nothing in it stands often enough where names stand.",
            "Give a longer text, or write the dictionary by hand, a word a line.",
        )
    entries = settle_counts({name.word: name.occurrences for name in names}, paragraphs, reporter, hmm=hmm)
    return "".join(f"{line}\n" for line in _lines(names, entries, source)), len(names)


def _lines(names: Sequence[Name], entries: Sequence[Entry], source: str) -> Iterator[str]:
    yield f"# What seems to be names in {source}, the most frequent first. Delete the lines that are none, and add others."
    yield "# On a line: the name, how much it counts for jieba, and nr, a person; after # how often the text has it, and where."
    for name, entry in zip(names, entries, strict=True):
        yield f"{entry}  # {name.occurrences:,}: …{name.example}…"


def settle_counts(
    words: Mapping[str, int], paragraphs: Paragraphs, reporter: Reporter = SILENT, *, hmm: bool = True
) -> list[Entry]:
    """Return an entry for every word, with a count that makes jieba cut the word whole wherever the text has it.

    The count that jieba suggests does so for a word that stands alone. Where the text's other words draw it apart the count
    is raised tenfold, and the paragraphs that have the word are cut again.

    Args:
        words: How often the text has each word, which is the least that it counts.
        paragraphs: Returns the text's paragraphs, as often as it is called.
        reporter: What is told how it goes on.
        hmm: Whether jieba guesses words when the dictionary is used.
    """
    cutter = JiebaCutter([Entry(word, None, TAG) for word in words])
    counts = {word: max(cutter.count(Entry(word)), words[word]) for word in words if Entry(word).can_be_cut}
    loose = set(counts)
    with reporter.track("count names", None, "characters read") as task:
        for _ in range(_MOST_ROUNDS):
            for word in sorted(loose):
                cutter.tokenizer.add_word(word, counts[word], TAG)
            tally = WholeTally(loose, words)
            for paragraph in paragraphs():
                if any(word in paragraph for word in loose):
                    tally.add(cutter.cut(paragraph, hmm=hmm))
                task.advance(len(paragraph))
            loose = {word for word in loose if tally.whole[word] < _ENOUGH * tally.occurrences[word]}
            counts.update((word, counts[word] * _STEP) for word in loose)
    return [Entry(word, counts.get(word), TAG) for word in words]


class WholeTally:
    """How often words occur in a text that was cut, and how often they are whole.

    An occurrence is whole when it is cut as a word, or lies in a longer word that is known too: `宝玉` in `贾宝玉`.

    Args:
        words: Words to count.
        known: Words that are right when they are cut, beside these.

    Attributes:
        occurrences: How often each word stands in the text, cut or not.
        whole: How often it is whole.
    """

    def __init__(self, words: Iterable[str], known: Iterable[str] = ()) -> None:
        self.occurrences: Counter[str] = Counter()
        self.whole: Counter[str] = Counter()
        self._words = frozenset(words)
        self._known = self._words.union(known)
        self._lengths = sorted(set(map(len, self._words)))

    def add(self, cut: Iterable[str]) -> None:
        """Count a paragraph, given by its words."""
        words = list(cut)
        text = "".join(words)
        right_until = [end if word in self._known else 0 for word, end in zip(words, _ends(words), strict=True) for _ in word]
        for start in range(len(text)):
            for length in self._lengths:
                string = text[start : start + length]
                if string in self._words:
                    self.occurrences[string] += 1
                    self.whole[string] += start + length <= right_until[start]


def _ends(words: Iterable[str]) -> Iterator[int]:
    return itertools.accumulate(map(len, words))
