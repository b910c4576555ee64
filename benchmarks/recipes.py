"""The ladder from `seed` to `default`: every recipe trained on one text, and how well each predicts another.

Usage: python benchmarks/recipes.py SEG VECTORS VALIDATION TEST [--epochs 3] [--models FOLDER] [ROW ...]

Without ROW all are trained. With --models the models are kept there; one that is there already is not trained again.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ZHGEN = (sys.executable, "-m", "zhgen")
ROWS = {
    "seed": ("seed",),
    "mse": ("mse",),
    "cosine": ("cosine",),
    "vmf": ("vmf",),
    "contrastive-centred": ("default", "--table", "centred"),
    "contrastive-whitened": ("default", "--table", "whitened"),
    "softmax": ("softmax",),
    "default": ("default",),
}
"""The recipe and the options of each row."""

_OWN_EPOCHS = ("seed",)  # its epochs are of ten windows


def figures(model: Path, test: str) -> list[str]:
    """Return what stands in a row of the table: epochs, seconds of training, and figures on the test text."""
    epochs = list(csv.DictReader((model / "history.csv").open(encoding="utf-8")))
    printed = subprocess.run((*ZHGEN, "evaluate", str(model), test, "--json", "-q"), capture_output=True, check=True).stdout
    found = json.loads(printed)
    return [
        epochs[-1]["epoch"],
        f"{float(epochs[-1]['seconds']):,.0f}",
        f"{found['perplexity']:,.1f}",
        f"{found['bits_per_char']:.2f}",
        f"{found['top1']:.1%}",
        f"{found['top5']:.1%}",
        f"{found['top1_cosine']:.1%}",
    ]


def main() -> None:
    """Train, evaluate and print a table, a row as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("seg", "vectors", "validation", "test"):
        parser.add_argument(name)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--epochs", default="3")
    parser.add_argument("--models", type=Path)
    given = parser.parse_args()
    print("| row | epochs | seconds | perplexity | bits/char | top-1 | top-5 | top-1 by cosine alone |\n" + "|---" * 8 + "|")
    with tempfile.TemporaryDirectory() as folder:
        for row in given.rows or ROWS:
            model = (given.models or Path(folder)) / row
            if not model.exists():
                recipe, *options = ROWS[row]
                if row not in _OWN_EPOCHS:
                    options += ["--epochs", given.epochs, "--validation", given.validation]
                command = (
                    *ZHGEN,
                    "train",
                    given.seg,
                    "--vectors",
                    given.vectors,
                    "-o",
                    str(model),
                    "--recipe",
                    recipe,
                    *options,
                )
                subprocess.run(command, check=True)
            print("| " + " | ".join([row, *figures(model, given.test)]) + " |", flush=True)


if __name__ == "__main__":
    main()
