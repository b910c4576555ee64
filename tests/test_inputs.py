"""Which texts a command reads."""

from pathlib import Path

import pytest

from zhgen.corpus.inputs import STDIN, are_long, default_output, find_inputs
from zhgen.errors import RefusedError
from zhgen.progress import Reporter


@pytest.fixture
def folder(tmp_path):
    """A folder of chapters, with other things in it."""
    place = tmp_path / "book"
    place.mkdir()
    for name in ("第十回.txt", "第二回.txt", "第一百二十回.TXT", ".hidden.txt", "notes.md", "old.seg.txt"):
        (place / name).write_text("红楼梦", "utf-8")
    (place / "more.txt").mkdir()
    return place


class TestFolders:
    """The texts of a folder."""

    def test_come_in_natural_order(self, folder):
        """By the numbers in their names; what is passed over is said."""
        said = []
        reporter = Reporter()
        reporter.say = said.append
        assert [path.name for path in find_inputs([folder], reporter)] == ["第二回.txt", "第十回.txt", "第一百二十回.TXT"]
        assert said == [f"Passed over in {folder}: .hidden.txt, more.txt, notes.md, old.seg.txt."]

    def test_stand_where_the_folder_was_named(self, folder, tmp_path):
        """Files before and after it keep their places, and so does stdin."""
        for name in ("a.txt", "z.txt"):
            (tmp_path / name).write_text("0")
        given = [tmp_path / "z.txt", folder, STDIN, tmp_path / "a.txt"]
        names = [path.name for path in find_inputs(given)]
        assert names == ["z.txt", "第二回.txt", "第十回.txt", "第一百二十回.TXT", "-", "a.txt"]

    def test_many_that_are_passed_over_are_counted(self, folder):
        """A long list is cut."""
        for number in range(7):
            (folder / f"{number}.md").write_text("0")
        said = []
        reporter = Reporter()
        reporter.say = said.append
        find_inputs([folder], reporter)
        assert said[0].endswith(": 0.md, 1.md, 2.md, 3.md, 4.md … and 6 more.")


class TestRefusal:
    """What cannot be read."""

    def test_a_folder_without_texts(self, folder):
        """Hidden files and segmented texts do not count."""
        for path in folder.glob("第*"):
            path.unlink()
        with pytest.raises(RefusedError, match=r"There is no \.txt file in .*book\."):
            find_inputs([folder])

    def test_an_empty_file_in_a_folder(self, folder):
        """It is named."""
        (folder / "第三回.txt").write_bytes(b"")
        with pytest.raises(RefusedError, match=r"第三回\.txt is empty"):
            find_inputs([folder])

    def test_a_file_named_twice(self, folder):
        """By itself, by another name, or by its folder."""
        path = folder / "第二回.txt"
        for given in ([path, path], [path, folder / ".." / "book" / "第二回.txt"], [folder, path], [folder, folder]):
            with pytest.raises(RefusedError, match="is named twice"):
                find_inputs(given)

    def test_stdin_named_twice(self):
        """It can be read once."""
        with pytest.raises(RefusedError, match=r"stdin is named twice\. Give - once\."):
            find_inputs([STDIN, STDIN])


def test_length(tmp_path):
    """Files are long together or one by one; what comes from stdin may be."""
    short, half, long = (tmp_path / name for name in ("short.txt", "half.txt", "long.txt"))
    for path, size in ((short, 7_000), (half, 8_000), (long, 15_000)):
        path.write_bytes(b"a" * size)
    assert [are_long(paths) for paths in ([short], [half], [short, half], [long], [STDIN])] == [False, False, True, True, True]


class TestOutput:
    """Where the result goes."""

    def test_is_named_after_the_first(self, folder, tmp_path, monkeypatch):
        """A file's stands beside it, a folder's beside the folder, that of stdin goes to stdout."""
        monkeypatch.chdir(folder)
        assert default_output([Path("第二回.txt"), STDIN]) == Path("第二回.seg.txt")
        assert default_output([folder]) == tmp_path / "book.seg.txt"
        assert default_output([Path()]) == tmp_path / "book.seg.txt"
        assert default_output([Path("more.txt/..")]) == tmp_path / "book.seg.txt"
        assert default_output([STDIN, folder]) == STDIN
