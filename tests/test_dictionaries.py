"""`zhgen segment --check-dict` and `zhgen segment --suggest-names`."""

from pathlib import Path

import pytest

PALACE = Path(__file__).parents[1] / "data" / "palace.txt"


class TestCheck:
    """`--check-dict`."""

    def test_a_clean_dictionary(self, zhgen, tmp_path):
        """Nothing goes to stdout, a line says how many entries there are, and the exit code is 0."""
        (tmp_path / "own.txt").write_text("宝玉 5 nr\n黛玉\n", "utf-8")
        assert zhgen("segment", "--check-dict", "own.txt") == (0, "", "own.txt: 2 entries, nothing to mend\n")

    def test_what_is_to_be_mended_goes_to_stdout(self, zhgen, tmp_path, snapshot):
        """Each finding is a line with file, number and the line to write; the exit code is that of bad input."""
        (tmp_path / "own.txt").write_text("宝玉\n黛玉\t5\n玉\n", "utf-8")
        before = snapshot(tmp_path)
        code, stdout, stderr = zhgen("segment", "--check-dict", "own.txt")
        assert code == 2
        assert stdout == (
            "own.txt:2: has tabs between its fields, as LTP and ansj write them; write: 黛玉 5\n"
            "own.txt:3: is one character, which is cut alone without it; leave it out\n"
        )
        assert stderr == (
            "zhgen: own.txt has 2 things to mend. To write it mended, type: "
            "zhgen segment --check-dict own.txt -o own.mended.txt\n"
        )
        assert snapshot(tmp_path) == before

    def test_writes_it_mended(self, zhgen, tmp_path):
        """With -o what was asked for is done: the mended dictionary is written, has nothing to mend, and the exit code is 0."""
        (tmp_path / "own.txt").write_text("宝玉\n黛玉\t5\n玉\n", "utf-8")
        code, stdout, stderr = zhgen("segment", "--check-dict", "own.txt", "-o", "out/fixed.txt")
        assert (code, stdout.count("\n"), stderr) == (0, 2, "out/fixed.txt: 2 entries, 2 things mended\n")
        assert (tmp_path / "out" / "fixed.txt").read_text("utf-8") == "宝玉\n黛玉 5\n"
        assert zhgen("segment", "--check-dict", "out/fixed.txt")[0] == 0

    @pytest.mark.parametrize("kind", ["empty", "jpeg", "directory", "missing"])
    def test_what_is_no_dictionary_is_refused(self, refuses, bad_inputs, kind):
        """What cannot be read is refused by name."""
        assert str(bad_inputs[kind]) in refuses("segment", "--check-dict", bad_inputs[kind])

    def test_what_does_not_go_together_is_refused(self, refuses, tmp_path):
        """A text beside the dictionary, the dictionary as its own output, and stdout as output are refused."""
        (tmp_path / "own.txt").write_text("黛玉\t5\n", "utf-8")
        assert refuses("segment", "own.txt", "--check-dict", "own.txt").startswith("--check-dict is about a dictionary alone.")
        assert refuses("segment", "--check-dict", "own.txt", "-o", "own.txt").startswith("own.txt is the input.")
        assert refuses("segment", "--check-dict", "own.txt", "-o", "-").startswith("What is to be mended goes to stdout.")

    def test_without_anything_to_do(self, refuses):
        """Neither a text nor a dictionary is refused as a missing argument."""
        assert refuses("segment") == "Missing argument 'INPUT...'. Type: zhgen segment --help"


class TestSuggest:
    """`--suggest-names`."""

    def test_a_draft_is_used_as_it_is(self, zhgen, tmp_path):
        """A draft stands beside its text, has nothing to mend, and with it the names come out whole."""
        (tmp_path / "palace.txt").write_bytes(PALACE.read_bytes())
        code, stdout, stderr = zhgen("segment", "palace.txt", "--suggest-names")
        assert (code, stdout) == (0, "")
        assert stderr.splitlines()[-1] == (
            "palace.names.txt: 10 names. Delete the lines that are none, then type: "
            "zhgen segment palace.txt --user-dict palace.names.txt"
        )
        assert zhgen("segment", "--check-dict", "palace.names.txt")[0] == 0
        code, _, stderr = zhgen("segment", "palace.txt", "--user-dict", "palace.names.txt")
        assert code == 0
        assert "Dictionary: 10 of 10 entries came out: 素笺 224, 太后 1" in stderr
        assert " 素笺 " in (tmp_path / "palace.seg.txt").read_text("utf-8")

    def test_from_stdin_to_stdout(self, run_zhgen, tmp_path, snapshot):
        """A text from a pipe gives the same draft on stdout, and no file is written."""
        process = run_zhgen("segment", "-", "--suggest-names", "-q", cwd=tmp_path, stdin=PALACE.read_bytes())
        assert (process.returncode, process.stderr) == (0, b"")
        assert process.stdout.decode().split("\n")[2].startswith("素笺 224 nr  # 224: …")
        assert snapshot(tmp_path) == {}

    def test_never_replaces_a_draft_unasked(self, refuses, tmp_path):
        """A draft that is there may have been edited: the default is refused before the text is read."""
        (tmp_path / "a.txt").write_text("今天学习\n", "utf-8")
        (tmp_path / "a.names.txt").write_text("宝玉\n", "utf-8")
        assert refuses("segment", "a.txt", "--suggest-names").startswith("a.names.txt is there already")

    def test_a_text_without_names_is_refused(self, refuses, tmp_path):
        """Where nothing is found nothing is written."""
        (tmp_path / "a.txt").write_text("今天学习\n", "utf-8")
        assert refuses("segment", "a.txt", "--suggest-names").startswith("No names were found in a.txt")

    def test_a_draft_in_a_folder_is_no_text(self, zhgen, tmp_path):
        """A folder's texts are cut without the drafts that stand beside them."""
        (tmp_path / "texts").mkdir()
        (tmp_path / "texts" / "a.txt").write_text("今天学习\n", "utf-8")
        (tmp_path / "texts" / "a.names.txt").write_text("宝玉\n", "utf-8")
        code, stdout, _ = zhgen("segment", "texts", "-o", "-", "-q")
        assert (code, stdout) == (0, "今天 学习\n")
