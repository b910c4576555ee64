"""Files and directories that appear whole or not at all."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from zhgen.errors import RefusedError
from zhgen.files import (
    TEMPORARY_PREFIX,
    atomic_directory,
    atomic_file,
    check_input_file,
    check_output,
    check_output_file,
    refuse_existing,
    sha256,
)


class OutOfPaperError(Exception):
    """Raised in the middle of writing."""


def names(folder):
    """Return the names of what is in a folder, in order."""
    return sorted(path.name for path in folder.iterdir())


def write_half(write, path, error):
    """Begin a file, or a directory with a file in it, and raise in the middle."""
    with write(path) as begun:
        if write is atomic_file:
            begun.write(b"half")
        else:
            (begun / "half").write_bytes(b"half")
        raise error


def tree(folder):
    """Return every file below a folder with its content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run_until_killed(code, folder):
    """Run Python code in `folder` until it prints a line, kill it there with SIGKILL, and return its exit status."""
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=folder, stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"half\n"
    finally:
        process.kill()
        process.stdout.close()
        status = process.wait()
    return status


def test_sha256_is_that_of_the_standard(tmp_path):
    """The hash of `abc` is the one printed in FIPS 180-4."""
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


class TestAtomicFile:
    """A file gets its name when it is finished."""

    def test_writes_the_file(self, tmp_path):
        """What was written in the block is in the file, and nothing else is in the folder."""
        with atomic_file(tmp_path / "红楼梦.txt") as file:
            file.write("红\n".encode())
            assert "红楼梦.txt" not in names(tmp_path)
        assert tree(tmp_path) == {"红楼梦.txt": "红\n".encode()}

    def test_replaces_an_older_file(self, tmp_path):
        """An older file of the name stands untouched until the new one is finished."""
        path = tmp_path / "a"
        path.write_bytes(b"old and longer")
        with atomic_file(path) as file:
            file.write(b"new")
            file.flush()
            assert path.read_bytes() == b"old and longer"
        assert tree(tmp_path) == {"a": b"new"}

    @pytest.mark.parametrize("error", [OutOfPaperError, KeyboardInterrupt, SystemExit])
    def test_leaves_nothing_when_the_block_raises(self, tmp_path, error):
        """An exception of any kind goes on its way, and leaves neither the file nor a temporary one."""
        with pytest.raises(error):
            write_half(atomic_file, tmp_path / "a", error)
        assert names(tmp_path) == []

    def test_leaves_the_older_file_when_the_block_raises(self, tmp_path):
        """A failed rewrite is as if it had not been begun."""
        (tmp_path / "a").write_bytes(b"old")
        with pytest.raises(OutOfPaperError):
            write_half(atomic_file, tmp_path / "a", OutOfPaperError)
        assert tree(tmp_path) == {"a": b"old"}

    def test_leaves_nothing_when_a_directory_has_the_name(self, tmp_path):
        """Where the file cannot get its name the temporary one is removed."""
        (tmp_path / "a").mkdir()
        with pytest.raises(OSError, match="directory"), atomic_file(tmp_path / "a") as file:
            file.write(b"whole")
        assert names(tmp_path) == ["a"]

    @pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
    def test_has_the_permissions_of_any_new_file(self, tmp_path, umask, mode):
        """The file is as readable as one made with open(), though the temporary one was private."""
        before = os.umask(umask)
        try:
            with atomic_file(tmp_path / "a") as file:
                assert os.fstat(file.fileno()).st_mode & 0o777 == 0o600
        finally:
            assert os.umask(before) == umask
        assert (tmp_path / "a").stat().st_mode & 0o777 == mode

    def test_takes_the_longest_name_there_is(self, tmp_path):
        """The temporary name is no longer than the final one can be."""
        name = "红" * 85  # 255 bytes
        with atomic_file(tmp_path / name) as file:
            file.write(b"1")
        assert tree(tmp_path) == {name: b"1"}

    def test_a_killed_process_leaves_no_half_file(self, tmp_path):
        """After SIGKILL in the middle the older file is whole, and what is left has a name of ours."""
        (tmp_path / "a").write_bytes(b"old")
        code = """
            import time
            from pathlib import Path
            from zhgen.files import atomic_file
            with atomic_file(Path("a")) as file:
                file.write(b"half")
                file.flush()
                print("half", flush=True)
                time.sleep(60)
        """
        assert run_until_killed(code, tmp_path) == -signal.SIGKILL
        assert (tmp_path / "a").read_bytes() == b"old"
        left = [name for name in names(tmp_path) if name != "a"]
        assert len(left) == 1
        assert left[0].startswith(TEMPORARY_PREFIX)


