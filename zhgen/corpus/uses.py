"""How often the words of a user dictionary really come out of a text."""

from collections import Counter
from collections.abc import Iterable

from zhgen.corpus.dictionary import Entry
from zhgen.corpus.whitespace import as_word

_MOST_LOOKED_FOR = 1000  # entries; each that has not come out yet is looked for in every paragraph


class Uses:
    """Counts entries while a text is cut, a paragraph at a time.

    Args:
        entries: Those of the dictionary.

    Attributes:
        counts: How often each came out, by `Entry.word`.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = {as_word(entry.word): entry.word for entry in entries}
        self.counts: Counter[str] = Counter()
        self._looks = len(self._entries) <= _MOST_LOOKED_FOR
        self._unseen = set(self._entries.values()) if self._looks else set()

    @property
    def present(self) -> set[str] | None:
        """The entries that the text has, cut whole or not; None when the dictionary is too long for that to be told."""
        return set(self._entries.values()) - self._unseen if self._looks else None

    def add(self, paragraph: str, line: str) -> None:
        """Count what came out of a paragraph.

        Args:
            paragraph: The text.
            line: Its words, with one space between.
        """
        self.counts.update(self._entries[word] for word in line.split(" ") if word in self._entries)
        self._unseen -= {word for word in self._unseen if word in paragraph}
