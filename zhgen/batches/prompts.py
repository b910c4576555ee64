"""Prompts out of a file: one a line, or a JSON object a line with settings of its own. A bad line does not stop the rest."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from zhgen.batches.prompt_entry import parse_entry
from zhgen.config import MAX_SEED, GenerateSettings
from zhgen.errors import RefusedError
from zhgen.files import check_input_file
from zhgen.generation.request import Request
from zhgen.progress import SILENT, Reporter
from zhgen.raw.detection import first_error
from zhgen.raw.encoding import TextReader

JSON_SUFFIXES = (".jsonl", ".ndjson")
_TEXT_SUFFIX = ".txt"


@dataclass(frozen=True)
class Item(Request):
    """A text of a batch: a request, and where it comes from.

    Attributes:
        sample: Which of the texts of its prompt, from 0 on.
        line: The line that its prompt stands on, from 1 on.
    """

    sample: int = 0
    line: int = 1


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be used.

    Attributes:
        line: Its number, from 1 on; None where the message says what place it is.
        message: What is wrong with it.
    """

    line: int | None
    message: str


@dataclass(frozen=True)
class Prompts:
    """Where the prompts of a batch come from.

    Attributes:
        given: A prompt, a file of prompts, or an open one that can be read but once.
        settings: What a line does not say.
        samples: How many texts are asked for of each prompt; sample k has the seed + k.

    Raises:
        RefusedError: There is no such file, or it is empty.
    """

    given: str | Path | IO[bytes]
    settings: GenerateSettings = field(default_factory=GenerateSettings)
    samples: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.given, Path):
            check_input_file(self.given)

    @property
    def name(self) -> str:
        """What to call them in messages."""
        return str(self.given) if isinstance(self.given, str | Path) else "stdin"

    def items(self, reporter: Reporter = SILENT) -> Iterator[Item | BadLine]:
        """Yield what is asked for, the samples of a prompt one after the other, and the lines that cannot be used.

        Raises:
            RefusedError: The file is no text, or what encoding it is in is not sure.
        """
        if isinstance(self.given, str):
            yield from sampled(Item(self.given, self.settings, "1"), self.samples)
        elif isinstance(self.given, Path):
            with self.given.open("rb") as file:
                yield from PromptLines(file, self.name, self.settings, self.samples, reporter).items()
        else:
            yield from PromptLines(self.given, self.name, self.settings, self.samples, reporter).items()


class PromptLines:
    """Reads prompts from a file, as it is filled; what is in memory is one line, and the ids that lines gave.

    Lines of a file whose name ends in .jsonl or .ndjson are JSON objects with `prompt`, `id` and any setting by its name; lines
    of a .txt file are prompts; of other files and of stdin the first line that is not blank decides: it is JSON when it begins
    with a brace. A blank line is passed over. A line without an id is called by its number.

    Args:
        file: A binary file, read from where it stands to its end.
        name: What to call it in messages; its ending decides what its lines are.
        settings: What a line does not say.
        samples: How many texts are asked for of each prompt; sample k has the seed + k.
        reporter: What is told of an encoding that is not UTF-8.
    """

    def __init__(
        self, file: IO[bytes], name: str, settings: GenerateSettings, samples: int = 1, reporter: Reporter = SILENT
    ) -> None:
        self.settings, self.samples = settings, samples
        self._reader = TextReader(cast("IO[bytes]", _AsItComes(file)), name, reporter=reporter)
        suffix = Path(name).suffix.lower()
        self._json = True if suffix in JSON_SUFFIXES else False if suffix == _TEXT_SUFFIX else None
        self._lines_of: dict[str, int] = {}

    def items(self) -> Iterator[Item | BadLine]:
        """Yield what is asked for, the samples of a prompt one after the other, and the lines that cannot be used.

        Bytes that are no text end the reading; as a bad line when they do not stand at the beginning.

        Raises:
            RefusedError: The file is no text, or what encoding it is in is not sure.
        """
        number = 0
        try:
            for number, text in self._reader.numbered_paragraphs():
                yield from self._items(number, text)
        except RefusedError as error:
            if not number:
                raise
            yield BadLine(None, f"{error} What follows was not read.")

    def _items(self, number: int, text: str) -> Iterator[Item | BadLine]:
        if self._json is None:
            self._json = text.startswith("{")
        try:
            item = self._parsed(number, text) if self._json else Item(text, self.settings, str(number), line=number)
            samples = sampled(item, self.samples)
        except RefusedError as error:
            yield BadLine(number, str(error))
        else:
            yield from samples

    def _parsed(self, number: int, text: str) -> Item:
        entry = parse_entry(text, self.settings)
        identity = entry.id or str(number)
        first = self._lines_of.setdefault(identity, number)
        if first != number:
            raise RefusedError(f"The id {identity} stands on line {first:,} already.", "Give each line its own.")
        return Item(entry.prompt, entry.settings, identity, line=number)


def sampled(item: Item, samples: int) -> Iterator[Item]:
    """Return the samples of a prompt: sample k, from 0 on, has the seed + k.

    Raises:
        RefusedError: The last would have a seed that is too large.
    """
    last = item.settings.seed + samples - 1
    if last > MAX_SEED:
        raise RefusedError(
            f"The last of {samples:,} samples would have the seed {last}, and {MAX_SEED} is the largest.", "Give a lower seed."
        )
    return (_sample(item, number) if number else item for number in range(samples))


def _sample(item: Item, number: int) -> Item:
    settings = dataclasses.replace(item.settings, seed=item.settings.seed + number)
    return dataclasses.replace(item, settings=settings, sample=number)


class _AsItComes:
    """A binary file that is read as it is filled: a line from a pipe is answered before the next one is there.

    Where it begins with what is not UTF-8, more is waited for, since the encoding is told from more than a line.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.begun = file, False

    def read(self, size: int) -> bytes:
        block: bytes = self.file.read1(size)  # type: ignore[attr-defined]  # files opened to be read have it
        if not self.begun and first_error(block, "utf-8") is not None:
            block += self.file.read(size - len(block))
        self.begun = True
        return block
