"""The docs say what the code does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from zhgen.corpus.segmenter import Segmenter

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")


def test_the_help_blocks_are_what_the_commands_print() -> None:
    """docs/commands.md is up to date."""
    run = subprocess.run(
        (sys.executable, str(ROOT / "docs" / "commands.py"), "--check"), capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr


def test_both_readmes_have_all_sections() -> None:
    """A newcomer finds the set-up, the commands, samples and the files, in either language."""
    english, chinese = (re.findall(r"^## (.+)$", (ROOT / readme).read_text("utf-8"), re.MULTILINE) for readme in READMES)
    assert {"Two commands", "The commands", "Lessons", "Honest samples", "The files"} <= {*english}
    assert len(english) == len(chinese)


def _tree(readme: str) -> dict[str, str]:
    """Return the paths in a README's file tree, with what is said of each."""
    block = re.search(r"```text\n(zhgen/\n.*?)```", (ROOT / readme).read_text("utf-8"), re.DOTALL)
    assert block is not None
    paths, folders = {}, []
    for line in block[1].splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name, _, role = line.strip().partition(" ")
        folders[depth:] = [name]
        paths["".join(folders)] = role.strip()
    return {path: role for path, role in paths.items() if not path.endswith("/")}


@pytest.mark.parametrize("readme", READMES)
def test_the_file_tree_names_every_module_with_its_role(readme: str) -> None:
    """A newcomer finds every file of the package in the README, and nothing that is not there."""
    tree = _tree(readme)
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "zhgen").rglob("*.py") if path.name != "__init__.py"}
    assert set(tree) == modules
    assert [path for path, role in tree.items() if not role] == []


@pytest.mark.parametrize("readme", READMES)
def test_the_links_lead_somewhere(readme: str) -> None:
    """A relative link in a README leads to a file of the project."""
    links = re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / readme).read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_counts_of_the_demo_text_are_right() -> None:
    """data/README.md states how many characters, words and distinct words palace.txt has."""
    text = (ROOT / "data" / "palace.txt").read_text("utf-8")
    segmenter = Segmenter()
    words = [word for line in text.split("\n") if line for word in segmenter.words(line)]
    stated = [
        int(number.replace(",", "")) for number in re.findall(r"\| ([\d,]+) \|", (ROOT / "data" / "README.md").read_text())
    ]
    assert stated == [len("".join(text.split())), len(words), len(set(words))]


def test_the_demo_text_is_a_tale_of_twelve_chapters() -> None:
    """The demo text is long enough to learn from, whole, and clean."""
    text = (ROOT / "data" / "palace.txt").read_text("utf-8")
    lines = [line for line in text.split("\n") if line]
    chapters = [line for line in lines if re.match(r"第[一二三四五六七八九十]+回 ", line)]
    assert len(chapters) == 12
    assert len("".join(text.split())) >= 30_000
    assert len(set(lines)) == len(lines)
    assert [line for line in lines if line.count("“") != line.count("”")] == []
    assert min(text.count(name) for name in ("素笺", "明绡", "太后", "糯儿", "想必是极好的", "倒也不负恩泽")) >= 10
