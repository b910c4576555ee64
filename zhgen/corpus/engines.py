"""What cuts Chinese into words: jieba, kept private, or rjieba, which is the same in Rust and about ten times as fast."""

import functools
import hashlib
import importlib.metadata
import os
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from zhgen.config import Engine
from zhgen.corpus.dictionary import Entry
from zhgen.errors import RefusedError

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


def load_engine(engine: Engine, entries: Sequence[Entry]) -> Cutter:
    """Return an engine that knows the given words beside its own; loading jieba takes half a second, rjieba a tenth."""
    return RjiebaCutter(entries) if engine == "rjieba" else JiebaCutter(entries)


class JiebaCutter:
    """jieba: its own Tokenizer, its own cache folder, silent.

    Attributes:
        tokenizer: The `jieba.Tokenizer`, which nobody else has.
        counted_twice: By how much jieba's total is above the sum of its counts: of a word that it had before and that is
            added it counts both.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.tokenizer = _import_jieba().Tokenizer()
        self.tokenizer.cache_file = _cache_name(self.tokenizer)
        with _cache_folder() as folder:
            self.tokenizer.tmp_dir = folder
            self.tokenizer.initialize()
        self.counted_twice = 0
        for entry in entries:
            self.counted_twice += self.tokenizer.FREQ.get(entry.word, 0)
            self.tokenizer.add_word(entry.word, entry.count, entry.tag)

    def cut(self, text: str, *, hmm: bool) -> Iterator[str]:
        """Yield the words of a text."""
        words: Iterator[str] = self.tokenizer.cut(text, HMM=hmm)
        return words

    def count(self, entry: Entry) -> int:
        """Return how often one of the given entries counts."""
        return int(self.tokenizer.FREQ[entry.word])


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


@contextmanager
def _cache_folder() -> Iterator[str]:
    """Yield a folder for jieba's cache that is the user's alone, because jieba reads the cache with marshal.

    Where no such folder can be had in the home directory it is a temporary one, removed at the block's end.
    """
    folder = _user_cache_folder()
    if folder is not None:
        yield str(folder)
        return
    with tempfile.TemporaryDirectory(prefix="zhgen-", ignore_cleanup_errors=True) as temporary:
        yield temporary


def _user_cache_folder() -> Path | None:
    """Return the user's cache folder, made if need be, or None where it cannot be had or written to."""
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "zhgen"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):  # RuntimeError: the user has no home directory
        return None


def _cache_name(tokenizer: Any) -> str:
    """Return a name for the cache that changes with jieba's dictionary and with the format Python marshals in."""
    with tokenizer.get_dict_file() as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    return f"jieba-{digest}-{sys.implementation.cache_tag}.cache"
