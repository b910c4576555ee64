"""How often the encoding of a stretch of text is found, taken wrongly, or left open: zhgen, chardet alone, charset-normalizer.

Usage: python benchmarks/detecting.py TEXT... (simplified Chinese, UTF-8; traditional stretches are made of it with OpenCC)
Needs OpenCC and charset-normalizer.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import chardet
import charset_normalizer
from opencc import OpenCC

from zhgen.raw.detection import detect

LENGTHS = (4, 8, 16, 64, 1000)
STRETCHES = 60  # of each text and length
FAMILIES = dict.fromkeys(("gb18030", "gbk", "gb2312", "cp936"), "gb")
FAMILIES |= dict.fromkeys(("big5", "cp950", "big5hkscs", "big5-hkscs"), "big5")


def cases(texts: list[str], length: int) -> Iterator[tuple[str, bytes, str]]:
    """Yield what each stretch is, its bytes and the right answer; damaged UTF-8 is neither GB18030 nor Big5."""
    generator = random.Random(1)  # noqa: S311  draws samples
    traditional = OpenCC("s2t").convert
    for text in texts:
        for _ in range(STRETCHES):
            start = generator.randrange(len(text) - length)
            stretch = "".join(text[start : start + length].split()) or "空"
            yield "simplified GB18030", stretch.encode("gb18030"), "gb"
            yield "traditional GB18030", traditional(stretch).encode("gb18030"), "gb"
            yield "Big5", traditional(stretch).encode("cp950", errors="ignore"), "big5"
            yield "damaged UTF-8", stretch.encode()[1:], ""


def by_charset_normalizer(data: bytes) -> str | None:
    """Return charset-normalizer's best answer."""
    best = charset_normalizer.from_bytes(data).best()
    return best.encoding if best else None


FINDERS: dict[str, Callable[[bytes], str | None]] = {
    "zhgen": lambda data: detect(data)[0],
    "chardet": lambda data: chardet.detect(data)["encoding"],
    "charset-normalizer": by_charset_normalizer,
}


def main() -> None:
    """Print shares in percent: right / wrong; the rest was left open, or taken for a language that is not Chinese."""
    texts = [Path(name).read_text("utf-8") for name in sys.argv[1:]]
    kinds = ("simplified GB18030", "traditional GB18030", "Big5", "damaged UTF-8")
    print(f"| characters | by | {' | '.join(kinds)} |\n|---|---|{'---|' * len(kinds)}")
    for length in LENGTHS:
        drawn = list(cases(texts, length))
        for name, find in FINDERS.items():
            right, wrong, total = Counter[str](), Counter[str](), Counter[str]()
            for kind, data, expected in drawn:
                found = FAMILIES.get((find(data) or "").lower(), "")
                total[kind] += 1
                right[kind] += found == expected
                wrong[kind] += found not in ("", expected)
            shares = (f"{right[kind] / total[kind]:.0%} / {wrong[kind] / total[kind]:.0%}" for kind in kinds)
            print(f"| {length} | {name} | {' | '.join(shares)} |")


if __name__ == "__main__":
    main()
