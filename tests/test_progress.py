"""What long work says while it goes on."""

import pytest

from zhgen import progress
from zhgen.progress import SILENT, LineReporter, TerminalReporter


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until its list's only value is changed."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_silent_says_nothing(capfd):
    """The base reporter writes to neither stdout nor stderr."""
    SILENT.say("0")
    SILENT.warn("1")
    with SILENT.track("2", 3, "words") as task:
        task.advance(4, "5")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("make", [LineReporter, TerminalReporter])
def test_messages_go_to_stderr_as_they_are(capsys, make):
    """A message is one line on stderr, however long, and what looks like markup is left as it is."""
    reporter = make()
    reporter.say("[red]红楼梦[/red] :smile: " + "长" * 300)
    reporter.warn("two words")
    assert capsys.readouterr() == ("", "[red]红楼梦[/red] :smile: " + "长" * 300 + "\nWarning: two words\n")


def test_a_line_now_and_then(capsys, clock):
    """Lines come five seconds apart at most often, with what is done, the speed, the time left and the note."""
    with LineReporter().track("train", 1000, "pieces") as task:
        task.advance(100)
        clock[0] += 4.9
        task.advance(100)
        assert capsys.readouterr().err == ""
        clock[0] += 0.1
        task.advance(50, "loss 2.5")
        assert capsys.readouterr().err == "train: 250 of 1,000 pieces, 50/s, 15 s left, loss 2.5\n"
        clock[0] += 5
        task.advance(1250)
        assert capsys.readouterr() == ("", "train: 1,500 of 1,000 pieces, 150/s, 0 s left\n")


def test_a_line_without_a_total(capsys, clock):
    """Where nobody knows the total neither it nor the time left is shown."""
    with LineReporter().track("segment", None, "characters") as task:
        clock[0] += 10
        task.advance(20_000)
    assert capsys.readouterr().err == "segment: 20,000 characters, 2,000/s\n"


def test_a_line_before_anything_is_done(capsys, clock):
    """With nothing done there is no speed to tell the time left from, and no division by zero."""
    with LineReporter().track("embed", 3, "epochs") as task:
        clock[0] += 5
        task.advance(0)
    assert capsys.readouterr().err == "embed: 0 of 3 epochs, 0/s\n"


@pytest.mark.parametrize("total", [None, 10])
def test_a_bar_writes_nothing_to_stdout(capsys, total):
    """The bar lives on stderr, and titles and notes with brackets in them do not upset it."""
    with TerminalReporter().track("[segment]", total, "[words]") as task:
        task.advance(3, "[/note]")
        task.advance(4)
    assert capsys.readouterr().out == ""


def test_tracking_lets_errors_through(capsys):
    """An exception in the block is not swallowed."""
    for reporter in (SILENT, LineReporter(), TerminalReporter()):
        with pytest.raises(ZeroDivisionError), reporter.track("a", 1, "b"):
            raise ZeroDivisionError
