"""Seconds and peak memory of every command of the pipeline on a text, each as a whole process.

Usage: python benchmarks/pipeline.py TEXT [OPTION FOR TRAIN ...]
"""

import os
import sys
import tempfile
import time
from pathlib import Path

ZHGEN = (sys.executable, "-m", "zhgen")


def measure(*arguments: str) -> tuple[float, float]:
    """Run a zhgen command and return its seconds and its peak memory in MB."""
    started = time.monotonic()
    process = os.posix_spawn(sys.executable, (*ZHGEN, *arguments), os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.monotonic() - started
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"zhgen {arguments[0]} failed")
    return seconds, usage.ru_maxrss / 1024  # kB on Linux


def main() -> None:
    """Measure the four commands and print a table."""
    text, *train_options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        seg, vectors, model = (str(Path(folder) / name) for name in ("text.seg.txt", "text.vectors.bin", "model"))
        commands = (
            ("segment", text, "-o", seg),
            ("embed", seg, "-o", vectors),
            ("train", seg, "--vectors", vectors, "-o", model, *train_options),
            ("generate", model, "-n", "200"),
        )
        rows = [(command[0], *measure(*command)) for command in commands]
    print("| command | seconds | peak memory, MB |\n|---|---|---|")
    for name, seconds, megabytes in rows:
        print(f"| {name} | {seconds:.1f} | {megabytes:,.0f} |")


if __name__ == "__main__":
    main()
