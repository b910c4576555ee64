"""Seconds and peak memory of cutting a text into words: by jieba, by rjieba, and by jieba in two processes, each in turn.

Every figure is a process from start to end, the loading of the engine included. The order changes from round to round; how many
times as fast as jieba a way is, is the median over the rounds. Peak memory is that of the largest process.

Usage: python benchmarks/segmenting.py TEXT [ROUNDS]
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from zhgen.corpus.segmented import open_segmented

WAYS = {
    "jieba": ("--engine", "jieba"),
    "rjieba": ("--engine", "rjieba"),
    "jieba, 2 processes": ("--engine", "jieba", "--workers", "2"),
}


def cut(text: str, output: Path, options: tuple[str, ...]) -> tuple[float, float]:
    """Cut a text by the command line and return the seconds and the peak memory of its largest process in MB."""
    started = time.monotonic()
    command = (sys.executable, "-m", "zhgen", "segment", text, "-o", str(output), "-q", *options)
    process = os.posix_spawn(sys.executable, command, os.environ)
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"zhgen segment {' '.join(options)} failed")
    return time.monotonic() - started, usage.ru_maxrss / 1024  # kB on Linux


def differing(one: Path, other: Path) -> tuple[int, int]:
    """Return how many paragraphs two segmented texts of one text have, and how many of them differ."""
    pairs = list(zip(open_segmented(one).paragraphs(), open_segmented(other).paragraphs(), strict=True))
    return len(pairs), sum(words != others for words, others in pairs)


def main(text: str, rounds: int = 3) -> None:
    """Cut in every way in every round and print a table."""
    characters = len(Path(text).read_text("utf-8"))
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    memory = dict.fromkeys(WAYS, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        outputs = {way: Path(folder) / f"{number}.seg.txt" for number, way in enumerate(WAYS)}
        for number in range(rounds):
            for way in list(WAYS) if number % 2 == 0 else list(WAYS)[::-1]:
                taken, peak = cut(text, outputs[way], WAYS[way])
                seconds[way].append(taken)
                memory[way] = max(memory[way], peak)
        compared = {way: differing(outputs["jieba"], outputs[way]) for way in WAYS}
    print("| | seconds, median | characters/s | times as fast as jieba | paragraphs that differ | peak MB |")
    print("|---|---|---|---|---|---|")
    for way, taken in seconds.items():
        median = statistics.median(taken)
        ratio = statistics.median(base / mine for base, mine in zip(seconds["jieba"], taken, strict=True))
        total, others = compared[way]
        speed = f"{median:.2f} | {characters / median:,.0f} | {ratio:.2f}"
        print(f"| {way} | {speed} | {others} of {total:,} | {memory[way]:,.0f} |")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
