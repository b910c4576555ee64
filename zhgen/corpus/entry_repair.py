"""What is wrong with one line of a user dictionary, and how it should read."""

import re
import unicodedata
from dataclasses import dataclass, replace

from zhgen.corpus.dictionary import JIEBA_TAGS, Entry, has_chinese, parse_entry, split_remark
from zhgen.corpus.whitespace import STAND_IN

LONGEST_WORD = 50  # characters; what is longer is a sentence
MOST_COUNT = 60_000_000  # all words in the texts that jieba's dictionary was counted in

_SEPARATORS = (
    (re.compile(r"\t+"), "has tabs between its fields, as LTP and ansj write them"),
    (re.compile(r"[,，]+"), "has commas between its fields, as spreadsheets write them"),
    (re.compile(r"\s+"), ""),
)
_LIST = re.compile(r"[、;；|]+")
_TAGGED = re.compile(r"(.+)/([A-Za-z]{1,4})")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_AROUND = "。！？!?：:…“”\"‘’'《》〈〉「」『』【】[]()（）"
_MOST_TRIES = 4


@dataclass(frozen=True)
class Repair:
    """What is wrong with a line, as the end of a sentence, and the entries to write instead; with none it is left out."""

    problem: str
    entries: tuple[Entry, ...]


def repair_line(text: str) -> Repair | None:
    """Return what is wrong with a line without its remark, or None when it is a clean entry."""
    first = _repair_once(text)
    if first is None:
        return None
    problems, entries = [first.problem], _readable(first)
    for _ in range(_MOST_TRIES):  # one mistake may hide another
        again = [(entry, _repair_once(str(entry))) for entry in entries]
        if all(repair is None for _, repair in again):
            return Repair("; ".join(dict.fromkeys(problems)), tuple(entries))
        problems += [repair.problem for _, repair in again if repair]
        entries = [one for entry, repair in again for one in (_readable(repair) if repair else (entry,))]
    return Repair("; ".join(dict.fromkeys(problems)), ())


def _readable(repair: Repair) -> list[Entry]:
    """Return the entries that are read as what they are: a word such as `#` or `00 1` cannot be written."""
    return [entry for entry in repair.entries if parse_entry(split_remark(str(entry))[0]) == entry]


def _repair_once(text: str) -> Repair | None:
    visible = "".join(c for c in text if c == "\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    if visible != text:
        return _reread(visible, "has characters that cannot be seen")
    tagged = _TAGGED.fullmatch(text)
    if tagged and has_chinese(text):
        return _reread(f"{tagged[1]} {tagged[2].lower()}", "has a slash before the tag, as tagged texts do")
    entry = parse_entry(text)
    return _repair_fields(text) if entry is None else _repair_entry(entry)


def _reread(text: str, problem: str) -> Repair:
    entry = parse_entry(text.strip())
    if entry is not None:
        return Repair(problem, (entry,))
    repair = _repair_fields(text) if text.strip() else Repair("has no word", ())
    return Repair(f"{problem}; {repair.problem}", repair.entries)


def _repair_entry(entry: Entry) -> Repair | None:
    """Return what is wrong with a line that is an entry by its form."""
    word = entry.word.strip(_AROUND + " ")
    if _LIST.search(word) and has_chinese(word):
        return Repair("lists several words", tuple(Entry(part) for part in _LIST.split(word) if part))
    if word != entry.word:
        return Repair("has punctuation around the word", (Entry(word, entry.count, entry.tag),) if word else ())
    if STAND_IN in word:
        spaced = " ".join(word.replace(STAND_IN, " ").split())
        problem = f"has {STAND_IN}, which stands for a space in segmented texts"
        return Repair(problem, (Entry(spaced, entry.count, entry.tag),) if spaced else ())
    if len(word) == 1:
        return Repair("is one character, which is cut alone without it", ())
    if len(word) > LONGEST_WORD:
        return Repair(f"has more than {LONGEST_WORD} characters, which is no word", ())
    if (entry.count or 0) > MOST_COUNT:
        return Repair("counts for more than all words of jieba's dictionary together", (Entry(word, None, entry.tag),))
    return None


def _repair_fields(text: str) -> Repair:
    """Return what is wrong with a line that is no entry by its form."""
    pattern, problem = next((p, said) for p, said in _SEPARATORS if p.search(text) or not said)
    fields = [field for field in (" ".join(part.split()) for part in pattern.split(text)) if field]
    numbers = [field for field in fields if _NUMBER.fullmatch(field)]
    tags = [field for field in fields if field.lower() in JIEBA_TAGS]
    words = [field for field in fields if field not in numbers and field not in tags]
    if not words:
        return Repair("has no word", ())
    said = [problem, *_misplaced(fields, words, numbers, tags), *_odd_numbers(numbers)]
    if not problem and re.search(r"\s\s|[^\S ]", text):
        said.append("has other white space than single spaces")
    entries = _entries(words, numbers, tags)
    if len(entries) > 1:
        said.append("has several words")
    plain = "has spaces in a Chinese word" if has_chinese(text) else "reads as a word and a tag; with a count its word is clear"
    return Repair("; ".join(filter(None, said)) or plain, entries)


def _misplaced(fields: list[str], words: list[str], numbers: list[str], tags: list[str]) -> list[str]:
    said = []
    if tags and tags[0] != tags[0].lower():
        said.append("has a tag in capitals")
    if tags and numbers and fields.index(tags[0]) < fields.index(numbers[0]):
        said.append("has the tag before the count, as HanLP and ansj write it")
    if any(fields.index(field) < fields.index(words[0]) for field in (*numbers, *tags)):
        said.append("has the word after other fields")
    if len(tags) > 1 or len(numbers) > 1:
        said.append("has several tags or counts, of which the first tag stays, and the sum")
    return said


def _odd_numbers(numbers: list[str]) -> list[str]:
    said = []
    if any(not number.isascii() for number in numbers):
        said.append("has a count in full-width digits")
    if any(not number.isdecimal() for number in numbers) or (numbers and not _total(numbers)):
        said.append("has a count that is no whole number from 1 on")
    elif _total(numbers) > MOST_COUNT:
        said.append("counts for more than all words of jieba's dictionary together")
    return said


def _total(numbers: list[str]) -> int:
    """Return the sum of counts; nought where it does not count for anything."""
    return max(sum(int(float(number)) for number in numbers if len(number) < LONGEST_WORD), 0)


def _entries(words: list[str], numbers: list[str], tags: list[str]) -> tuple[Entry, ...]:
    total = _total(numbers)
    count = total if 0 < total <= MOST_COUNT else None
    tag = tags[0].lower() if tags else None
    if not has_chinese("".join(words)):
        entry = Entry(" ".join(words), count, tag)
        return (entry if parse_entry(str(entry)) == entry else replace(entry, count=count or 1),)
    if all(len(word) == 1 for word in words):
        return (Entry("".join(words), count, tag),)
    return (Entry(words[0], count, tag),) if len(words) == 1 else tuple(Entry(word) for word in words)
