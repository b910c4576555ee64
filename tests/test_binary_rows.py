"""The rows of the binary form."""

import struct

import pytest

from zhgen.errors import RefusedError
from zhgen.vectors import binary_rows
from zhgen.vectors.binary import read_vectors


class TestNewlines:
    """The first row tells whether rows end with a newline."""

    @staticmethod
    def row(word, number, end=b"\n"):
        """Return a row of one number."""
        return word + b" " + struct.pack("<f", number) + end

    def test_a_newline_that_is_missing(self, write_bytes):
        """Where the first row ends with a newline and another does not, bytes were lost: the row is named."""
        with pytest.raises(RefusedError, match="row 2 does not end with a newline as the first does"):
            read_vectors(write_bytes(b"3 1\n", self.row(b"a", 1), self.row(b"b", 2, b""), self.row(b"c", 3)))

    def test_a_newline_that_is_one_too_many(self, write_bytes):
        """Where rows end without a newline, one at the end of the file is refused."""
        with pytest.raises(RefusedError, match="goes on for 1 byte after"):
            read_vectors(write_bytes(b"2 1\n", self.row(b"a", 1, b""), self.row(b"b", 2)))

    def test_a_word_without_an_end(self, write_bytes, monkeypatch):
        """A word longer than any is refused, though a space would follow some time."""
        monkeypatch.setattr(binary_rows, "LONGEST_WORD", 1000)
        assert len(read_vectors(write_bytes(b"1 1\n", self.row(b"x" * 1000, 1))).table.words[0]) == 1000
        with pytest.raises(RefusedError, match="row 1 of 1 has no word"):
            read_vectors(write_bytes(b"1 1\n", self.row(b"x" * 1001, 1)))
