"""The command `zhgen`: its help, and how it ends."""

import errno
import importlib
import json
import os
import subprocess
import sys

import pytest

from zhgen import __version__
from zhgen.cli import application
from zhgen.cli.application import COMMANDS, run
from zhgen.errors import RefusedError, ZhgenError

HEAVY = ["gensim", "jieba", "keras", "matplotlib", "numpy", "rich", "tensorflow"]


def test_help_is_light(tmp_path):
    """`zhgen --help` and the help of every command print usage and exit 0 without any heavy library, however often asked."""
    code = """
import contextlib, io, json, sys
from zhgen.cli.application import COMMANDS, run
said = {}
for arguments in ([], *([command] for command in COMMANDS)):
    with contextlib.redirect_stdout(io.StringIO()) as stdout:
        code = run([*arguments, "--help"])
    said[" ".join(arguments)] = code, stdout.getvalue()
print(json.dumps({"said": said, "modules": sorted(sys.modules)}))
"""
    process = subprocess.run((sys.executable, "-c", code), cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    result = json.loads(process.stdout)
    assert [name for name in HEAVY if name in result["modules"]] == []
    assert list(result["said"]) == ["", *COMMANDS]
    for name, (code, text) in result["said"].items():
        assert code == 0
        assert text.startswith(f"Usage: zhgen {name}".rstrip())
    assert all(f"  {command} " in result["said"][""][1] for command in COMMANDS)


def test_the_module_is_the_command(run_zhgen, tmp_path):
    """`python -m zhgen` is the command: its help and its version on stdout, exit 0; a refusal on stderr, exit 2."""
    shown = run_zhgen("--help", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert shown.stdout.startswith(b"Usage: zhgen [OPTIONS] COMMAND")
    version = run_zhgen("--version", cwd=tmp_path)
    assert (version.returncode, version.stdout.decode()) == (0, f"zhgen, version {__version__}\n")
    refused = run_zhgen("train", "红楼.seg.txt", "--vectors", "v", "-o", "m", cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert refused.stderr.decode() == "zhgen: There is no file 红楼.seg.txt. Check the name and the folder you are in.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="closes a stream with a shell of Unix")
@pytest.mark.parametrize(("closed", "shown"), [(">&-", "stderr"), ("2>&-", "stdout")])
def test_a_closed_output_stops_nothing(tmp_path, closed, shown):
    """With stdout or stderr closed a command does its work, and what goes to the other comes."""
    (tmp_path / "a.txt").write_text("今天天气好。\n", "utf-8")
    command = f"{sys.executable} -m zhgen segment a.txt {'-o -' if shown == 'stdout' else ''} {closed}"
    process = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)  # noqa: S602  ours
    assert process.returncode == 0
    assert {"stdout": process.stdout, "stderr": process.stderr}[shown]
    assert (tmp_path / "a.seg.txt").exists() == (shown == "stderr")


def test_a_command_that_does_not_exist_is_refused(refuses):
    """A mistyped command is named, with how to see those that there are."""
    said = refuses("generat")
    assert "'generat'" in said
    assert said.endswith("Type: zhgen --help")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (RefusedError("It is cut short.", "Make it again."), 2, "zhgen: It is cut short. Make it again.\n"),
        (ZhgenError("It failed.", "Try again."), 1, "zhgen: It failed. Try again.\n"),
        (KeyboardInterrupt(), 130, "zhgen: Interrupted.\n"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            1,
            "zhgen: Writing failed (No space left on device). Nothing was left half-written; make room and try again.\n",
        ),
    ],
)
def test_errors_are_sentences_and_exit_codes(monkeypatch, capsys, error, code, said):
    """What can go wrong ends in one line on stderr and the exit code that was promised for it."""

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(application._Commands, "invoke", fail)
    assert run(["info", "x"]) == code
    stdout, stderr = capsys.readouterr()
    assert (stdout, stderr.lstrip("\n")) == ("", said)


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "denied"), ZeroDivisionError()])
def test_a_defect_is_not_hidden(monkeypatch, error):
    """An error of our own making is a traceback, not a sentence that blames the user."""

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(application._Commands, "invoke", fail)
    with pytest.raises(type(error)):
        run(["info", "x"])


def test_an_exit_of_another_cause_goes_on():
    """Only the exit that click makes of a broken pipe is turned into 0."""
    with pytest.raises(SystemExit):
        application._leave(SystemExit(3))


@pytest.mark.parametrize(("command", "smaller"), [("info", "file"), ("write", "file"), ("generate", "file or --batch-size")])
def test_what_is_short_of_memory_says_what_would_need_less(zhgen, monkeypatch, command, smaller):
    """--batch-size is named where it is an option of the command alone."""

    def fail(*_, **__):
        raise MemoryError

    monkeypatch.setattr(importlib.import_module(f"zhgen.cli.{command}").command, "callback", fail)
    said = f"zhgen: There is not enough memory. Close other programs, or give a smaller {smaller}.\n"
    assert zhgen(command, "model") == (1, "", said)
