"""User dictionaries: words that are cut whole, one a line: `WORD [COUNT] [TAG]  # a remark`.

jieba reads such a file too, but takes a line with a tab, a comma or the fields in the wrong order as one strange word that
never matches. Here such a line is refused. What is taken means the same to jieba, but for remarks, which it does not know.
"""

import hashlib
import io
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhgen.errors import RefusedError
from zhgen.files import check_input_file
from zhgen.raw.encoding import TextReader
from zhgen.raw.encoding_names import AUTO
from zhgen.wording import counted

DRAFT_SUFFIX = ".names.txt"
"""What a draft of a dictionary ends with, so that it is not taken for a text."""

FORM = "WORD, WORD COUNT, WORD TAG or WORD COUNT TAG with single spaces, COUNT from 1, TAG in small letters"

_TAGS = (
    "a ad ag an b c d df dg e eng f g h i j k l m mg mq n ng nr nrfg nrt ns nt nz o p q r rg rr rz s t tg "
    "u ud ug uj ul uv uz v vd vg vi vn vq x y z zg"
)
JIEBA_TAGS = frozenset(_TAGS.split())
"""The parts of speech in the dictionary of jieba 0.42.1."""

_FIELD = r"[^\s,，]+"
_ENTRY = re.compile(rf"(?P<word>{_FIELD}(?: {_FIELD})*?)(?: (?P<count>[1-9][0-9]{{0,9}}))?(?: (?P<tag>[a-z]+))?")
_REMARK = re.compile(r"(?:^|\s)#(?:\s.*)?$", re.DOTALL)
_CHINESE = re.compile(r"[\u2E80-\u9FFF\uF900-\uFAFF\U00020000-\U0003FFFF]")
_CUT_BY_JIEBA = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+")
_SHOWN = 10  # entries that a line names before it says how many more there are
_SHOWN_LINES = 3  # lines that are not entries, in one refusal


@dataclass(frozen=True)
class Entry:
    """A word of the user's: how often it counts (None: as often as it takes), and its part of speech."""

    word: str
    count: int | None = None
    tag: str | None = None

    def __str__(self) -> str:
        return " ".join(str(field) for field in (self.word, self.count, self.tag) if field is not None)

    @property
    def can_be_cut(self) -> bool:
        """Whether jieba ever looks the word up; it does not join characters such as `·` or a space to others."""
        return _CUT_BY_JIEBA.fullmatch(self.word) is not None


@dataclass(frozen=True)
class Dictionary:
    """The entries of a user dictionary and their lines, without blank ones and remarks."""

    entries: tuple[Entry, ...]
    text: str

    @property
    def sha256(self) -> str:
        """The hash of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_dictionary(path: Path) -> Dictionary:
    """Return the dictionary in a text file with a line `WORD [COUNT] [TAG]` a word.

    Raises:
        RefusedError: The file cannot be read, is no text, or has lines of another form.
    """
    lines, _ = read_lines(path)
    return parse_dictionary(lines, str(path), f"type: zhgen segment --check-dict {path}")


def read_lines(path: Path) -> tuple[list[str], str]:
    """Return the lines of a dictionary without their ends, and its encoding as Python names it.

    A list of names is too short and too rare for an encoding to be told by its characters. What is not UTF-8, and is GB 2312
    from end to end, is read as GB18030; what else it is has to be sure, as for a text.

    Raises:
        RefusedError: The file cannot be read or is no text.
    """
    check_input_file(path)
    data = path.read_bytes()
    encoding = "gb18030" if not _decodes(data, "utf-8") and _decodes(data, "gb2312") else AUTO
    reader = TextReader(io.BytesIO(data), str(path), encoding)
    return list(reader.lines()), reader.encoding


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def parse_dictionary(lines: Iterable[str], name: str, way_out: str = "") -> Dictionary:
    """Return the dictionary in lines of the form `WORD [COUNT] [TAG]`; blank lines and remarks are passed over.

    Args:
        lines: The lines, without their ends.
        name: What to call the dictionary in messages.
        way_out: What to do about lines of another form, beside mending them, as the end of a sentence.

    Raises:
        RefusedError: Lines have another form; the first of them are named by number and content.
    """
    kept = [(number, text) for number, line in enumerate(lines, start=1) if (text := split_remark(line)[0])]
    read = [(number, text, parse_entry(text)) for number, text in kept]
    strange = [f"line {number}: {text!r}" for number, text, entry in read if entry is None]
    if strange:
        raise RefusedError(_problem(name, strange), f"Write {FORM}{way_out and f'; or {way_out}'}.")
    entries = tuple(entry for _, _, entry in read if entry is not None)
    return Dictionary(entries, "".join(f"{text}\n" for _, text in kept))


def _problem(name: str, strange: Sequence[str]) -> str:
    if len(strange) == 1:
        return f"{name}, {strange[0]} is not an entry."
    shown = "; ".join(strange[:_SHOWN_LINES])
    return f"{name} has {len(strange):,} lines that are not entries: {shown}{_more(len(strange) - _SHOWN_LINES)}."


def split_remark(line: str) -> tuple[str, str]:
    """Return a line's entry and its remark, which begins at a `#` that stands alone: in `C# 5  # a language` the second."""
    match = _REMARK.search(line)
    return (line.strip(), "") if match is None else (line[: match.start()].strip(), match.group().strip())


