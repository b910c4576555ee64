"""What encodings are called."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.errors import RefusedError
from zhgen.raw.encoding_names import find_encoding, for_iconv, spoken


class TestFinding:
    """An encoding by any of its names."""

    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("auto", "auto"),
            ("AUTO", "auto"),
            ("UTF8", "utf-8"),
            ("utf-8-sig", "utf-8"),
            ("GBK", "gbk"),
            ("cp936", "gbk"),
            ("GB18030", "gb18030"),
            ("Big5", "big5"),
            ("big5-hkscs", "big5hkscs"),
            ("UTF-16LE", "utf-16-le"),
        ],
    )
    def test_takes_the_names_that_python_knows(self, name, found):
        """Aliases and capitals make no difference."""
        assert find_encoding(name) == found

    @pytest.mark.parametrize(
        ("name", "near"),
        [("gb18300", "gb18030"), ("utf-88", "utf-8"), ("big-5", "big5"), ("????", "auto, gb18030, big5"), ("", "auto")],
    )
    def test_names_the_nearest_of_an_unknown_one(self, name, near):
        """A slip of the pen is answered with what was meant."""
        with pytest.raises(RefusedError, match=r"is no encoding of text\. Near are: ") as caught:
            find_encoding(name)
        assert near in str(caught.value)

    @pytest.mark.parametrize(
        "name", ["base64", "rot13", "hex", "zip", "idna", "punycode", "unicode_escape", "undefined", "a\0b"]
    )
    def test_refuses_what_is_no_encoding_of_text(self, name):
        """Python's codecs for other things are refused too."""
        with pytest.raises(RefusedError):
            find_encoding(name)

    @given(st.text(max_size=8))
    def test_finds_or_refuses(self, name):
        """No name makes another error, and what is found is known to Python."""
        try:
            found = find_encoding(name)
        except RefusedError:
            return
        assert found == "auto" or codecs.lookup(found)


def test_what_has_no_name_in_a_sentence_keeps_its_own():
    """The usual ones are written as people write them."""
    assert [spoken(name) for name in ("utf-8", "utf-16-le", "koi8-r")] == ["UTF-8", "UTF-16LE", "koi8-r"]


def test_names_for_iconv():
    """iconv writes the byte order without a hyphen."""
    assert [for_iconv(name) for name in ("utf-16-le", "gb18030", "cp950")] == ["UTF-16LE", "GB18030", "CP950"]
