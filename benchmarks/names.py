"""How many names of a text `zhgen segment --suggest-names` finds, and how often they are cut whole with its draft and without.

Usage: python benchmarks/names.py TEXT NAMES

NAMES are words with white space between. An occurrence is whole when the name is a word, or lies in a longer word that is
among NAMES or in the draft: 宝玉 in 贾宝玉.
"""

import sys
import time
from pathlib import Path

from zhgen.corpus.dictionary import parse_dictionary
from zhgen.corpus.segmenter import Segmenter
from zhgen.names.draft import WholeTally, draft_dictionary


def share_whole(segmenter: Segmenter, paragraphs: list[str], names: list[str], known: set[str]) -> float:
    """Return which share of the occurrences of names is whole."""
    tally = WholeTally(names, known)
    for paragraph in paragraphs:
        tally.add(segmenter.words(paragraph))
    return tally.whole.total() / tally.occurrences.total()


def main() -> None:
    """Draft, cut with the draft and without, and print a table."""
    paragraphs = [line.strip() for line in Path(sys.argv[1]).read_text("utf-8").split("\n") if line.strip()]
    names = Path(sys.argv[2]).read_text("utf-8").split()
    started, processor = time.monotonic(), time.process_time()
    text, number = draft_dictionary(lambda: paragraphs, sys.argv[1])
    seconds, processor = time.monotonic() - started, time.process_time() - processor
    dictionary = parse_dictionary(text.split("\n"), "draft")
    drafted = {entry.word for entry in dictionary.entries}
    print(f"{len(drafted & set(names))} of {len(names)} names are among {number} suggestions", end=", ")
    print(f"made in {seconds:.1f} s ({processor:.1f} s of a processor)\n")
    print("| dictionary | occurrences of the names cut whole |\n|---|---|")
    print(f"| none | {share_whole(Segmenter(long_text=True), paragraphs, names, drafted):.1%} |")
    print(f"| the draft | {share_whole(Segmenter(dictionary, long_text=True), paragraphs, names, drafted):.1%} |")


if __name__ == "__main__":
    main()
