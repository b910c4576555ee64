"""Paragraphs in, words out: an engine cuts, and what no engine does is done here."""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast, get_args

from zhgen.config import Engine
from zhgen.corpus.dictionary import Dictionary, Entry
from zhgen.corpus.engines import Cutter, engine_version, is_installed, load_engine
from zhgen.corpus.whitespace import as_word, needs_stand_in, split_white_space
from zhgen.progress import SILENT, Reporter

_LATIN = "[a-zA-Z0-9]"


class Segmenter:
    """Cuts paragraphs into words; joining them, restored, gives the paragraph back.

    It can be sent to another process, which loads the engine anew.

    Args:
        dictionary: Words to cut whole, beside the engine's own.
        engine: What cuts.
        hmm: Whether the engine guesses words that are in no dictionary.
        long_text: Whether a long text is to be cut: the engine loads its whole dictionary then, and not what a text calls for.

    Attributes:
        version: The version of the engine.

    Raises:
        RefusedError: The engine is not installed.
    """

    def __init__(
        self, dictionary: Dictionary | None = None, *, engine: Engine = "jieba", hmm: bool = True, long_text: bool = False
    ) -> None:
        self.dictionary, self.engine, self.hmm, self.long_text = dictionary, engine, hmm, long_text
        self.version = engine_version(engine)
        entries = dictionary.entries if dictionary else ()
        self._joined = [entry for entry in entries if entry.can_be_cut]
        self._whole = _pattern(entry for entry in entries if not entry.can_be_cut)

    @classmethod
    def like(
        cls,
        identity: Mapping[str, Any],
        dictionary: Dictionary | None,
        reporter: Reporter = SILENT,
        *,
        long_text: bool = False,
    ) -> "Segmenter":
        """Return a segmenter that cuts as one did before.

        Where its engine is not installed jieba takes its place, which cuts the same words more slowly, and says so.

        Args:
            identity: The identity of the one before.
            dictionary: Its dictionary.
            reporter: What is told when the engine is another.
            long_text: Whether a long text is to be cut.
        """
        engine = identity.get("engine", "jieba")
        if engine not in get_args(Engine) or not is_installed(engine):
            reporter.say(f"{engine}, which cut the text before, is not installed: jieba cuts the same words, but slower.")
            engine = "jieba"
        hmm = bool(identity.get("hmm", True))
        return cls(dictionary, engine=cast("Engine", engine), hmm=hmm, long_text=long_text)

    def words(self, paragraph: str) -> Iterator[str]:
        """Yield the words of a paragraph, none with white space in it; white space comes as its stand-in."""
        start = 0
        for match in self._whole.finditer(paragraph) if self._whole else ():
            yield from self._cut(paragraph[start : match.start()])
            yield as_word(match.group())
            start = match.end()
        yield from self._cut(paragraph[start:])

    @property
    def identity(self) -> dict[str, Any]:
        """What decides how a text is cut: written beside segmented texts and into bundles."""
        return {
            "engine": self.engine,
            "version": self.version,
            "hmm": self.hmm,
            "dictionary_sha256": self.dictionary.sha256 if self.dictionary else None,
        }

    def _cut(self, text: str) -> Iterable[str]:
        words = self._cutter.cut(text, hmm=self.hmm)
        if not needs_stand_in(text):
            return words
        return (part for word in words for part in split_white_space(word))

    @functools.cached_property
    def _cutter(self) -> Cutter:
        return load_engine(self.engine, self._joined, whole=self.long_text)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_cutter"}


def _pattern(entries: Iterable[Entry]) -> re.Pattern[str] | None:
    """Return what finds the entries that no engine cuts whole, because it never joins `·` or a space to a word.

    The longest is taken where several begin; one that begins or ends with a Latin letter is not taken out of a longer word.
    """
    words = sorted({entry.word for entry in entries}, key=len, reverse=True)
    return re.compile("|".join(map(_bounded, words))) if words else None


def _bounded(word: str) -> str:
    before = f"(?<!{_LATIN})" if re.match(_LATIN, word) else ""
    after = f"(?!{_LATIN})" if re.match(_LATIN, word[-1]) else ""
    return f"{before}{re.escape(word)}{after}"