def parse_entry(text: str) -> Entry | None:
    """Return the entry in a line without a remark, read from its right end, or None where the line has another form."""
    match = _ENTRY.fullmatch(text)
    if match is None:
        return None
    count = match["count"]
    entry = Entry(match["word"], None if count is None else int(count), match["tag"])
    return None if _is_misread(entry) else entry


def has_chinese(text: str) -> bool:
    """Return whether there is a Chinese character in a text."""
    return _CHINESE.search(text) is not None


def _is_misread(entry: Entry) -> bool:
    """Return whether the fields were rather meant otherwise, which only a word with a space or in Latin letters allows."""
    first, *others = entry.word.split(" ")
    if not others:  # `new york`, where the second word is no part of speech
        known = entry.tag is None or entry.count is not None or entry.tag in JIEBA_TAGS
        return not known and not has_chinese(first)
    if has_chinese(entry.word):  # Chinese words have no spaces in them: these are several, or fields in another order
        return True
    if entry.count is None and any(field.isdecimal() for field in (first, *others)):
        return True  # a count before a tag in capitals
    last = others[-1]
    return entry.tag is None and last.lower() in JIEBA_TAGS and (last.islower() or len(last) > 1)  # a tag before its count


def describe_use(entries: Iterable[Entry], counts: Mapping[str, int], present: Container[str] | None = None) -> list[str]:
    """Return in a few lines how often the words of a dictionary came out when a text was cut.

    Args:
        entries: The dictionary's.
        counts: How often each word came out, by `Entry.word`; a word that is not there never did.
        present: Words that the text has, cut whole or not; None where nobody looked.
    """
    words = list(dict.fromkeys(entry.word for entry in entries))
    used = sorted((word for word in words if counts.get(word)), key=lambda word: -counts[word])
    unused = [word for word in words if not counts.get(word)]
    total = counted(len(words), "entry", "entries")
    lines = [f"Dictionary: {len(used):,} of {total} came out{':' if used else ''}{_uses(used, counts)}"]
    if present is None:
        groups = [("not in the text, or jieba prefers another cut: then raise their counts", unused)]
    else:
        groups = [
            ("jieba prefers another cut, raise their counts", [word for word in unused if word in present]),
            ("not in the text", [word for word in unused if word not in present]),
        ]
    for reason, group in groups:
        if group:
            lines.append(f"Never came out ({reason}): {', '.join(group[:_SHOWN])}{_more(len(group) - _SHOWN)}.")
    return lines


def _uses(words: Sequence[str], counts: Mapping[str, int]) -> str:
    shown = ", ".join(f"{word} {counts[word]:,}" for word in words[:_SHOWN])
    return f"{shown and ' '}{shown}{_more(len(words) - _SHOWN)}."


def _more(number: int) -> str:
    return f" … and {number:,} more" if number > 0 else ""
