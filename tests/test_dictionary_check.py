"""The check of a user dictionary."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus.dictionary import parse_dictionary, read_dictionary
from zhgen.corpus.dictionary_check import Finding, check_dictionary, check_lines
from zhgen.errors import RefusedError


def test_a_clean_dictionary_has_no_findings():
    """Entries, remarks and blank lines are written as they are."""
    lines = ("# mine", "", "宝玉 5 nr  # him", "黛玉")
    check = check_lines(lines)
    assert (check.findings, check.lines, check.entries) == ((), lines, 2)


def test_findings_have_the_number_of_the_line():
    """A line is counted as an editor counts it; its remark stays with what is written for it."""
    check = check_lines(["# mine", "", "宝玉\t5  # him", "黛玉", "玉"])
    assert [finding.line for finding in check.findings] == [3, 5]
    assert check.findings[0].repaired == ("宝玉 5",)
    assert str(check.findings[0]).endswith("; write: 宝玉 5")
    assert str(check.findings[1]).endswith("; leave it out")
    assert check.lines == ("# mine", "", "宝玉 5  # him", "黛玉")


def test_of_a_word_that_comes_twice_the_last_stays():
    """The earlier line is the one to leave out, as it is to jieba; it is told whether the two say the same."""
    check = check_lines(["宝玉 5", "黛玉", "宝玉 7", "黛玉"])
    assert check.findings == (
        Finding(1, "'宝玉' stands in line 3 otherwise (宝玉 7), which is what counts", ()),
        Finding(2, "'黛玉' stands in line 4 again", ()),
    )
    assert check.lines == ("宝玉 7", "黛玉")


class TestFile:
    """Dictionaries in files."""

    def test_of_another_encoding(self, tmp_path):
        """GBK with CRLF is named once for the file, and written as UTF-8 with LF."""
        path = tmp_path / "own.txt"
        path.write_bytes("贾宝玉 5 nr\r\n林黛玉 7 nr\r\n薛宝钗 9 nr\r\n王熙凤 nr\r\n".encode("gbk"))
        check = check_dictionary(path)
        assert [(finding.line, finding.repaired) for finding in check.findings] == [(0, None), (0, None)]
        assert "GB18030" in str(check.findings[0])
        assert "CR" in str(check.findings[1])
        check.write(tmp_path / "fixed.txt")
        assert (tmp_path / "fixed.txt").read_bytes() == "贾宝玉 5 nr\n林黛玉 7 nr\n薛宝钗 9 nr\n王熙凤 nr\n".encode()

    def test_with_a_mark(self, tmp_path):
        """A byte order mark is named for the file."""
        path = tmp_path / "own.txt"
        path.write_bytes("\ufeff宝玉\n".encode())
        assert [str(finding) for finding in check_dictionary(path).findings] == [
            "begins with a byte order mark, which dictionaries do without"
        ]

    def test_of_which_nothing_is_left_is_not_written(self, tmp_path):
        """A dictionary without one word in it is refused, and no file appears."""
        path = tmp_path / "own.txt"
        path.write_text("玉\n,,,\n", "utf-8")
        with pytest.raises(RefusedError, match="No entry is left to write"):
            check_dictionary(path).write(tmp_path / "fixed.txt")
        assert [found.name for found in tmp_path.iterdir()] == ["own.txt"]


@given(st.lists(st.text(st.sampled_from("宝玉 \t,、#05nrN/▁。"), max_size=9), max_size=6))
@settings(deadline=None, max_examples=300)
def test_a_mended_dictionary_is_clean_and_can_be_used(lines):
    """Whatever the lines, what is written has nothing to mend, and `segment` takes it."""
    check = check_lines(lines)
    again = check_lines(check.lines)
    assert (again.findings, again.lines) == ((), check.lines)
    assert len(parse_dictionary(check.lines, "fixed.txt").entries) == check.entries


def test_what_is_written_is_read(tmp_path):
    """The file that is written is a dictionary with the entries counted."""
    path = tmp_path / "fixed.txt"
    check = check_lines(["宝玉\t5", "New York\t5"])
    check.write(path)
    assert [str(entry) for entry in read_dictionary(path).entries] == ["宝玉 5", "New York 5"]
