"""What is done to a raw text before it is cut: decoded, cleaned, converted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from zhgen.progress import SILENT, Reporter
from zhgen.raw.cleaning import Cleaner
from zhgen.raw.conversion import Converter
from zhgen.raw.encoding import TextReader
from zhgen.raw.encoding_names import AUTO


@dataclass
class Treatment:
    """How the raw texts of one corpus are read.

    Attributes:
        encoding: What `find_encoding` returns.
        cleaner: What cleans the paragraphs and counts what it did.
        converter: What converts the characters after that, if anything does.
        option: The option that an encoding is named with, for messages.
    """

    encoding: str = AUTO
    cleaner: Cleaner = field(default_factory=Cleaner)
    converter: Converter | None = None
    option: str = ""

    def open(self, file: IO[bytes], name: str, reporter: Reporter = SILENT) -> TextReader:
        """Return what reads a text."""
        return TextReader(file, name, self.encoding, option=self.option, reporter=reporter)

    def paragraphs(self, reader: TextReader) -> Iterator[str]:
        """Yield the paragraphs of a text as they are to be cut."""
        for paragraph in self.cleaner.clean(reader.numbered_paragraphs(), reader.name):
            yield self.converter.convert(paragraph) if self.converter else paragraph

    def run(self, sources: Sequence[tuple[str, IO[bytes]]], reporter: Reporter = SILENT) -> None:
        """Treat texts and throw the result away: what stays is the cleaner's account."""
        with reporter.track("clean", None, "characters") as task:
            for name, file in sources:
                for paragraph in self.paragraphs(self.open(file, name, reporter)):
                    task.advance(len(paragraph))

    @property
    def clean(self) -> dict[str, int]:
        """How many lines each step of the clean-up touched, as it stands in a sidecar."""
        return dict(self.cleaner.touched)

    @property
    def conversion(self) -> dict[str, Any]:
        """What converted the text, as it stands in a sidecar; empty when nothing did."""
        return self.converter.identity if self.converter else {}
