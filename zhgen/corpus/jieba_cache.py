"""Where jieba keeps its dictionary in the form that it reads fastest: in a folder that is the user's alone."""

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def initialize(tokenizer: Any) -> None:
    """Load the dictionary of a `jieba.Tokenizer` as a whole: out of the cache, which is made the first time."""
    tokenizer.cache_file = _cache_name(tokenizer)
    with _cache_folder() as folder:
        tokenizer.tmp_dir = folder
        tokenizer.initialize()


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
