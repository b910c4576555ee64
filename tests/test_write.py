"""`zhgen write`."""

import io
import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest


@pytest.fixture
def talk(zhgen, tiny_model, monkeypatch):
    """Return a function that pipes lines to the command and returns its exit code, stdout and stderr."""

    def run(lines, *options):
        content = lines if isinstance(lines, bytes) else lines.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))
        return zhgen("write", tiny_model, *options)

    return run


def test_through_a_pipe(talk):
    """The text is all that goes to stdout, once, at the end; the talk goes to stderr, without prompts or colours."""
    code, stdout, stderr = talk("1\n/go 2\n/undo\n学习\n/go 1\n", "--prompt", "今天", "--greedy")
    assert (code, stdout) == (0, "今天我们学习语文\n")
    assert "no.  probability  cosine  word" in stderr
    assert "> " not in stderr
    assert "\x1b" not in stderr


@pytest.mark.parametrize("lines", ["今天\n/quit\n我们\n", "今天", "今天\r\n", "\n今天\n\n"])
def test_the_end(talk, lines):
    """Comes with /quit or with the last line, whatever its end is."""
    assert talk(lines)[:2] == (0, "今天\n")


def test_nothing_was_written(talk):
    """Then nothing is printed."""
    assert talk("/undo\n", "-q") == (
        3,
        "",
        "There is nothing to take back. Write something first.\nzhgen: 1 of the lines could not be done. The others were.\n",
    )
    assert talk("", "-q") == (0, "", "")


def test_what_was_saved_is_not_printed(talk, tmp_path):
    """Unless something came after it."""
    assert talk("今天\n/save a.txt\n", "-q")[:2] == (0, "")
    assert (tmp_path / "a.txt").read_text("utf-8") == "今天\n"
    assert talk("今天\n/save b.txt\n我们\n", "-q")[:2] == (0, "今天我们\n")
    code, stdout, stderr = talk("今天\n/save b.txt\n", "-q")
    assert (code, stdout) == (3, "今天\n")
    assert stderr.splitlines()[0] == "b.txt is there already. It was left as it is; give another name."


def test_into_a_file(talk, tmp_path, refuses, tiny_model):
    """With -o the text goes there at the end; a file that is there is refused before anything is typed."""
    assert talk("今天\n", "-o", "out.txt", "-q") == (0, "", "")
    assert (tmp_path / "out.txt").read_text("utf-8") == "今天\n"
    assert "out.txt is there already" in refuses("write", tiny_model, "-o", "out.txt")


def test_a_line_that_is_no_text(talk):
    """Is passed over and told by its number; the others are done."""
    code, stdout, stderr = talk("今天\n".encode() + b"\xff\xfe\n" + "我们\n".encode(), "-q")
    assert (code, stdout) == (3, "今天我们\n")
    assert stderr.startswith("Line 2 is not UTF-8 and is passed over.\n")


def test_with_other_words(talk, tmp_path):
    """The lexicon is swapped here too."""
    (tmp_path / "words.txt").write_text("今天\n我们\n", "utf-8")
    code, stdout, _ = talk("/go 30\n", "--lexicon", "words.txt")
    assert code == 0
    assert set(stdout) <= set("今天我们\n")


def test_what_is_refused(refuses, tiny_model):
    """Before anything is read."""
    assert "cannot come from stdin" in refuses("write", tiny_model, "--prompt", "-")
    assert "There is no model" in refuses("write", "nothing")


def test_what_the_model_cannot_do_is_refused_before_anything_is_typed(refuses, tiny_model):
    """A word to be banned that it has not, and copies of a text that it does not hold."""
    assert "--ban has '飞'" in refuses("write", tiny_model, "--ban", "飞")
    assert "--max-copy needs the text" in refuses("write", tiny_model, "--max-copy", 3)


def test_a_closed_stdin_is_refused(zhgen, tiny_model, monkeypatch):
    """There are no lines to come."""
    monkeypatch.setattr(sys, "stdin", None)
    assert zhgen("write", tiny_model)[::2] == (2, "zhgen: Stdin is closed. Give a file, or a text on the command line.\n")


def test_loops_are_told(talk):
    """Of what the model wrote, as zhgen generate tells them."""
    lines = talk("/go 60\n", "--prompt", "今天", "--greedy")[2].splitlines()
    (told,) = [line for line in lines if "times running and goes on." in line]
    assert told.startswith("Warning: From word 1 on")


def test_until_may_wait_as_long_as_it_likes(talk):
    """There is no --words here that could be less than --min-length."""
    code, stdout, _ = talk("/go 2\n", "--until", "sentence", "--min-length", 300)
    assert code == 0
    assert len(stdout) > 300


class Terminal:
    """The command on a terminal of its own."""

    def __init__(self, *arguments, cwd):
        self.master, slave = pty.openpty()
        command = [sys.executable, "-m", "zhgen", "write", *map(str, arguments)]
        environment = os.environ | {"TERM": "dumb"}
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=cwd, env=environment, start_new_session=True
        )
        os.close(slave)
        self.seen = ""

    def wait_for(self, text, meanwhile=lambda: None):
        """Read until a text was seen, and forget what was before its end. In every second of silence do something."""
        ends = time.monotonic() + 60
        content = self.seen.encode()
        while text.encode() not in content:
            assert time.monotonic() < ends, content.decode(errors="replace")
            if select.select([self.master], [], [], 1)[0]:
                content += os.read(self.master, 4096)
            else:
                meanwhile()
        before, _, after = content.partition(text.encode())
        self.seen = after.decode(errors="ignore")
        return before.decode(errors="ignore")

    def interrupt(self):
        """Press Ctrl-C."""
        os.kill(self.process.pid, signal.SIGINT)

    def type(self, text):
        """Type a line."""
        os.write(self.master, text.encode())


def test_on_a_terminal(tiny_model, tmp_path):
    """Ctrl-C stops the model and not the session, files are replaced after a yes alone, and Ctrl-D ends it."""
    terminal = Terminal(tiny_model, "--prompt", "今天", cwd=tmp_path)
    (tmp_path / "a.txt").write_text("old")
    terminal.wait_for("> ")
    terminal.type("/go 1000000\n")
    terminal.wait_for("学习")
    terminal.interrupt()
    terminal.wait_for("> ")
    terminal.type("/undo\n")
    terminal.wait_for("> ")
    terminal.type("/save a.txt\n")
    terminal.wait_for("[y/N] ")
    terminal.type("n\n")
    terminal.wait_for("left as it is")
    terminal.wait_for("> ")
    terminal.interrupt()
    # A signal between the prompt and the waiting for input is seen with the next input only: it is sent again.
    terminal.wait_for("Ctrl-D or /quit ends.", terminal.interrupt)
    terminal.wait_for("> ")
    terminal.type("\x04")
    terminal.wait_for("今天\r\n")
    assert terminal.process.wait(60) == 0
    assert (tmp_path / "a.txt").read_text() == "old"