class TestAtomicDirectory:
    """A directory gets its name when all that is in it is finished."""

    def test_writes_the_directory(self, tmp_path):
        """The files of the block stand under the final name, and nothing else is in the folder."""
        with atomic_directory(tmp_path / "model") as folder:
            (folder / "0").write_bytes(b"zero")
            (folder / "1").write_bytes(b"one")
            assert "model" not in names(tmp_path)
        assert tree(tmp_path) == {"model/0": b"zero", "model/1": b"one"}

    def test_replaces_the_whole_of_an_older_directory(self, tmp_path):
        """Nothing of the older directory is left in the new one or beside it."""
        (tmp_path / "model" / "deep").mkdir(parents=True)
        (tmp_path / "model" / "deep" / "old").write_bytes(b"old")
        with atomic_directory(tmp_path / "model") as folder:
            (folder / "new").write_bytes(b"new")
        assert tree(tmp_path) == {"model/new": b"new"}
        assert names(tmp_path) == ["model"]

    @pytest.mark.parametrize("error", [OutOfPaperError, KeyboardInterrupt])
    def test_leaves_what_was_there_when_the_block_raises(self, tmp_path, error):
        """A failed rewrite leaves the older directory and nothing else."""
        (tmp_path / "model").mkdir()
        (tmp_path / "model" / "old").write_bytes(b"old")
        with pytest.raises(error):
            write_half(atomic_directory, tmp_path / "model", error)
        assert tree(tmp_path) == {"model/old": b"old"}
        assert names(tmp_path) == ["model"]

    def test_leaves_nothing_when_the_block_raises(self, tmp_path):
        """Where there was nothing there is nothing."""
        with pytest.raises(OutOfPaperError):
            write_half(atomic_directory, tmp_path / "model", OutOfPaperError)
        assert names(tmp_path) == []

    def test_does_not_replace_a_file(self, tmp_path):
        """A file of the name stays as it is, and nothing is left beside it."""
        (tmp_path / "model").write_bytes(b"mine")
        with pytest.raises(OSError, match="irectory"), atomic_directory(tmp_path / "model") as folder:
            (folder / "new").write_bytes(b"new")
        assert tree(tmp_path) == {"model": b"mine"}
        assert names(tmp_path) == ["model"]

    def test_puts_the_older_directory_back_when_the_rename_fails(self, tmp_path, monkeypatch):
        """When the new directory cannot take the name the older one has it again."""
        (tmp_path / "model").mkdir()
        (tmp_path / "model" / "old").write_bytes(b"old")
        replace = type(tmp_path).replace

        def fail_for_new(self, target):
            if (self / "new").exists():
                raise OSError("no")
            return replace(self, target)

        monkeypatch.setattr(type(tmp_path), "replace", fail_for_new)
        with pytest.raises(OSError, match=r"^no$"), atomic_directory(tmp_path / "model") as folder:
            (folder / "new").write_bytes(b"new")
        assert tree(tmp_path) == {"model/old": b"old"}
        assert names(tmp_path) == ["model"]

    def test_has_the_permissions_of_any_new_directory(self, tmp_path):
        """Others may read what they could read in a directory made with mkdir."""
        before = os.umask(0o022)
        try:
            with atomic_directory(tmp_path / "model"):
                pass
        finally:
            os.umask(before)
        assert (tmp_path / "model").stat().st_mode & 0o777 == 0o755

    def test_a_killed_process_leaves_no_half_directory(self, tmp_path):
        """After SIGKILL in the middle there is nothing under the final name."""
        code = """
            import time
            from pathlib import Path
            from zhgen.files import atomic_directory
            with atomic_directory(Path("model")) as folder:
                (folder / "config.json").write_bytes(b"{")
                print("half", flush=True)
                time.sleep(60)
        """
        assert run_until_killed(code, tmp_path) == -signal.SIGKILL
        assert [name.startswith(TEMPORARY_PREFIX) for name in names(tmp_path)] == [True]


