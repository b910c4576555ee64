"""The rows of files of vectors: what is read in pieces, in every form."""

import tracemalloc

import numpy as np
import pytest

from zhgen.errors import RefusedError
from zhgen.vectors.binary import read_vectors
from zhgen.vectors.rows import Header, Rows


class TestInPieces:
    """A file is read some bytes at a time, and what stands where two pieces meet is read as all else."""

    @pytest.mark.parametrize("size", [1, 3, 7, 64])
    @pytest.mark.parametrize("form", ["gensim", "C", "text"])
    def test_pieces_of_any_size(self, write_bytes, monkeypatch, form, size):
        """Ten rows come out the same when the file is read by a few bytes."""
        words = [("楼" * (number % 4 + 1) + str(number)).encode() for number in range(10)]
        vectors = np.arange(1, 31, dtype=np.float32).reshape(10, 3)
        if form == "text":
            parts = [word + b" %d %d %d\n" % tuple(vector) for word, vector in zip(words, vectors, strict=True)]
        else:
            end = b"\n" if form == "C" else b""
            parts = [word + b" " + vector.tobytes() + end for word, vector in zip(words, vectors, strict=True)]
        monkeypatch.setattr(Rows, "chunk", size)
        reading = read_vectors(write_bytes(b"10 3\n", *parts))
        assert [word.encode() for word in reading.table.words] == words
        np.testing.assert_array_equal(reading.table.vectors, vectors)
        with pytest.raises(RefusedError, match="goes on for 2 bytes"):
            read_vectors(write_bytes(b"10 3\n", *parts, b"\nx" if form == "C" else b"xx"))

    def test_memory_is_that_of_what_is_kept(self, write_bytes):
        """Of sixteen megabytes ten rows are kept, by a limit or by words: less than eight are in memory at any time."""
        row = b" " + np.arange(1, 101, dtype=np.float32).tobytes()
        path = write_bytes(b"40000 100\n", *(b"%d" % number + row for number in range(40000)))
        for arguments in ({"limit": 10}, {"keep": {str(number) for number in range(39990, 40000)}}):
            tracemalloc.start()
            try:
                assert len(read_vectors(path, **arguments).table.words) == 10
                assert tracemalloc.get_traced_memory()[1] < 8_000_000
            finally:
                tracemalloc.stop()


def test_least_bytes():
    """Two empty words with three numbers of one digit take 13 bytes as text, 26 in binary."""
    assert Header(2, 3, text=True).least == len(b" 1 2 3\n 1 2 3")
    assert Header(2, 3).least == len(b" " + bytes(12)) * 2
