"""Files and directories that appear whole or not at all, and what identifies them.

Everything is written under a temporary name in the same directory and renamed, so that a process that is killed never
leaves half a file under the final name. What such a process leaves under the temporary one is removed when the same output
is written again, a day later or more; an older directory that was moved aside stays.
"""

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from zhgen.errors import RefusedError

TEMPORARY_PREFIX = ".zhgen-"
"""Temporary files and directories of ours begin with this, so that one left by a killed process can be told."""

_CHANCE = "[a-z0-9_]{8}"  # what tempfile puts between prefix and suffix
_SUFFIX = 40  # characters of the output's name that a temporary name ends in: 255 bytes are all it may have
_LEFT = 24 * 60 * 60  # seconds without a change, after which nobody writes there any more


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_input_file(path: Path) -> None:
    """Refuse a path that is not a readable file with something in it.

    Raises:
        RefusedError: The file is missing, is a directory, is no file on disk, cannot be read, or is empty.
    """
    try:
        if _is_special(path):  # a look at its start would take it away
            raise RefusedError(f"{path} is a pipe or a device.", "Save what comes out of it as a file first.")
        with path.open("rb") as file:
            empty = file.read(1) == b""
    except FileNotFoundError:
        raise RefusedError(f"There is no file {path}.", "Check the name and the folder you are in.") from None
    except IsADirectoryError:
        raise RefusedError(f"{path} is a directory.", "Give the name of a file in it.") from None
    except (OSError, ValueError) as error:
        raise RefusedError(f"{path} cannot be read ({_reason(error)}).", "Check its name and permissions.") from None
    if empty:
        raise RefusedError(f"{path} is empty.", "Give a file with text in it.")


def check_output(path: Path) -> None:
    """Make the parent directory of an output and refuse it when nothing can be written there.

    Called before time is spent on making what is to be written.

    Raises:
        RefusedError: The parent directory cannot be made or written to.
    """
    place = path.parent
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(prefix=TEMPORARY_PREFIX, dir=path.parent):
            pass
        place = path
        path.exists()  # its name can be too long
    except (OSError, ValueError) as error:
        raise RefusedError(f"Nothing can be written to {place} ({_reason(error)}).", "Choose another output with -o.") from None


def check_output_file(path: Path, inputs: Iterable[Path] = ()) -> None:
    """Refuse a path that cannot become a file, or that is a file which is still to be read.

    Raises:
        RefusedError: It is one of the inputs, a directory or a device, or `check_output` refuses it.
    """
    check_output(path)
    if path.exists() and any(source.exists() and path.samefile(source) for source in inputs):
        raise RefusedError(f"{path} is the input.", "Choose another output with -o; nothing was changed.")
    if path.is_dir():
        raise RefusedError(f"{path} is a directory.", "Give -o the name of a file.")
    if _is_special(path):  # renaming a file to /dev/null would replace the device
        raise RefusedError(f"{path} is a pipe or a device.", "Give -o the name of a file.")


def refuse_existing(path: Path, remedy: str) -> None:
    """Refuse an output that is there already where nobody said that it may be replaced.

    Args:
        path: The output, which `check_output_file` has let pass.
        remedy: The way out, one sentence.

    Raises:
        RefusedError: It is there.
    """
    if path.exists():
        raise RefusedError(f"{path} is there already.", remedy)


@contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a binary file that gets its name only when the block ends without an exception."""
    descriptor, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=path.name[-_SUFFIX:], dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())  # mkstemp makes it private
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _remove_leftovers(path)


@contextmanager
def atomic_directory(path: Path) -> Iterator[Path]:
    """Yield an empty directory that takes the name `path`, replacing what is there, when the block ends well."""
    temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, suffix=path.name[-_SUFFIX:], dir=path.parent))
    try:
        yield temporary
        temporary.chmod(0o777 & ~_umask())  # mkdtemp makes it private
        _replace_directory(temporary, path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    _remove_leftovers(path)


def _remove_leftovers(path: Path) -> None:
    """Remove what killed processes left of writing `path`; what cannot be removed stays."""
    ours = re.compile(re.escape(TEMPORARY_PREFIX) + _CHANCE + re.escape(path.name[-_SUFFIX:]))
    with contextlib.suppress(OSError):
        for left in [other for other in path.parent.iterdir() if ours.fullmatch(other.name)]:
            if time.time() - left.lstat().st_mtime < _LEFT:
                continue
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()


def _replace_directory(new: Path, path: Path) -> None:
    """Rename `new` to `path`; the old directory is moved aside first, because a rename cannot replace a full one."""
    if not path.is_dir():
        new.replace(path)  # fails where a file stands
        return
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=path.parent, ignore_cleanup_errors=True) as aside:
        old = path.rename(Path(aside) / "old")
        try:
            new.replace(path)
        except BaseException:
            old.replace(path)
            raise


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
