"""User dictionaries: words that jieba should cut whole, one a line.

jieba reads such a file too, but takes a line with a tab, a comma or the fields in the wrong order as one strange word that
never matches. Here such a line is refused.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from zhgen.corpus.encoding import TextReader
from zhgen.errors import RefusedError
from zhgen.files import check_input_file

_ENTRY = re.compile(r"(?P<word>[^\s,，]+)(?: (?P<count>[1-9][0-9]{0,9}))?(?: (?P<tag>[a-z]+))?")
_CUT_BY_JIEBA = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+")


@dataclass(frozen=True)
class Entry:
    """A word of the user's: how often it counts (None: as often as it takes), and its part of speech."""

    word: str
    count: int | None = None
    tag: str | None = None

    @property
    def can_be_cut(self) -> bool:
        """Whether jieba ever looks the word up; it does not join characters such as `·` to others."""
        return _CUT_BY_JIEBA.fullmatch(self.word) is not None


@dataclass(frozen=True)
class Dictionary:
    """The entries of a user dictionary and the text they came from."""

    entries: tuple[Entry, ...]
    text: str

    @property
    def sha256(self) -> str:
        """The hash of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_dictionary(path: Path) -> Dictionary:
    """Return the dictionary in a UTF-8 file with a line `WORD [COUNT] [TAG]` a word.

    Raises:
        RefusedError: The file cannot be read, is not UTF-8, or has a line of another form.
    """
    check_input_file(path)
    with path.open("rb") as file:
        lines = list(TextReader(file, str(path)).lines())
    return parse_dictionary(lines, str(path))


def parse_dictionary(lines: Iterable[str], name: str) -> Dictionary:
    """Return the dictionary in lines of the form `WORD [COUNT] [TAG]`; blank lines are passed over.

    Raises:
        RefusedError: A line has another form; its number and the line are named.
    """
    kept = [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]
    entries = []
    for number, line in kept:
        match = _ENTRY.fullmatch(line)
        if match is None:
            raise RefusedError(
                f"{name}, line {number}: {line!r} is not an entry.",
                "Write WORD, WORD COUNT, WORD TAG or WORD COUNT TAG with single spaces, COUNT from 1, TAG in small letters.",
            )
        count = match["count"]
        entries.append(Entry(match["word"], None if count is None else int(count), match["tag"]))
    return Dictionary(tuple(entries), "".join(f"{line}\n" for _, line in kept))
