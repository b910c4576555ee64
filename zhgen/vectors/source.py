"""A file of vectors as a stream of bytes; what is gzipped is unpacked on the way.

A gzip file can unpack to a thousand times its size, and a few bytes can so ask for all the memory there is. Vectors hardly
shrink; what unpacks to much more than its size is not vectors and is refused.
"""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from zhgen.errors import RefusedError
from zhgen.files import check_input_file

GZIP_MAGIC = b"\x1f\x8b"
MOST_UNPACKED = 32
"""How many times its size a gzip file may unpack to; numbers of two digits written as text shrink to a fifth."""

UNPACKED_ANYWAY = 2**24
"""Bytes that a gzip file may unpack to however small it is: they harm nobody."""


class Source:
    """The bytes of a file from its start to its end.

    Args:
        file: The file, at its start.
        path: What to call it in messages.

    Attributes:
        packed: Whether the file is gzipped.
        size: How many bytes there are, None where a gzipped file does not tell.
        most: How many bytes there can be at most.
    """

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self.path, self._file = path, file
        self.packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(0)
        on_disk = os.fstat(file.fileno()).st_size
        self.size = None if self.packed else on_disk
        self.most = max(MOST_UNPACKED * on_disk, UNPACKED_ANYWAY) if self.packed else on_disk
        self._stream = gzip.GzipFile(fileobj=file) if self.packed else file
        self._taken, self._ahead = 0, b""

    @property
    def position(self) -> int:
        """How many bytes were read; those that were only looked at do not count."""
        return self._taken - len(self._ahead)

    def read(self, count: int) -> bytes:
        """Return the next bytes: `count` of them, fewer at the end alone.

        Raises:
            RefusedError: What is gzipped is damaged, or unpacks to too much.
        """
        content = self.peek(count)
        self._ahead = self._ahead[count:]
        return content

    def peek(self, count: int) -> bytes:
        """Return the next bytes and leave them to be read.

        Raises:
            RefusedError: What is gzipped is damaged, or unpacks to too much.
        """
        if len(self._ahead) < count:
            self._ahead += self._take(count - len(self._ahead))
        return self._ahead[:count]

    def _take(self, count: int) -> bytes:
        try:
            content = self._stream.read(count)
        except EOFError:
            raise self._damaged("cut short") from None
        except (gzip.BadGzipFile, zlib.error):
            raise self._damaged("damaged") from None
        self._taken += len(content)
        if self._taken > self.most and self.packed:
            raise RefusedError(
                f"{self.path} unpacks to more than {MOST_UNPACKED} times its size, which vectors do not.",
                f"If you know that it is right, unpack it first. Type: gunzip -k {self.path.name}",
            )
        return content

    def _damaged(self, how: str) -> RefusedError:
        return RefusedError(f"{self.path} is a gzip file that is {how}.", "Download or copy it again.")


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a file, gzipped or not, by what is in it and not by its name.

    Raises:
        RefusedError: There is no such file, or it cannot be read.
    """
    check_input_file(path)
    with path.open("rb") as file:
        yield Source(file, path)
