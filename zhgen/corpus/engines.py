"""What cuts Chinese into words: jieba, kept private, or rjieba, which is the same in Rust and about ten times as fast."""

import functools
import importlib.metadata
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from zhgen.config import Engine
from zhgen.corpus import jieba_cache
from zhgen.corpus.dictionary import Entry
from zhgen.errors import RefusedError

if TYPE_CHECKING:
    from zhgen.corpus.counted_words import CountedWords

_MOST_CHARACTERS = 1000  # different ones: to load what begins with them takes half as long as to load everything
_IN_NO_TEXT = "\uffff"  # no character, says Unicode, and neither engine looks up what is not Chinese, a letter or a digit


class Cutter(Protocol):
    """An engine with its dictionary loaded."""

    def cut(self, text: str, *, hmm: bool) -> Iterable[str]:
        """Return the words of a text; joining them gives it back."""


def is_installed(engine: str) -> bool:
    """Return whether an engine can be used here."""
    try:
        importlib.metadata.version(engine)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def engine_version(engine: Engine) -> str:
    """Return the version of an engine, without importing it.

    Raises:
        RefusedError: It is not installed.
    """
    if not is_installed(engine):
        raise RefusedError(
            f"--engine {engine} is not installed.", f"Type: pip install 'zhgen[{engine}]', or use --engine jieba."
        )
    return importlib.metadata.version(engine)


def load_engine(engine: Engine, entries: Sequence[Entry], *, whole: bool = False) -> Cutter:
    """Return an engine that knows the given words beside its own.

    Args:
        engine: Which.
        entries: The words.
        whole: Whether jieba loads its dictionary as a whole, which takes half a second; otherwise it is as much of it as the
            texts call for. rjieba takes a tenth of a second for all of it.
    """
    return RjiebaCutter(entries) if engine == "rjieba" else JiebaCutter(entries, whole=whole)


class JiebaCutter:
    """jieba: its own Tokenizer, its own cache folder, silent.

    While it cuts a text, jieba looks up parts of it and nothing else. So of the dictionary those words are loaded that begin
    with a character of a text that was given; as soon as these are many, the whole. The words are the same. Several threads
    can cut side by side.

    Args:
        entries: Words to cut beside jieba's own.
        whole: Load the whole at once, as pays for a long text.

    Attributes:
        counted_twice: By how much jieba's total is above the sum of its counts: of a word that it had before and that is
            added it counts both.
    """

    def __init__(self, entries: Iterable[Entry] = (), *, whole: bool = False) -> None:
        self._tokenizer = _import_jieba().Tokenizer()
        self._tokenizer.initialized = True  # by what is put into it here
        self._lock = threading.Lock()
        self._characters: set[str] | None = set()  # that all words are there for that begin with them; None: all are there
        self._dictionary: CountedWords | None = None
        if whole:
            self._load_whole()
        entries = tuple(entries)
        self._load_for("".join(entry.word for entry in entries))
        self.counted_twice = sum(map(self._add, entries))

    @property
    def tokenizer(self) -> Any:
        """The `jieba.Tokenizer`, which nobody else has, with the whole dictionary loaded."""
        with self._lock:
            self._load_whole()
        return self._tokenizer

    def cut(self, text: str, *, hmm: bool) -> Iterator[str]:
        """Return the words of a text, each of which is found when it is asked for."""
        self._load_for(text)
        words: Iterator[str] = self._tokenizer.cut(text, HMM=hmm)
        return words

    def count(self, entry: Entry) -> int:
        """Return how often one of the given entries counts."""
        return int(self._tokenizer.FREQ[entry.word])

    def _add(self, entry: Entry) -> int:
        """Add a word, and return how often it counted before."""
        before = int(self._tokenizer.FREQ.get(entry.word, 0))
        self._tokenizer.add_word(entry.word, entry.count, entry.tag)
        return before

    def _load_for(self, text: str) -> None:
        """Load what jieba may look up in a text. What is there stays as it is: another thread may be cutting."""
        with self._lock:
            if self._characters is None:
                return
            missing = set(text) - self._characters
            if len(self._characters) + len(missing) > _MOST_CHARACTERS:
                self._load_whole()
            elif missing:
                self._load_part(missing)

    def _load_part(self, characters: set[str]) -> None:
        """Load the words that begin with characters for which none are there yet."""
        if self._dictionary is None:
            try:
                dictionary = self._open_dictionary()
            except ValueError:  # it has a form that jieba can read, maybe
                self._load_whole()
                return
            self._tokenizer.total, self._dictionary = dictionary.total, dictionary
        self._tokenizer.FREQ.update(self._dictionary.beginning_with(characters))
        self._characters = characters.union(self._characters or ())

    def _open_dictionary(self) -> "CountedWords":
        from zhgen.corpus.counted_words import CountedWords  # with NumPy, which a long text is cut without

        with self._tokenizer.get_dict_file() as file:
            return CountedWords(file.read())

    def _load_whole(self) -> None:
        if self._characters is None:
            return
        whole = _import_jieba().Tokenizer()
        jieba_cache.initialize(whole)
        whole.FREQ.update(self._tokenizer.FREQ)  # the words that were added
        self._tokenizer.total = self._tokenizer.total or whole.total
        self._tokenizer.FREQ = whole.FREQ
        self._characters = self._dictionary = None


class RjiebaCutter:
    """rjieba: jieba's algorithm and dictionary in Rust."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        import rjieba

        self._rjieba = rjieba.Jieba()
        if not entries:
            return
        jieba = JiebaCutter(entries)  # the counts that rjieba suggests itself are one off now and then
        for entry in entries:
            self._rjieba.add_word(entry.word, jieba.count(entry), entry.tag or "")
        if jieba.counted_twice:  # rjieba counts such words once, and a close decision would fall otherwise
            self._rjieba.add_word(_IN_NO_TEXT, jieba.counted_twice, "")

    def cut(self, text: str, *, hmm: bool) -> list[str]:
        """Return the words of a text."""
        words: list[str] = self._rjieba.cut(text, hmm)
        return words


@functools.cache
def _import_jieba() -> Any:
    """Import jieba without what it prints and without `pkg_resources`, which is slow to import and not needed."""
    pkg_resources = sys.modules.get("pkg_resources")
    sys.modules["pkg_resources"] = None  # type: ignore[assignment]  # makes an import of it fail, and jieba do without
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in jieba 0.42.1, when it is compiled for the first time
            import jieba
    finally:
        del sys.modules["pkg_resources"]
        if pkg_resources is not None:
            sys.modules["pkg_resources"] = pkg_resources
    jieba.setLogLevel(100)  # above CRITICAL: it logs its cache at DEBUG and a cache it cannot write with a traceback
    return jieba
