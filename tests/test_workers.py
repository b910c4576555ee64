"""Cutting in several processes."""

import contextlib
import io
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from zhgen.corpus import workers
from zhgen.corpus.segmented import stream_segmented, write_segmented
from zhgen.corpus.workers import cut_in_order
from zhgen.errors import RefusedError, ZhgenError

IDENTITY = {"engine": "characters", "version": "0", "hmm": True, "dictionary_sha256": None}


class Characters:
    """A segmenter that needs nothing loaded: every character is a word."""

    identity, dictionary = IDENTITY, None

    def words(self, paragraph):
        """Return the characters."""
        return list(paragraph)


class Killed(Characters):
    """Its process is killed by a paragraph."""

    def words(self, paragraph):  # noqa: ARG002  it comes to none
        """Kill the process that was started to cut."""
        assert multiprocessing.parent_process() is not None
        os._exit(9)


class Failing(Characters):
    """It cannot cut 7."""

    def words(self, paragraph):
        """Fail at 7."""
        if "7" in paragraph:
            raise RefusedError("There is a 7 in the text.", "Take it out.")
        return list(paragraph)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """Batches of some characters, so that a small text is many."""
    monkeypatch.setattr(workers, "_BATCH", 10)


@pytest.fixture(autouse=True)
def no_process_is_left():
    """Every test ends the processes it started."""
    yield
    assert multiprocessing.active_children() == []


def test_the_same_lines_in_the_same_order():
    """Two processes give what one gives, paragraphs longer than a batch among them, and one that is shorter."""
    paragraphs = [str(number) * (1 + number % 30) for number in range(60)]
    expected = [(paragraph, " ".join(paragraph)) for paragraph in paragraphs]
    assert list(cut_in_order(paragraphs, Characters())) == expected
    assert list(cut_in_order(paragraphs, Characters(), 2)) == expected


def test_no_more_is_read_than_is_being_cut():
    """When the first paragraph is there only three batches for each process were read."""
    read = []
    with contextlib.closing(cut_in_order((read.append(n) or "0123456789" for n in range(1000)), Characters(), 2)) as cut:
        assert next(cut) == ("0123456789", "0 1 2 3 4 5 6 7 8 9")
    assert len(read) == 6


def test_a_process_that_is_killed_is_told_in_a_sentence(tmp_path):
    """The error says the way out, and nothing is left of what was to be written."""
    with pytest.raises(ZhgenError) as caught:
        write_segmented([("a", io.BytesIO(b"0\n"))], tmp_path / "a.seg.txt", Killed(), workers=2)
    assert str(caught.value).endswith("Try again with --workers 1.")
    assert caught.value.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_fails_fails_here(tmp_path):
    """What goes wrong in a process is raised as it is, and nothing is left of what was to be written."""
    text = "".join(f"{number}\n" for number in range(100)).encode()
    with pytest.raises(RefusedError, match=r"^There is a 7 in the text\. Take it out\.$"):
        write_segmented([("a", io.BytesIO(text))], tmp_path / "a.seg.txt", Failing(), workers=2)
    assert list(tmp_path.iterdir()) == []


def test_a_text_that_is_refused_ends_the_processes():
    """Bad bytes in the middle of a text are refused as without processes."""
    with pytest.raises(RefusedError, match=r"^bad is not .*byte 220, line 21"):
        stream_segmented([("bad", io.BytesIO(b"0123456789\n" * 20 + b"\xff\n"))], io.BytesIO(), Characters(), workers=2)


def test_the_interrupt_is_for_this_process_alone(monkeypatch):
    """The processes are started with Ctrl-C ignored, and here it stays as it was."""
    seen = []
    submit = workers.ProcessPoolExecutor.submit

    def observed(self, *arguments):
        seen.append(signal.getsignal(signal.SIGINT))
        return submit(self, *arguments)

    monkeypatch.setattr(workers.ProcessPoolExecutor, "submit", observed)
    before = signal.getsignal(signal.SIGINT)
    assert list(cut_in_order(["01"], Characters(), 2)) == [("01", "0 1")]
    assert (seen, signal.getsignal(signal.SIGINT)) == ([signal.SIG_IGN], before)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads /proc, which is of Linux")
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_by_the_command_when_it_is_interrupted_or_killed(run_zhgen, tmp_path, kind):
    """Ctrl-C, which all processes get, ends in one word and leaves no file; and no process outlives one that is killed."""
    (tmp_path / "long.txt").write_text(("我们都是读书人，今天学习语文。" * 20 + "\n") * 20_000, "utf-8")
    process = run_zhgen.start("segment", "long.txt", "--workers", 2, cwd=tmp_path)
    children = f"/proc/{process.pid}/task/{process.pid}/children"
    deadline = time.monotonic() + 30
    found = ""
    while len(found.split()) < 3 and time.monotonic() < deadline:  # two that cut and one that looks after them
        time.sleep(0.05)
        found = Path(children).read_text("utf-8")
    if kind == signal.SIGINT:
        for number in found.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(number), kind)
    process.send_signal(kind)
    _, stderr = process.communicate(timeout=30)
    if kind == signal.SIGINT:
        assert (process.returncode, stderr.strip()) == (130, b"zhgen: Interrupted.")
        assert [path.name for path in tmp_path.iterdir()] == ["long.txt"]
    while any(map(_is_alive, found.split())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [number for number in found.split() if _is_alive(number)] == []


def _is_alive(number):
    try:
        return Path(f"/proc/{number}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
