"""Where the texts of a batch go: to stdout, or to a file that holds nothing but whole ones whenever the writing stops."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

from zhgen.batches.prompts import JSON_SUFFIXES, Item
from zhgen.batches.records import JSONForm, TextForm, Written
from zhgen.errors import RefusedError, ZhgenError
from zhgen.files import check_output_file, refuse_existing
from zhgen.generation.request import Result

Format = Literal["text", "jsonl"]


def format_of(path: Path | None) -> Format:
    """Return the form that a file's name asks for: jsonl for .jsonl and .ndjson, text for any other, and for stdout."""
    return "jsonl" if path is not None and path.suffix.lower() in JSON_SUFFIXES else "text"


class Output:
    """Takes written texts.

    Args:
        write: What takes a text as it is to be written, to its end or not at all.
        form: What makes that of it.
        name: What to call it when it is told what was written; empty for a stream, where that is not told.
        written: What is there already.
        resumable: Whether it can be gone on with when the writing stops.
    """

    def __init__(
        self,
        write: Callable[[str], object],
        form: Callable[[Item, Result], str],
        *,
        name: str = "",
        written: Written | None = None,
        resumable: bool = False,
    ) -> None:
        self._write, self._form, self._written = write, form, written
        self.name, self.resumable = name, resumable

    def holds(self, item: Item) -> bool:
        """Return whether a text is there already.

        Raises:
            RefusedError: It is there from another prompt or with other settings; what differs is named.
        """
        return self._written is not None and self._written.holds(item)

    def add(self, item: Item, result: Result) -> None:
        """Write a text."""
        self._write(self._form(item, result))


@contextmanager
def file_output(path: Path, kind: Format, model: str, *, resume: bool = False) -> Iterator[Output]:
    """Open a file for texts, once `check_texts_file` has let it pass.

    Args:
        path: The file. It is made, or what it holds replaced, when the first text comes.
        kind: How the texts stand in it.
        model: The hash of the model that writes.
        resume: Keep the texts that it holds, and what was cut short behind them not.

    Raises:
        RefusedError: What it holds cannot be gone on with.
    """
    written = Written(path, model) if resume else None
    with GrowingFile(path, written.size if written else 0) as file:
        form = JSONForm(model) if kind == "jsonl" else TextForm()
        yield Output(file.write, form, name=str(path), written=written, resumable=kind == "jsonl")
        if written is not None:
            file.settle()


def stream_output(stream: IO[str], kind: Format, model: str) -> Output:
    """Return an output whose texts are written to an open file, each as soon as it is over."""

    def write(text: str) -> None:
        stream.write(text)
        stream.flush()

    return Output(write, JSONForm(model) if kind == "jsonl" else TextForm())


def check_texts_file(
    path: Path, kind: Format, inputs: Iterable[Path] = (), *, resume: bool = False, force: bool = False
) -> None:
    """Refuse a file that texts cannot be written to, before time is spent.

    Raises:
        RefusedError: It is there and neither to be gone on with nor to be replaced, is one of the inputs, or cannot be written.
    """
    if resume and force:
        raise RefusedError("--resume keeps what is there, and --force replaces it.", "Leave out one of them.")
    if resume and kind != "jsonl":
        raise RefusedError("--resume goes with --format jsonl: blocks of text do not say what they are.", "Give -o FILE.jsonl.")
    check_output_file(path, inputs)
    if not (resume or force):
        way = "--resume to go on with it, --force to replace it" if kind == "jsonl" else "--force to replace it"
        refuse_existing(path, f"Add {way}, or give -o another name.")


class GrowingFile:
    """A file that pieces are added to. It is made, or cut to what is kept, when the first piece comes.

    Args:
        path: The file.
        kept: How many bytes of what it holds stay.
    """

    def __init__(self, path: Path, kept: int = 0) -> None:
        self.path, self.size = path, kept
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    def write(self, text: str) -> None:
        """Add a piece, in UTF-8; one that cannot be written to its end is taken back.

        Raises:
            ZhgenError: The disk is full, say.
        """
        piece = text.encode()
        try:
            descriptor = self._open()
            try:
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
            except BaseException:
                os.ftruncate(descriptor, self.size)
                os.lseek(descriptor, self.size, os.SEEK_SET)
                raise
        except OSError as error:
            raise ZhgenError(f"Writing {self.path} failed ({error.strerror}).", "What it holds is whole.") from None
        self.size += len(piece)

    def settle(self) -> None:
        """Cut a file to what is kept, though no piece came.

        Raises:
            ZhgenError: It cannot be written.
        """
        if self.path.exists() and self.path.stat().st_size > self.size:
            self.write("")

    def _open(self) -> int:
        if self._descriptor is None:
            # Files are binary to Windows only when it is told.
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
            os.ftruncate(self._descriptor, self.size)
            os.lseek(self._descriptor, self.size, os.SEEK_SET)
        return self._descriptor
