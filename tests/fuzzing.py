"""Damaged files by the hundred thousand: whatever a file holds, it is read or refused, soon and with little memory.

Good files are damaged at random: bits turned, bytes put in, parts cut, doubled, moved and exchanged, counts altered, gzipped in
between. The same seed makes the same files. What fails is kept and named, and the rest goes on.

Usage: python tests/fuzzing.py {vectors,text,dictionary} COUNT [SEED]
"""

import gzip
import random
import re
import signal
import struct
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from zhgen.corpus.dictionary import parse_dictionary, read_dictionary
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.whitespace import restore
from zhgen.errors import RefusedError
from zhgen.raw.encoding import TextReader
from zhgen.vectors.binary import read_vectors

SECONDS = 5.0
"""Seconds of computing: a file of some hundred bytes takes a millisecond, and what takes so long hangs."""

MEMORY = 64_000_000
"""Bytes that may be used beside four times the file."""

WORDS = ("</s>", "的", "宝玉", "x", "红楼梦", "New")
ROWS = np.array([[0.5, -1, 0, 3], [1, 2, 3, 4], [-0.25, 1e-20, 1e20, 8]] * 2, dtype=np.float32)
TEXT = "第一回　甄士隐\n\n“今天我们学习语文。”\r\n他说：New York 3.14 ．．．\n𠀀丁\u2028abc\u3000·阿·里·斯\n"
DICTIONARY = "宝玉 100 nr\n林黛玉\n贾母 5\n金陵十二钗 nz\nNew 3 x\n\n王熙凤 99999 nr\n"

ODD = (
    *(
        b" ",
        b"\n",
        b"\r\n",
        b"\t",
        b"\0",
        b"  ",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xe7\xba",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
    ),
    *(number.encode() for number in ("0", "1", "9", "-1", "99999999", "4294967296", "999999", "1e999", "nan", "inf", "1.2.3")),
    *(number.encode() for number in ("0 0\n", "1 1\n", "99999999 200\n", "1 999999\n", "9999999999 1\n")),
    *(character.encode() for character in ("　", "\u2028", "\u0085", "\u200b", "▁", "·", "，", "红", "\U0010ffff", "\ud7ff")),
    *(struct.pack("<f", number) for number in (float("nan"), float("inf"), 0.0, -0.0, 1e-45)),
    *(b"\x1f\x8b", b"\x80\x04", b"PK\x03\x04", b"\x93NUMPY", b"<html>", b"%PDF", b"version https://git-lfs.github.com/"),
)


def vector_files() -> Iterator[bytes]:
    """Yield good files of vectors in every form."""
    rows = tuple(zip((word.encode() for word in WORDS), ROWS, strict=True))
    for end in (b"", b"\n"):
        yield b"6 4\n" + b"".join(word + b" " + row.tobytes() + end for word, row in rows)
        yield b"6 1\n" + b"".join(word + b" " + row[:1].tobytes() + end for word, row in rows)
    wide = np.arange(1, 301, dtype=np.float32).tobytes()
    yield b"2 300\n" + b"a " + wide + b"b " + wide
    text = b"6 4\n" + b"".join(word + b" %g %g %g %g\n" % tuple(row) for word, row in rows)
    yield text
    yield gzip.compress(text, 1)


@dataclass(frozen=True)
class Target:
    """Something that reads files.

    Attributes:
        good: Files that it reads.
        read: Reads a file, and fails where what comes out is wrong.
        text: Whether half of the damaged files are made UTF-8 again, so that more of them are read.
    """

    good: tuple[bytes, ...]
    read: Callable[[Path], None]
    text: bool = False


@dataclass
class Findings:
    """What came of it.

    Attributes:
        read: How many files were read.
        refused: How many were refused, by the sentence less its names and numbers.
        failed: What else happened, with the file that did it.
        most: The most memory that a file took beyond four times its size.
    """

    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[str, bytes]] = field(default_factory=list)
    most: int = 0


def fuzz(target: Target, count: int, seed: int, folder: Path) -> Findings:
    """Damage files and have them read; Ctrl-C ends it, and what was found until then is returned."""
    chance, findings = random.Random(seed), Findings()  # noqa: S311  no secrets here
    path = folder / "fuzzed"
    target.read(_written(path, target.good[0]))  # what is loaded once is not counted
    tracemalloc.start()
    try:
        for _ in range(count):
            content = damage(chance, target.good)
            if target.text and chance.random() < 0.5:
                content = content.decode("utf-8", errors="ignore").encode()
            _try(target, _written(path, content), content, findings)
    except KeyboardInterrupt:
        pass
    finally:
        tracemalloc.stop()
    return findings


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _try(target: Target, path: Path, content: bytes, findings: Findings) -> None:
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    try:
        with _time_limit():
            target.read(path)
        findings.read += 1
    except RefusedError as error:
        findings.refused[re.sub(r"[0-9][0-9,]*|'.*'|\".*\"", "N", error.problem.replace(str(path), "FILE"))] += 1
    except Exception as error:  # whatever else happens is what is looked for
        findings.failed.append((f"{type(error).__name__}: {error}"[:200], content))
    used = tracemalloc.get_traced_memory()[1] - before - 4 * len(content)
    findings.most = max(findings.most, used)
    if used > MEMORY:
        findings.failed.append((f"{used:,} bytes of memory", content))


@contextmanager
def _time_limit() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError(f"{SECONDS} seconds")

    old = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)


