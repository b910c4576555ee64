"""Peak memory of `zhgen train` on a text, and on one ten times as long with the same words.

The long text is the text and nine copies of it with the words shuffled in runs of three within each paragraph: the vocabulary
stays, and most sequences of words are new, as they would be in ten books. Memory does not grow with the epochs: one is trained,
for half a minute at most.

Usage: python benchmarks/memory.py SEG VECTORS [OPTION FOR TRAIN ...]
"""

import random
import sys
import tempfile
from pathlib import Path

from pipeline import measure

COPIES = 10
RUN = 3
MEMBERS = ("--members", "2")  # in so little time there would be one


def lengthen(text: Path, longer: Path) -> None:
    """Write a segmented text and its shuffled copies."""
    chance = random.Random(1)  # noqa: S311  no secrets here
    with longer.open("w", encoding="utf-8", newline="\n") as file:
        for copy in range(COPIES):
            for line in text.read_text("utf-8").split("\n")[:-1]:
                words = line.split(" ")
                runs = [words[start : start + RUN] for start in range(0, len(words), RUN)]
                if copy:
                    chance.shuffle(runs)
                file.write(" ".join(word for run in runs for word in run) + "\n")


def main() -> None:
    """Measure both and print a table."""
    text, vectors, *train_options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        longer = Path(folder) / "longer.seg.txt"
        lengthen(Path(text), longer)
        options = (
            "--vectors",
            vectors,
            "-o",
            f"{folder}/model",
            "--epochs",
            "1",
            "--max-minutes",
            "0.5",
            *MEMBERS,
            *train_options,
        )
        peaks = [measure("train", seg, *options)[1] for seg in (text, str(longer))]
    print("| text | peak memory of train, MB |\n|---|---|")
    for name, peak in zip((Path(text).name, f"{COPIES} times as long"), peaks, strict=True):
        print(f"| {name} | {peak:,.0f} |")


if __name__ == "__main__":
    main()
