"""The check of a user dictionary: every line that does not mean what it says, and how it should read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhgen.corpus.dictionary import parse_entry, read_lines, split_remark
from zhgen.corpus.entry_repair import repair_line
from zhgen.errors import RefusedError
from zhgen.files import atomic_file


@dataclass(frozen=True)
class Finding:
    """Something to mend in a dictionary.

    Attributes:
        line: The number of the line; 0 is the file as a whole.
        problem: What is wrong, as the end of a sentence.
        repaired: The lines to write instead; with none the line is left out. None for the file as a whole.
    """

    line: int
    problem: str
    repaired: tuple[str, ...] | None

    def __str__(self) -> str:
        if self.repaired is None:
            return self.problem
        way_out = f"write: {' | '.join(self.repaired)}" if self.repaired else "leave it out"
        return f"{self.problem}; {way_out}"


@dataclass(frozen=True)
class Check:
    """What was found in a dictionary, by line, and its lines as they should read."""

    findings: tuple[Finding, ...]
    lines: tuple[str, ...]
    entries: int

    def write(self, path: Path) -> None:
        """Write the mended dictionary: UTF-8 with LF, remarks and blank lines as they were.

        Raises:
            RefusedError: No entry is left.
        """
        if not self.entries:
            raise RefusedError("No entry is left to write.", "Write the dictionary anew, a word a line.")
        with atomic_file(path) as file:
            file.write("".join(f"{line}\n" for line in self.lines).encode())


def check_dictionary(path: Path) -> Check:
    """Return what is to be mended in a dictionary.

    Raises:
        RefusedError: The file cannot be read or is no text.
    """
    lines, encoding = read_lines(path)
    check = check_lines(lines)
    of_the_file = _of_the_file(encoding, path.read_bytes())
    return Check((*of_the_file, *check.findings), check.lines, check.entries)


def _of_the_file(encoding: str, data: bytes) -> list[Finding]:
    problems = []
    if encoding == "utf-8-sig":
        problems.append("begins with a byte order mark, which dictionaries do without")
    elif encoding != "utf-8":
        problems.append(f"is {encoding.upper()}, which jieba itself does not read; UTF-8 is written")
    if b"\r" in data:
        problems.append("has lines that end with CR, as on Windows; LF is written")
    return [Finding(0, problem, None) for problem in problems]


def check_lines(lines: Sequence[str]) -> Check:
    """Return what is to be mended in the lines of a dictionary, without their ends."""
    findings: list[Finding] = []
    mended: list[tuple[int, str, str]] = []  # number, entry, remark
    for number, line in enumerate(lines, start=1):
        text, remark = split_remark(line)
        repair = repair_line(text) if text else None
        if repair is None:
            mended.append((number, text, remark))
            continue
        repaired = tuple(map(str, repair.entries))
        findings.append(Finding(number, repair.problem, repaired))
        mended += [(number, entry, remark) for entry in repaired]
    again, dropped = _repeated(mended)
    kept = [(text, remark) for index, (_, text, remark) in enumerate(mended) if index not in dropped]
    found = tuple(sorted((*findings, *again), key=lambda finding: finding.line))
    return Check(found, tuple("  ".join(filter(None, pair)) for pair in kept), sum(bool(text) for text, _ in kept))


def _repeated(mended: Iterable[tuple[int, str, str]]) -> tuple[list[Finding], set[int]]:
    """Return a finding for every entry whose word comes again, and which these are: jieba takes the last."""
    findings, dropped = [], set()
    last: dict[str, tuple[int, int, str]] = {}
    for index, (number, text, _) in enumerate(mended):
        entry = parse_entry(text)
        if entry is None:
            continue
        if entry.word in last:
            before, its_number, its_text = last[entry.word]
            how = "again" if its_text == text else f"otherwise ({text}), which is what counts"
            findings.append(Finding(its_number, f"{entry.word!r} stands in line {number} {how}", ()))
            dropped.add(before)
        last[entry.word] = index, number, text
    return findings, dropped
