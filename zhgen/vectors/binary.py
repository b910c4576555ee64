"""Files of vectors in the word2vec format: read strictly, in its binary form, its text form and gzipped; written in binary.

A file begins with V, D and a line's end. Sizes are checked against the file before anything is allocated, and what is wrong in
the file is refused or counted, never passed on.
"""

import re
from collections.abc import Container
from pathlib import Path

from zhgen.errors import RefusedError
from zhgen.files import atomic_file
from zhgen.vectors.binary_rows import BinaryRows
from zhgen.vectors.recognition import foreign_file
from zhgen.vectors.rows import LONGEST_WORD, Header, cut_short
from zhgen.vectors.selection import Reading, Selection
from zhgen.vectors.source import Source, open_source
from zhgen.vectors.table import Table
from zhgen.vectors.text_rows import TextRows, looks_like_text

__all__ = ["Reading", "read_header", "read_vectors", "write_vectors"]

_HEADER = re.compile(rb"([0-9]{1,10})[ \t]+([0-9]{1,6})[ \t]*\r?\n")
_SAMPLE = 2**16


def read_header(path: Path) -> tuple[int, int]:
    """Return how many rows and dimensions a file of vectors says it has.

    Raises:
        RefusedError: The file cannot be read or does not begin as a word2vec file does; what it is instead is named.
    """
    with open_source(path) as source:
        header = _read_header(source)
    return header.rows, header.size


def read_vectors(path: Path, keep: Container[str] | None = None, limit: int | None = None) -> Reading:
    """Read a word2vec file: binary in both dialects or text, gzipped or not; what it is, is told by what is in it.

    The file is streamed: memory grows with what is kept. Files are ordered by frequency, so that the first rows are those of
    the most frequent words.

    Args:
        path: The file.
        keep: The words wanted; None is all.
        limit: How many rows at the file's start are wanted; with `keep` they are wanted beside those words, and without it the
            rest of the file is not read.

    Raises:
        RefusedError: The file is not in the format, ends too early or goes on too long; the way out is told.
    """
    with open_source(path) as source:
        header = _read_header(source)
        _check_room(source, header)
        first = min(header.rows, limit if limit is not None else 0 if keep is not None else header.rows)
        selection = Selection(header.size, () if keep is None else keep, first)
        rows = TextRows(source, header) if header.text else BinaryRows(source, header)
        for block in rows.blocks(first if keep is None else header.rows):
            selection.add(block)
        form = f"{rows.form} word2vec format{', gzipped' if source.packed else ''}"
    if selection.rows and sum(selection.dropped.values()) == selection.rows:
        raise RefusedError(f"No row of {path} can be used.", "Train the vectors again, with zhgen embed.")
    return Reading(selection.table(), header.rows, selection.dropped, form)


def write_vectors(path: Path, table: Table) -> None:
    """Write a table in the binary word2vec format, in gensim's dialect; the file appears whole or not at all.

    Raises:
        ValueError: A word is empty, too long, occurs twice or holds white space, which the format cannot tell from its own.
    """
    if len(set(table.words)) != len(table.words):
        raise ValueError("a word occurs twice")
    with atomic_file(path) as file:
        file.write(f"{len(table.words)} {table.vector_size}\n".encode())
        for word, vector in zip(table.words, table.vectors.astype("<f4", copy=False), strict=True):
            content = word.encode()
            if word.split() != [word] or len(content) > LONGEST_WORD:
                raise ValueError(f"not a word: {word[:40]!r}")
            file.write(content + b" " + vector.tobytes())


def _read_header(source: Source) -> Header:
    """Read the first line, and look at what follows it for the form."""
    head = source.peek(_SAMPLE)
    match = _HEADER.match(head[:64])
    if match is None or int(match[1]) == 0 or int(match[2]) == 0:
        raise foreign_file(head, source.path)
    source.read(match.end())
    size = int(match[2])
    return Header(int(match[1]), size, looks_like_text(head[match.end() :], size))


def _check_room(source: Source, header: Header) -> None:
    """Refuse a file that is too short for its rows before anything is allocated for them."""
    room = source.most - source.position
    if room < header.least:
        has = f"has {room:,}" if source.size is not None else f"cannot unpack to more than {room:,}"
        raise cut_short(source, header, f"for {header} it needs {header.least:,} bytes and it {has}")
