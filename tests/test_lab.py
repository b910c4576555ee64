"""`zhgen lab`."""

import json
import os
import subprocess
import sys

import pytest

from zhgen.labs import catalogue
from zhgen.labs.lesson import Lesson, Outcome

ABOUT = "It counts to the seed, which is not much of a lesson, but it is over in no time at all, and its figures are known."


def _run(seed, reporter, short, data=None):
    assert short is False
    reporter.say("counting")
    return Outcome({"seed": seed, "half": seed / 2, "data": str(data)}, {"points": [0, seed]})


COUNT = Lesson(
    name="count",
    title="a lesson that counts",
    about=ABOUT,
    source={"half": 3.5},
    run=_run,
    draw=lambda outcome, figure: figure.subplots().plot(outcome.drawing["points"]),
    seed=7,
    options=("data",),
)
PLAIN = Lesson(**{**vars(COUNT), "name": "plain", "options": ()})


@pytest.fixture(autouse=True)
def lessons(monkeypatch):
    """Put two small lessons beside the real ones; a terminal of 60 columns."""
    real = catalogue.find
    monkeypatch.setattr(catalogue, "find", lambda name: {"count": COUNT, "plain": PLAIN}.get(name) or real(name))
    monkeypatch.setenv("COLUMNS", "60")


def test_without_a_name_the_lessons_are_listed(zhgen):
    """A line each, and how to run one."""
    code, stdout, stderr = zhgen("lab")
    assert (code, stderr) == (0, "")
    assert [line.split()[0] for line in stdout.split("\n\n")[0].split("\n") if line[0] != " "] == list(catalogue.LESSONS)
    assert stdout.endswith("\n\nType: zhgen lab LESSON\n")
    assert max(map(len, stdout.split("\n"))) <= 60


def test_the_list_as_json(zhgen):
    """Names and titles, for a program."""
    code, stdout, _ = zhgen("lab", "--json")
    assert code == 0
    assert list(json.loads(stdout)["lessons"]) == list(catalogue.LESSONS)


def test_a_lesson_says_what_it_does_and_prints_its_figures(zhgen):
    """Title, sentences and table on stdout, progress on stderr; the seed is the source's."""
    code, stdout, stderr = zhgen("lab", "count")
    assert (code, stderr) == (0, "counting\n")
    assert stdout == (
        "a lesson that counts\n\n"
        "It counts to the seed, which is not much of a lesson, but it\n"
        "is over in no time at all, and its figures are known.\n\n"
        "      here  source\n"
        "seed     7\n"
        "half   3.5     3.5\n"
        "data  None\n"
    )


def test_quiet_leaves_out_the_progress_alone(zhgen):
    """-q: the same on stdout, nothing on stderr."""
    assert zhgen("lab", "count", "-q")[1:] == (zhgen("lab", "count")[1], "")


def test_json_is_one_document_and_nothing_else(zhgen):
    """Lesson, figures and source; another seed gives other figures."""
    code, stdout, stderr = zhgen("lab", "count", "--json", "--seed", 4)
    assert (code, stderr) == (0, "counting\n")
    assert json.loads(stdout) == {
        "lesson": "count",
        "figures": {"seed": 4, "half": 2.0, "data": "None"},
        "source": {"half": 3.5},
    }


def test_a_picture_is_drawn(zhgen, tmp_path):
    """-o writes it, in a folder that is made, and says where it is."""
    code, stdout, stderr = zhgen("lab", "count", "-o", "pictures/a.svg", "--json")
    assert (code, stderr) == (0, "counting\npictures/a.svg: the picture\n")
    assert json.loads(stdout)["lesson"] == "count"
    assert (tmp_path / "pictures" / "a.svg").read_bytes().startswith(b"<?xml")


def test_a_narrow_terminal_gets_the_figures_below_one_another(zhgen, monkeypatch):
    """Nothing is broken where the table has no room."""
    monkeypatch.setenv("COLUMNS", "16")
    assert zhgen("lab", "count")[1].endswith("half\n  here  3.5\n  source  3.5\ndata\n  here  None\n")


def test_an_option_of_one_lesson_reaches_it(zhgen):
    """--data goes to the lesson that has it."""
    assert "data  here" in zhgen("lab", "count", "--data", "here")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cuont",), "There is no lesson cuont. There are adder, "),
        (("wav",), "There is no lesson wav. Did you mean wave?"),
        (("plain", "--data", "x"), "The lesson plain has no --data. Leave it out."),
        (("count", "--seed", -1), "--seed must be at least 0. Received: -1."),
        (("count", "--seed", 2**32), "--seed must be at most 4294967295. Received: 4294967296."),
        (("count", "--seed", "x"), "'x' is not a valid integer"),
        (("count", "-o", "a.pdf"), "a.pdf does not end in .svg or .png."),
        (("count", "-o", "-"), "- does not end in .svg or .png."),
        (("-o", "a.svg"), "-o is for a lesson, and none was named"),
        (("--seed", 3), "--seed is for a lesson, and none was named"),
        (("--data", "x"), "--data is for a lesson, and none was named"),
        (("count", "wave"), "unexpected extra argument"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_runs(refuses, arguments, said):
    """A sentence, exit 2, nothing printed, nothing written."""
    assert said in refuses("lab", *arguments)


def test_a_place_where_nothing_can_be_written_is_refused_before_anything_runs(refuses, tmp_path):
    """A folder of the picture's name, or a file where its folder should be."""
    (tmp_path / "a.svg").mkdir()
    (tmp_path / "file").write_text("")
    assert "is a directory" in refuses("lab", "count", "-o", "a.svg")
    assert "Nothing can be written" in refuses("lab", "count", "-o", "file/a.svg")


def test_a_reader_that_has_gone_is_no_failure(tmp_path):
    """`zhgen lab | head -1` ends without a complaint."""
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        (sys.executable, "-m", "zhgen", "lab"), stdout=write, stderr=subprocess.PIPE, cwd=tmp_path, check=False
    )
    os.close(write)
    assert (process.returncode, process.stderr) == (0, b"")