class TestLeftovers:
    """What a killed process left is removed by the next that writes the same output, when it is old."""

    @staticmethod
    def leave(path, *, hours, directory=False):
        """Make what a process left that was killed so many hours ago."""
        if directory:
            path.mkdir()
            (path / "half").write_bytes(b"half")
        else:
            path.write_bytes(b"half")
        then = time.time() - hours * 3600
        os.utime(path, (then, then))

    def test_old_ones_of_the_same_output_go(self, tmp_path):
        """A file and a directory of yesterday's go, and only when the new output stands."""
        self.leave(tmp_path / ".zhgen-abcdefgha.txt", hours=25)
        self.leave(tmp_path / ".zhgen-0_2_4_6_a.txt", hours=25, directory=True)
        with atomic_file(tmp_path / "a.txt") as file:
            file.write(b"whole")
            assert len(names(tmp_path)) == 3
        assert names(tmp_path) == ["a.txt"]
        self.leave(tmp_path / ".zhgen-abcdefghmodel", hours=25, directory=True)
        with atomic_directory(tmp_path / "model"):
            pass
        assert names(tmp_path) == ["a.txt", "model"]

    @pytest.mark.parametrize(
        ("name", "hours"),
        [
            (".zhgen-abcdefgha.txt", 23),
            (".zhgen-abcdefghba.txt", 25),
            (".zhgen-abcdefgh", 25),
            (".zhgen-abcdefgha-txt", 25),
            ("zhgen-abcdefgha.txt", 25),
            (".zhgen-notes on a.txt", 25),
            (".zhgen-abcdefgha.txt.bak", 25),
        ],
        ids=["young", "of ba.txt", "a model moved aside", "of a-txt", "not ours", "nor this", "a copy"],
    )
    def test_all_others_stay(self, tmp_path, name, hours):
        """What somebody may still write, what is of another output, and what a person made is left alone."""
        self.leave(tmp_path / name, hours=hours)
        with atomic_file(tmp_path / "a.txt") as file:
            file.write(b"whole")
        assert names(tmp_path) == sorted(["a.txt", name])

    def test_what_a_link_leads_to_stays(self, tmp_path):
        """A link of such a name goes, and the directory that it leads to does not."""
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "diary").write_bytes(b"dear")
        link = tmp_path / ".zhgen-abcdefgha.txt"
        link.symlink_to("mine")
        os.utime(link, (0, 0), follow_symlinks=False)
        with atomic_file(tmp_path / "a.txt") as file:
            file.write(b"whole")
        assert tree(tmp_path) == {"a.txt": b"whole", "mine/diary": b"dear"}
        assert names(tmp_path) == ["a.txt", "mine"]

    @pytest.mark.parametrize("write", [atomic_file, atomic_directory])
    @pytest.mark.parametrize("name", ["a.txt", "红" * 85], ids=["short", "long"])
    def test_what_is_left_in_fact_has_such_a_name(self, tmp_path, write, name):
        """The temporary names of today are those that are removed later, of the longest outputs too."""
        with write(tmp_path / name):
            (left,) = tmp_path.iterdir()
        self.leave(left, hours=25)
        assert len(names(tmp_path)) == 2
        with write(tmp_path / name):
            pass
        assert names(tmp_path) == [name]


