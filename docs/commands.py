"""Writes the help of every command into docs/commands.md.

Usage: python docs/commands.py [--check]   (--check only says whether the file is up to date)
"""

import os
import subprocess
import sys
from pathlib import Path

COMMANDS = ("segment", "embed", "train", "generate", "next", "write", "evaluate", "similar", "map", "info", "lab")
PAGE = Path(__file__).with_name("commands.md")
HEAD = """# Commands

This page is written by `make docs` from what `--help` prints.

Every option can also stand in the environment (`ZHGEN_TRAIN_EPOCHS=4`) or in `zhgen.toml` in the folder you are in
(`epochs = 4` under `[train]`); an option goes before the environment, and that before the file.

Exit codes: 0 done, 1 failed, 2 refused (bad options or bad input), 3 some of many things failed (lines of a batch, say), 130
interrupted. Text goes to stdout, everything else to stderr.
"""


def help_of(*arguments: str) -> str:
    """Return what a command prints with --help."""
    command = (sys.executable, "-m", "zhgen", *arguments, "--help")
    environment = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8", env=environment).stdout


def page() -> str:
    """Return what docs/commands.md should hold."""
    blocks = [f"\n## zhgen\n\n```\n{help_of()}```\n"]
    blocks += [f"\n## zhgen {name}\n\n```\n{help_of(name)}```\n" for name in COMMANDS]
    return HEAD + "".join(blocks)


def main() -> None:
    """Write the page, or say that it is out of date."""
    expected = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(expected, "utf-8")
    elif PAGE.read_text("utf-8") != expected:
        sys.exit("docs/commands.md is out of date: make docs")


if __name__ == "__main__":
    main()
