"""The lessons' pages show the code that runs, in English and in Chinese."""

import re
import textwrap
from pathlib import Path

import pytest

from zhgen.labs.catalogue import LESSONS

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "lessons"
NAMES = [f"{stem}{ending}" for stem in (*LESSONS, "README") for ending in (".md", ".zh.md")]
BLOCK = re.compile(r"(?:^<!-- source: (?P<source>\S+) -->\n)?^```(?P<kind>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
LARGEST_PICTURE = 200_000  # bytes


def read(name: str) -> str:
    """Return a page."""
    return (PAGES / name).read_text("utf-8")


def shows(source: str, code: str) -> bool:
    """Return whether lines of code stand in a source one after the other, all indented by as much."""
    return any(f"\n{textwrap.indent(code, ' ' * deep)}" in f"\n{source}" for deep in range(0, 20, 4))


def links(text: str) -> list[str]:
    """Return the relative links and pictures of a page."""
    return re.findall(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)", text)


def test_a_stretch_is_told_from_what_only_looks_like_one() -> None:
    """Whole lines, the same indentation taken off all of them; not a line from its middle, not with one left out."""
    source = "def f(x):\n    y = x\n\n    return y\n"
    assert shows(source, source)
    assert shows(source, "y = x\n\nreturn y\n")
    assert not shows(source, "= x\n")
    assert not shows(source, "y = x\nreturn y\n")
    assert not shows(source, "def f(x):\ny = x\n")


def test_every_lesson_has_its_pages() -> None:
    """One in English, one in Chinese, and nothing that belongs to no lesson."""
    assert sorted(path.name for path in PAGES.glob("*.md")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_code_shown_is_the_code_that_runs(name: str) -> None:
    """A block with a source is a stretch of that file as it is; one without is at least Python."""
    for block in BLOCK.finditer(read(name)):
        if block["source"]:
            source = (ROOT / block["source"]).read_text("utf-8")
            assert shows(source, block["code"]), f"{name} shows what is not in {block['source']}:\n{block['code']}"
        elif block["kind"] == "python":
            compile(block["code"], name, "exec")


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("ending", [".md", ".zh.md"])
def test_a_page_shows_code_a_run_and_a_picture(lesson: str, ending: str) -> None:
    """Each page has code of the project, a command with what it prints, and the picture the command draws."""
    text = read(f"{lesson}{ending}")
    blocks = list(BLOCK.finditer(text))
    assert [block for block in blocks if block["source"]]
    assert [block for block in blocks if block["code"].startswith(f"$ zhgen lab {lesson}")]
    assert [link for link in links(text) if link.startswith("pictures/")]


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere_and_pictures_are_small(name: str) -> None:
    """Every relative link is a file of the project; a picture is one that a page can carry."""
    found = [(PAGES / link).resolve() for link in links(read(name))]
    assert found
    assert [path for path in found if not path.exists()] == []
    assert [path for path in found if path.parent.name == "pictures" and path.stat().st_size > LARGEST_PICTURE] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".zh.md")])
def test_the_chinese_pages_are_chinese(name: str) -> None:
    """Outside the code there are more Chinese characters than Latin words, and the English page shows the same code."""
    text = read(name)
    prose = BLOCK.sub("", text)
    assert len(re.findall(r"[一-鿿]", prose)) > len(re.findall(r"[A-Za-z]{2,}", prose))
    twin = read(name.replace(".zh.md", ".md"))
    assert [block["source"] for block in BLOCK.finditer(text)] == [block["source"] for block in BLOCK.finditer(twin)]
