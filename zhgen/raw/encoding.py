"""Bytes in, paragraphs out, in any encoding that Python knows. What is not text is refused, nothing is replaced."""

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from zhgen.errors import RefusedError
from zhgen.progress import SILENT, Reporter
from zhgen.raw.detection import SAMPLE_BYTES, detect, first_error, other_kind
from zhgen.raw.encoding_names import AUTO, for_iconv, spoken

_MARK = "\ufeff"
_MEND = "Mend the text there in an editor, or get it anew."


class TextReader:
    """Reads the paragraphs of a text one by one: what is in memory is one line, or a beginning of fixed length.

    Args:
        file: A binary file, read from where it stands to its end.
        name: What to call it in messages.
        encoding: What `find_encoding` returns.
        option: The option that an encoding is named with, for messages; empty where there is none.
        reporter: What is told of an encoding that was found and is not plain UTF-8.

    Attributes:
        encoding: The encoding as Python names it, once reading has begun; `utf-8-sig` is UTF-8 with a byte order mark.
        bytes_read: How many bytes were read so far.
    """

    def __init__(
        self, file: IO[bytes], name: str, encoding: str = AUTO, *, option: str = "", reporter: Reporter = SILENT
    ) -> None:
        self.file, self.name, self.encoding = file, name, encoding
        self.bytes_read = 0
        self._option, self._reporter = option, reporter
        self._hash = hashlib.sha256()
        self._named = encoding != AUTO
        self._seems: str | None = None  # where another encoding was named
        self._end = ""  # of a line
        self._lines = 0  # that ended before the piece of text that is decoded now

    @property
    def sha256(self) -> str:
        """The hash of the bytes read so far, in hexadecimal."""
        return self._hash.hexdigest()

    def lines(self) -> Iterator[str]:
        """Yield every line without its end; lines end with LF, CRLF or CR LF mixed, and with nothing else.

        A text whose beginning has CR and no LF comes from an old Macintosh: its lines end with CR. Elsewhere a CR that stands
        alone is a character as any other.

        Raises:
            RefusedError: The bytes are no text in the encoding, or what encoding they are in is not sure.
        """
        waiting: list[str] = []
        for text in self._texts():
            *ended, rest = text.split(self._end)
            for end in ended:
                yield "".join((*waiting, end)).removesuffix("\r")
                waiting.clear()
            if rest:
                waiting.append(rest)
        if waiting:
            yield "".join(waiting).removesuffix("\r")

    def paragraphs(self) -> Iterator[str]:
        """Yield every line that is not blank, without the white space around it (indents are layout, not text)."""
        return (paragraph for _, paragraph in self.numbered_paragraphs())

    def numbered_paragraphs(self) -> Iterator[tuple[int, str]]:
        """Yield what `paragraphs` does, each with the number of its line, from 1 on."""
        for number, line in enumerate(self.lines(), start=1):
            paragraph = line.strip()
            if paragraph:
                yield number, paragraph

    def _texts(self) -> Iterator[str]:
        """Yield the text in pieces, without a byte order mark; what comes before a bad byte is yielded before the refusal."""
        block = self._read()
        codec = self._settle(block)
        decoder = codecs.getincrementaldecoder(codec)()
        mark = _MARK
        while True:
            state = decoder.getstate()
            start = self.bytes_read - len(block) - len(state[0])
            problem = None
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                problem = error
                decoder.setstate(state)  # no decoder promises to be as it was after an error
                text = decoder.decode(block[: max(error.start - len(state[0]), 0)])
            self._check(text, start, codec)
            text = text.removeprefix(mark)
            mark = ""
            if not self._end:
                self._end = "\r" if "\r" in text[:-1] and "\n" not in text else "\n"
            yield text
            self._lines += text.count(self._end)
            if problem is not None:
                raise self._undecodable(problem, start, codec)
            if not block:
                return
            block = self._read()

    def _read(self) -> bytes:
        block = self.file.read(SAMPLE_BYTES)
        self.bytes_read += len(block)
        self._hash.update(block)
        return block

    def _settle(self, sample: bytes) -> str:
        """Return the codec that decodes the text, and set `encoding`, which tells of a byte order mark too."""
        kind = other_kind(sample)
        if kind:
            raise RefusedError(f"{self.name} is {kind}, not text.", "Save its text as a UTF-8 .txt file first.")
        found, guess = detect(sample)
        if self.encoding == AUTO:
            if found is None:
                raise self._unsure(sample, guess)
            self.encoding = found
            if found != "utf-8":
                self._reporter.say(f"{self.name} is read as {spoken(found)}.")
        elif self.encoding == "utf-8" and found == "utf-8-sig":
            self.encoding = found
        elif self.encoding in ("utf-16", "utf-32") and found != self.encoding:
            orders = " or ".join(f"{self._option} {self.encoding}-{order}" for order in ("le", "be"))
            raise RefusedError(f"{self.name} has no byte order mark of {spoken(self.encoding)}.", f"Give {orders}.")
        elif found and _decoded(sample, found) != _decoded(sample, self.encoding):
            self._seems = found
            self._reporter.warn(f"{self.name} is read as {spoken(self.encoding)}, and looks like {spoken(found)}.")
        if self.encoding in ("utf-16", "utf-32"):  # named with their byte order, for offsets to be counted
            return self.encoding + ("-be" if sample[:2] in (b"\xfe\xff", b"\0\0") else "-le")
        return self.encoding.removesuffix("-sig")

    def _check(self, text: str, start: int, codec: str) -> None:
        """Refuse what can be decoded and is no text; `start` is the offset of its first byte."""
        position, what = text.find("\0"), "a zero byte"
        if position < 0 and codec == "utf-7":  # which alone decodes to halves of surrogate pairs
            position, what = _first_surrogate(text), "half a character"
        if position >= 0:
            before = text[:position]
            place = self._place(start + len(before.encode(codec)), before.count(self._end or "\n"))
            raise RefusedError(f"{self.name} is not text: it has {what} ({place}).", _MEND)

    def _undecodable(self, error: UnicodeDecodeError, start: int, codec: str) -> RefusedError:
        """Return the refusal of bytes that cannot be decoded."""
        guess = self._seems
        if guess is None and codec == "utf-8":
            later = detect(error.object[error.start :])[0]
            guess = later if later != codec else None
        looks = f"; it looks like {spoken(guess)}" if guess else ""
        problem = (
            f"{self.name} is not {spoken(self.encoding.removesuffix('-sig'))} text ({self._place(start + error.start)}{looks})."
        )
        return RefusedError(problem, self._remedy(guess) if guess or self._named else _MEND)

    def _unsure(self, sample: bytes, guess: str | None) -> RefusedError:
        """Return the refusal of a text whose encoding is not sure, at its first byte that is not UTF-8."""
        position = first_error(sample, "utf-8")
        if position is None:
            position = max(sample.find(b"\0"), 0)
        place = self._place(position, sample.count(b"\n", 0, position))
        if guess is None:
            return RefusedError(f"{self.name} is not text in UTF-8, GB18030 or Big5 ({place}).", self._remedy())
        return RefusedError(f"{self.name} is not UTF-8 text ({place}; it may be {spoken(guess)}).", self._remedy(guess))

    def _place(self, offset: int, lines: int = 0) -> str:
        """Return where something stands: the offset from 0 on, the line from 1 on, `lines` after those read."""
        return f"byte {offset:,}, line {self._lines + lines + 1:,}"

    def _remedy(self, guess: str | None = None) -> str:
        if self._option:
            named = f"If so, give {self._option} {guess}" if guess else f"Give {self._option} with its name, gb18030 say"
            return f"{named}; or save it as UTF-8 in an editor."
        source = Path(self.name).name
        known = for_iconv(guess) if guess else "ENCODING"
        return f"Save it as UTF-8 in an editor, or type: iconv -f {known} -t UTF-8 {source} > utf8-{source}"


def _decoded(sample: bytes, encoding: str) -> str:
    """Return a beginning as it comes out in an encoding, to be compared; a mark is no part of it."""
    return sample.decode(encoding, errors="replace").removeprefix(_MARK)


def _first_surrogate(text: str) -> int:
    """Return the position of the first half of a surrogate pair, -1 where there is none."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return error.start
    return -1
