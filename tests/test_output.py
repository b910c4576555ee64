"""Where the texts of a batch go."""

import errno
import io
import os
from pathlib import Path

import pytest

from zhgen.batches.output import GrowingFile, check_texts_file, file_output, format_of, stream_output
from zhgen.batches.prompts import Item
from zhgen.config import GenerateSettings
from zhgen.errors import RefusedError, ZhgenError
from zhgen.generation.request import Result

MODEL = "c0ffee" * 10
ITEMS = [Item("宝玉", GenerateSettings(), name) for name in "abc"]


def _result(item):
    return Result(item, "道", ("道",), "length")


@pytest.fixture
def failing(monkeypatch):
    """Return a function that makes the second system call that writes to a file fail, half its bytes being written."""

    def fail(error):
        true_write, calls = os.write, []

        def write(descriptor, data):
            calls.append(1)
            if len(calls) == 2:
                true_write(descriptor, bytes(data)[: len(data) // 2])
                raise error
            return true_write(descriptor, data)

        monkeypatch.setattr(os, "write", write)

    return fail


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.jsonl", "jsonl"), ("a.NDJSON", "jsonl"), ("a.txt", "text"), ("a.json", "text"), ("jsonl", "text"), (None, "text")],
)
def test_the_name_says_the_form(name, kind):
    """A .jsonl or .ndjson file takes JSON lines; any other, and stdout, takes text."""
    assert format_of(Path(name) if name else None) == kind


def test_pieces_are_added(tmp_path):
    """A file is made when the first piece comes, and each piece is there as soon as it was written."""
    with GrowingFile(tmp_path / "t") as file:
        assert not (tmp_path / "t").exists()
        for piece, there in (("宝", "宝"), ("玉", "宝玉")):
            file.write(piece)
            assert (tmp_path / "t").read_text("utf-8") == there


@pytest.mark.parametrize(("kept", "there"), [(0, "c"), (2, "abc"), (3, "ab\nc")])
def test_what_is_kept_stays(tmp_path, kept, there):
    """The bytes to keep stay, what stood behind them goes, and nothing changes before a piece comes."""
    path = tmp_path / "t"
    path.write_bytes(b"ab\ncut short")
    with GrowingFile(path, kept):
        pass
    assert path.read_bytes() == b"ab\ncut short"
    with GrowingFile(path, kept) as file:
        file.write("c")
    assert path.read_text() == there


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")], ids=["^C", "full"])
def test_a_piece_that_is_cut_off_is_taken_back(tmp_path, failing, error):
    """When the writing stops within a piece the file ends with the one before, and can be added to."""
    failing(error)
    with GrowingFile(tmp_path / "t") as file:
        file.write("whole\n")
        with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else ZhgenError):
            file.write("cut short\n")
        assert (tmp_path / "t").read_text() == "whole\n"
        file.write("next\n")
    assert (tmp_path / "t").read_text() == "whole\nnext\n"


def test_a_full_disk_is_a_sentence(tmp_path, failing):
    """It names the file and what the system says."""
    failing(OSError(errno.ENOSPC, "No space left on device"))
    with GrowingFile(tmp_path / "t") as file:
        file.write("a")
        with pytest.raises(ZhgenError) as failed:
            file.write("bc")
    assert str(failed.value) == f"Writing {tmp_path / 't'} failed (No space left on device). What it holds is whole."
    assert failed.value.exit_code == 1


def test_a_file_is_gone_on_with(tmp_path):
    """With `resume` a file holds what was written before, and only that; without, it is replaced by the first text."""
    path = tmp_path / "t.jsonl"
    for items, resume in ((ITEMS[:1], False), (ITEMS[1:2], True)):
        with file_output(path, "jsonl", MODEL, resume=resume) as output:
            assert output.resumable
            for item in items:
                output.add(item, _result(item))
    with file_output(path, "jsonl", MODEL, resume=True) as output:
        assert [output.holds(item) for item in ITEMS] == [True, True, False]
    with file_output(path, "jsonl", MODEL) as output:
        assert not output.holds(ITEMS[0])
        output.add(ITEMS[2], _result(ITEMS[2]))
    assert path.read_text("utf-8").startswith('{"id": "c"')


def test_a_stream_has_each_text_at_once():
    """Every text is flushed when it is written, so that a pipe's reader has it."""

    class Stream(io.StringIO):
        flushed = ""

        def flush(self):
            self.flushed = self.getvalue()

    stream = Stream()
    output = stream_output(stream, "text", MODEL)
    assert not output.resumable
    output.add(ITEMS[0], _result(ITEMS[0]))
    assert stream.flushed == "宝玉道\n"


def test_a_file_that_is_there_is_not_lost(tmp_path):
    """It is refused unless it is to be gone on with or to be replaced."""
    path = tmp_path / "t.jsonl"
    path.write_text("x")
    with pytest.raises(RefusedError, match=r"is there already\. Add --resume to go on with it, --force to replace it"):
        check_texts_file(path, "jsonl")
    with pytest.raises(RefusedError, match=r"is there already\. Add --force to replace it, or give -o"):
        check_texts_file(path, "text")
    check_texts_file(path, "jsonl", resume=True)
    check_texts_file(path, "text", force=True)
    assert path.read_text() == "x"


def test_what_cannot_be_an_output_is_refused(tmp_path):
    """The prompts, a folder, a device, contradictions, and blocks of text to be gone on with are refused."""
    prompts = tmp_path / "p.txt"
    prompts.write_text("x")
    for path, how, said in (
        (prompts, {"force": True}, "is the input"),
        (tmp_path, {"force": True}, "is a directory"),
        (Path("/dev/null"), {"force": True}, "is a pipe or a device"),
        (tmp_path / "t", {"resume": True, "force": True}, "--resume keeps what is there, and --force replaces it"),
        (tmp_path / "t", {"resume": True}, "--resume goes with --format jsonl"),
    ):
        with pytest.raises(RefusedError, match=said):
            check_texts_file(path, "text", [prompts], **how)


def test_what_was_cut_short_goes_though_nothing_is_missing(tmp_path):
    """A file that is gone on with is whole in the end, also when no text comes."""
    path = tmp_path / "a.jsonl"
    with file_output(path, "jsonl", MODEL) as texts:
        texts.add(ITEMS[0], _result(ITEMS[0]))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20])
    with file_output(path, "jsonl", MODEL, resume=True):
        pass
    assert path.read_bytes() == whole
    with file_output(tmp_path / "b.jsonl", "jsonl", MODEL, resume=True):
        pass
    assert not (tmp_path / "b.jsonl").exists()
