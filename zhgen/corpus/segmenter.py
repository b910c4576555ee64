"""jieba, kept private: its own Tokenizer, its own cache folder, silent."""

import functools
import hashlib
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhgen.corpus.dictionary import Dictionary
from zhgen.corpus.whitespace import needs_stand_in, split_white_space

ENGINE = "jieba"


class Segmenter:
    """Cuts paragraphs into words; joining them gives the paragraph back.

    Args:
        dictionary: Words to cut whole, beside jieba's own.
        hmm: Whether jieba guesses words that are in no dictionary.

    Attributes:
        version: The version of jieba.
    """

    def __init__(self, dictionary: Dictionary | None = None, *, hmm: bool = True) -> None:
        jieba = _import_jieba()
        self.dictionary, self.hmm = dictionary, hmm
        self.version: str = jieba.__version__
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.cache_file = _cache_name(self._tokenizer)
        with _cache_folder() as folder:
            self._tokenizer.tmp_dir = folder
            self._tokenizer.initialize()
        for entry in dictionary.entries if dictionary else ():
            self._tokenizer.add_word(entry.word, entry.count, entry.tag)

    def words(self, paragraph: str) -> Iterator[str]:
        """Yield the words of a paragraph, none with white space in it; white space comes as its stand-in."""
        words = self._tokenizer.cut(paragraph, HMM=self.hmm)
        if not needs_stand_in(paragraph):
            yield from words
            return
        for word in words:
            yield from split_white_space(word)

    @property
    def identity(self) -> dict[str, Any]:
        """What decides how a text is cut: written beside segmented texts and into bundles."""
        return {
            "engine": ENGINE,
            "version": self.version,
            "hmm": self.hmm,
            "dictionary_sha256": self.dictionary.sha256 if self.dictionary else None,
        }


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