class TestCheckInputFile:
    """Inputs are checked before time is spent."""

    def test_takes_a_file_with_something_in_it(self, tmp_path):
        """One byte is enough."""
        (tmp_path / "a").write_bytes(b"\0")
        check_input_file(tmp_path / "a")

    def test_refuses_what_is_not_there_or_empty_or_a_directory(self, tmp_path):
        """Each refusal says what the path is and what to do."""
        (tmp_path / "empty").touch()
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        for name, message in {
            "missing": "There is no file {}. Check the name and the folder you are in.",
            "empty": "{} is empty. Give a file with text in it.",
            ".": "{} is a directory. Give the name of a file in it.",
            "loop": "{} cannot be read (Too many levels of symbolic links). Check its name and permissions.",
            "a\0b": "{} cannot be read (embedded null byte). Check its name and permissions.",
            "a" * 256: "{} cannot be read (File name too long). Check its name and permissions.",
        }.items():
            with pytest.raises(RefusedError) as caught:
                check_input_file(tmp_path / name)
            assert str(caught.value) == message.format(tmp_path / name)

    @pytest.mark.skipif(os.name != "posix", reason="needs named pipes")
    def test_refuses_a_pipe_without_reading_from_it(self, tmp_path):
        """A look at the first byte of a pipe would lose it for the reader, so a pipe is refused, and nothing blocks."""
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(RefusedError, match="pipe is a pipe or a device"):
            check_input_file(tmp_path / "pipe")

    @pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="needs /dev/fd")  # noqa: PTH112  a device folder
    def test_refuses_the_pipe_of_a_shell(self, tmp_path):
        """What `<(command)` gives is refused with all its bytes left in it."""
        reading, writing = os.pipe()
        with open(reading, "rb") as file:  # noqa: PTH123  a descriptor, not a path
            os.write(writing, b"0123")
            os.close(writing)
            with pytest.raises(RefusedError, match=r"is a pipe or a device\. Save what comes out of it as a file first\.$"):
                check_input_file(type(tmp_path)(f"/dev/fd/{reading}"))
            assert file.read() == b"0123"


class TestCheckOutput:
    """Outputs are checked before time is spent."""

    def test_makes_the_parent_and_leaves_it_empty(self, tmp_path):
        """Missing folders are made, and nothing is written to them."""
        check_output(tmp_path / "a" / "b" / "c")
        check_output_file(tmp_path / "a" / "b" / "c")
        assert names(tmp_path / "a" / "b") == []

    def test_leaves_an_older_file_alone(self, tmp_path):
        """The check changes nothing."""
        (tmp_path / "a").write_bytes(b"old")
        check_output_file(tmp_path / "a")
        assert tree(tmp_path) == {"a": b"old"}

    @pytest.mark.parametrize("check", [check_output, check_output_file])
    def test_refuses_a_parent_that_is_no_folder(self, tmp_path, check):
        """A folder that cannot be made is named, with the option that chooses another."""
        (tmp_path / "file").write_bytes(b"")
        for parent in (tmp_path / "file", tmp_path / "file" / "deeper", tmp_path / "a\0b"):
            with pytest.raises(RefusedError) as caught:
                check(parent / "out")
            assert caught.value.problem.startswith(f"Nothing can be written to {parent} (")
            assert caught.value.remedy == "Choose another output with -o."

    def test_refuses_a_directory_as_a_file(self, tmp_path):
        """A file cannot take the name of a directory."""
        with pytest.raises(RefusedError, match=r"is a directory\. Give -o the name of a file\.$"):
            check_output_file(tmp_path)

    @pytest.mark.skipif(os.name != "posix", reason="needs named pipes")
    def test_refuses_to_replace_a_pipe_or_a_device(self, tmp_path):
        """A rename over /dev/null, by one who may, would put a file in its place; it is refused."""
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(RefusedError, match=r"pipe is a pipe or a device\. Give -o the name of a file\.$"):
            check_output_file(tmp_path / "pipe")


@pytest.mark.parametrize("make", [lambda path: path.write_text("mine"), lambda path: path.mkdir()], ids=["file", "directory"])
def test_what_is_there_already_is_refused(tmp_path, make):
    """An output that nobody said may be replaced is refused by name, with the way out, and stays; a free name passes."""
    path = tmp_path / "story.txt"
    refuse_existing(path, "Give another name.")
    make(path)
    with pytest.raises(RefusedError) as caught:
        refuse_existing(path, "Give another name.")
    assert str(caught.value) == f"{path} is there already. Give another name."
    assert names(tmp_path) == ["story.txt"]
