"""Bytes of a file of vectors, gzipped or not."""

import gzip
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.errors import RefusedError
from zhgen.vectors.source import MOST_UNPACKED, UNPACKED_ANYWAY, open_source


@pytest.fixture
def make(tmp_path):
    """Return a function that writes bytes and returns their path."""

    def written(content):
        path = tmp_path / "vectors.bin"
        path.write_bytes(content)
        return path

    return written


@given(content=st.binary(min_size=1, max_size=40), packed=st.booleans(), steps=st.lists(st.integers(0, 12), max_size=12))
@settings(deadline=None, max_examples=100)
def test_what_is_read_is_what_is_there(tmp_path_factory, content, packed, steps):
    """However it is looked at and read, the bytes come in their order, each once, and the position is how many have come."""
    path = tmp_path_factory.getbasetemp() / "source"
    path.write_bytes(gzip.compress(content, 1) if packed else b"." + content)
    read = b"" if packed else b"."
    with open_source(path) as source:
        source.read(len(read))
        for number, step in enumerate(steps):
            ahead = source.peek(step)
            if number % 2:
                assert source.read(step) == ahead
                read += ahead
            assert source.position == len(read)
        read += source.read(100)
    assert read == (content if packed else b"." + content)


def test_sizes(make):
    """A file tells its size; a gzipped one does not, and how much it can be follows from its own."""
    with open_source(make(b"x" * 1000)) as source:
        assert (source.packed, source.size, source.most) == (False, 1000, 1000)
    with open_source(make(gzip.compress(b"x"))) as source:
        assert (source.packed, source.size, source.most) == (True, None, UNPACKED_ANYWAY)
    content = gzip.compress(random.Random(1).randbytes(10**6))  # noqa: S311  no secrets here
    with open_source(make(content)) as source:
        assert source.most == MOST_UNPACKED * len(content) > UNPACKED_ANYWAY


def test_several_members(make):
    """Gzip files put one after the other are one file, as gunzip has it."""
    with open_source(make(gzip.compress(b"ab") + gzip.compress(b"cd"))) as source:
        assert source.read(9) == b"abcd"


def damage(content, place):
    """Return bytes with one of them turned around."""
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[:5],
        lambda whole: damage(whole, 2),
        lambda whole: damage(whole, 12),
        lambda whole: damage(whole, len(whole) - 5),
        lambda whole: whole + b"rubbish",
    ],
    ids=["cut", "cut in the header", "method", "content", "checksum", "rubbish behind"],
)
def test_a_damaged_gzip_file_is_refused(make, change):
    """A gzip file that is cut, changed or goes on with something else is refused, and the way out is told."""
    path = make(change(gzip.compress(bytes(range(256)))))
    with (
        open_source(path) as source,
        pytest.raises(RefusedError, match=r"is a gzip file that is (damaged|cut short)\. Download"),
    ):
        source.read(1000)


def test_what_unpacks_to_too_much_is_refused(make):
    """Bytes that are all alike shrink to a thousandth: after the first megabytes that is no file of vectors."""
    path = make(gzip.compress(bytes(UNPACKED_ANYWAY + 1), 1))
    with open_source(path) as source:
        source.read(UNPACKED_ANYWAY)
        with pytest.raises(RefusedError, match=r"more than 32 times its size.*Type: gunzip -k vectors\.bin"):
            source.read(1)


def test_what_is_no_file_is_refused(tmp_path):
    """A name that is nothing and a directory are refused by name."""
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(RefusedError, match=str(path)), open_source(path):
            pass
