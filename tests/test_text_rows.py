"""The rows of the text form."""

import struct

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.errors import RefusedError
from zhgen.vectors.binary import read_vectors
from zhgen.vectors.text_rows import looks_like_text


class TestText:
    """The text form."""

    def test_a_line_a_word(self, write_bytes):
        """Words and numbers come as they are written; the form is told."""
        reading = read_vectors(write_bytes("2 3\n红 0.5 -1 2e-3\n</s> .25 +4 1E2\n".encode()))
        assert reading.table.words == ("红", "</s>")
        np.testing.assert_array_equal(reading.table.vectors, np.array([[0.5, -1, 2e-3], [0.25, 4, 100]], np.float32))
        assert (reading.rows, reading.dropped, reading.form) == (2, {}, "text word2vec format")

    @pytest.mark.parametrize(
        "content",
        [b"2 2\na 1 2 \nb 3 4 \n", b"2 2\r\na 1 2 \r\nb 3 4\r\n", b"2 2\na\t1\t2\nb\t3\t4\n", b"2 2\na 1 2\nb 3 4"],
        ids=["C tool and fastText", "CRLF", "tabs", "no last end"],
    )
    def test_other_programs(self, write_bytes, content):
        """Spaces at lines' ends, CRLF, tabs and a last line without an end are read alike."""
        reading = read_vectors(write_bytes(content))
        assert reading.table.words == ("a", "b")
        assert reading.table.vectors.tolist() == [[1, 2], [3, 4]]

    def test_dropped_rows(self, write_bytes):
        """Rows that cannot be used are counted as in the binary form; a word may hold spaces and is then one of them."""
        lines = (b"New York 1 2", b"\xe7\xba 1 2", b"a nan 1", b"b 1 inf", b"c 0 -0", b" 1 2", b"d 1 2", b"d 3 4", b"e 1e99 1")
        reading = read_vectors(write_bytes(b"9 2\n", b"\n".join(lines), b"\n"))
        assert (reading.table.words, reading.table.vectors.tolist()) == (("d",), [[1, 2]])
        assert reading.dropped == {
            "not UTF-8 (cut inside a character)": 1,
            "empty or with white space": 2,
            "seen twice": 1,
            "with NaN or infinite numbers": 3,
            "with zeros alone": 1,
        }

    @pytest.mark.parametrize(
        "line",
        [
            b"b 1",
            b"b 1 2x",
            b"b 1.2.3 4",
            b"b 1  2",
            b"b 1 --2",
            b"b 0x1 2",
            b"b 1_0 2",
            b"b 1\x0b2 3",
            b"b 1,5 2",
            b"b x 2",
            b"",
            b"b",
        ],
        ids=repr,
    )
    def test_a_row_that_is_none(self, write_bytes, line):
        """A row with fewer numbers, or with something that is no number, is refused by its number."""
        path = write_bytes(b"3 2\na 1 2\n", line, b"\nccc 1 2\n")
        with pytest.raises(RefusedError, match=r"row 2 is not a word and 2 numbers\. Look at that row, one line further down"):
            read_vectors(path)

    def test_two_faults_do_not_make_up_for_each_other(self, write_bytes):
        """An empty field beside one with two numbers, which other white space parts, is not a row of three numbers."""
        for line in (b"b 1.2.3  4", b"b 1\x0b2  4"):
            with pytest.raises(RefusedError, match="row 2 is not a word and 3 numbers"):
                read_vectors(write_bytes(b"2 3\na 1 2 3\n", line, b"\n"))

    def test_too_few_and_too_many_rows(self, write_bytes):
        """Lines that are missing or go on are refused with what is there."""
        with pytest.raises(RefusedError, match=r"not a text word2vec file: it has 2 of 3 rows of 1 number"):
            read_vectors(write_bytes(b"3 1\naaa 1\nbbb 2\n"))
        with pytest.raises(RefusedError, match=r"goes on for 4 bytes after its 1 row of 1 number"):
            read_vectors(write_bytes(b"1 1\na 1\nb 2\n"))
        with pytest.raises(RefusedError, match=r"for 3 rows of 9 numbers it needs 56 bytes and it has 20"):
            read_vectors(write_bytes(b"3 9\na 1 1 1 1 1 1 1 1 1\n"))

    def test_words_that_are_numbers(self, write_bytes):
        """A word may be a number: the last D fields are the vector."""
        assert read_vectors(write_bytes(b"2 2\n1998 1 2\n7 3 4\n")).table.words == ("1998", "7")

    def test_only_the_words_asked_for(self, write_bytes):
        """The numbers of other rows are not looked at."""
        reading = read_vectors(write_bytes(b"3 1\na 1\nb x\nc 3\n"), keep={"c"})
        assert (reading.table.words, reading.table.vectors.tolist()) == (("c",), [[3]])

    @given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=2, max_size=2).filter(any))
    @settings(deadline=None)
    def test_numbers_are_gensims_numbers(self, tmp_path_factory, numbers):
        """A number is read to the same bits as gensim reads it."""
        path = tmp_path_factory.getbasetemp() / "numbers.txt"
        path.write_text(f"1 2\na {numbers[0]!r} {numbers[1]:.9g}\n")
        theirs = KeyedVectors.load_word2vec_format(str(path), binary=False)
        if theirs.vectors.any():
            assert read_vectors(path).table.vectors.tobytes() == theirs.vectors.tobytes()


@pytest.mark.parametrize(
    ("sample", "size", "expected"),
    [
        (b"a 0.1 0.2\nb ", 2, True),
        (b"a 0.1 0.", 3, True),
        (b"a 0.1 0.2\n", 3, True),
        (b"a 0.1\n", 3, False),
        (b"a " + struct.pack("<2f", 0.1, 0.2), 2, False),
        (b"a 1\n" + bytes(796), 200, False),
        (b"", 2, False),
    ],
)
def test_what_looks_like_text(sample, size, expected):
    """Rows are text when the first has numbers, most of them at least; bytes that happen to begin with a digit are not."""
    assert looks_like_text(sample, size) is expected