def damage(chance: random.Random, good: tuple[bytes, ...]) -> bytes:
    """Return one of some files with one to five changes; now and then it is gzipped in between."""
    content = chance.choice(good)
    if content.startswith(b"\x1f\x8b") and chance.random() < 0.5:
        content = gzip.decompress(content)
    for _ in range(chance.choice((1, 1, 2, 3, 5))):
        content = chance.choice(CHANGES)(chance, content, good)
        if chance.random() < 0.02:
            content = gzip.compress(content, 1, mtime=0)
    return content


def _span(chance: random.Random, content: bytes) -> tuple[int, int]:
    """Return where a part begins and ends: most are short, and many stand at the beginning."""
    length = len(content) if chance.random() < 0.7 else min(len(content), 16)
    start = chance.randint(0, length)
    return start, min(len(content), start + chance.choice((0, 1, 1, 2, 3, 4, 8, 16, 64, 1000)))


def _turn_bits(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8)) if content else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _put_in(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    start, stop = _span(chance, content)
    return content[:start] + chance.choice(ODD) + content[chance.choice((start, stop)) :]


def _cut(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    start, stop = _span(chance, content)
    return chance.choice((content[:start], content[start:], content[:start] + content[stop:]))


def _double(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    start, stop = _span(chance, content)
    return content[:start] + content[start:stop] * chance.choice((2, 2, 3, 50)) + content[stop:]


def _move(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    start, stop = _span(chance, content)
    rest = content[:start] + content[stop:]
    to = chance.randint(0, len(rest))
    return rest[:to] + content[start:stop] + rest[to:]


def _exchange(chance: random.Random, content: bytes, good: tuple[bytes, ...]) -> bytes:
    other = chance.choice(good)
    return content[: _span(chance, content)[0]] + other[_span(chance, other)[0] :]


def _recount(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    """Alter one of the numbers that are written in the first line."""
    found = list(re.finditer(rb"[0-9]+", content[:40].partition(b"\n")[0]))
    if not found:
        return content
    place = chance.choice(found)
    number = chance.choice((int(place[0]) + chance.choice((-1, 1, 2)), chance.randrange(1000), 10 ** chance.randrange(1, 12)))
    return content[: place.start()] + b"%d" % number + content[place.end() :]


CHANGES = (_turn_bits, _put_in, _cut, _double, _move, _exchange, _recount)


def _read_vectors(path: Path) -> None:
    number = path.stat().st_size % 4  # every file is asked for in one of four ways
    keep = {"的", "宝玉"} if number in (1, 2) else None
    reading = read_vectors(path, keep=keep, limit=2 if number > 1 else None)
    words, vectors = reading.table.words, reading.table.vectors
    assert vectors.shape == (len(words), reading.table.vector_size), "the table is not as long as its words"
    assert np.isfinite(vectors).all(), "numbers that are not finite"
    assert vectors.any(axis=1).all(), "a row of zeros"
    assert len(set(words)) == len(words), "a word twice"
    assert all(word.split() == [word] for word in words), "a word that is none"
    assert keep is not None or number > 1 or len(words) + sum(reading.dropped.values()) == reading.rows, "rows unaccounted for"


def _text_reader() -> Callable[[Path], None]:
    segmenter = Segmenter(long_text=True)  # what loads parts of the dictionary takes memory now and then

    def read(path: Path) -> None:
        with path.open("rb") as file:
            for paragraph in TextReader(file, str(path)).paragraphs():
                assert paragraph.strip(), "a blank paragraph"
                words = list(segmenter.words(paragraph))
                assert all(word.split() == [word] for word in words), "a word that is none"
                assert "".join(map(restore, words)) == paragraph, "another paragraph when it is joined"

    return read


def _read_dictionary(path: Path) -> None:
    dictionary = read_dictionary(path)
    again = parse_dictionary(dictionary.text.split("\n"), "again")
    assert again == dictionary, "another dictionary when it is written and read"


def targets() -> dict[str, Target]:
    """Return what can be fuzzed, by name."""
    texts = (
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("gb18030"),
        ("字" * 300 + "\n").encode(),
    )
    dictionaries = (DICTIONARY.encode(), DICTIONARY.encode("utf-8-sig"), DICTIONARY.encode("gbk"))
    return {
        "vectors": Target(tuple(vector_files()), _read_vectors),
        "text": Target(texts, _text_reader(), text=True),
        "dictionary": Target(dictionaries, _read_dictionary, text=True),
    }


def main() -> None:
    """Fuzz one of the targets and print what came of it."""
    name, count, *seed = sys.argv[1:]
    shared = Path("/dev/shm")  # noqa: S108  files in memory, where there is such a place
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        started = time.perf_counter()
        found = fuzz(targets()[name], int(count), int(*seed or "1"), Path(folder))
    refused = sum(found.refused.values())
    print(f"{name}, {int(count):,} files wanted, in {time.perf_counter() - started:,.0f} s: {found.read:,} read,")
    print(
        f"{refused:,} refused, {len(found.failed):,} failed; at most {found.most:,} bytes of memory beyond four times the file"
    )
    for sentence, times in found.refused.most_common():
        print(f"{times:10,}  {sentence[:150]}")
    for number, (what, content) in enumerate(found.failed[:20]):
        kept = Path(tempfile.gettempdir()) / f"zhgen-fuzzed-{name}-{number}"
        kept.write_bytes(content)
        print(f"FAILED {kept}: {what}")
    sys.exit(bool(found.failed))


if __name__ == "__main__":
    main()
