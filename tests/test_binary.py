"""Files of vectors: the binary word2vec format, as a whole."""

import gzip
import re
import shutil
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.errors import RefusedError
from zhgen.vectors.binary import read_header, read_vectors, write_vectors
from zhgen.vectors.table import Table
from zhgen.wording import counted

SHARED = Path(__file__).parents[2] / "shared" / "vectors"

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6).filter(lambda word: not any(map(str.isspace, word)))
numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)


def row(word, *vector, end=b""):
    """Return a row of a file: the word as bytes, a space, the numbers, and the line's end of the C tool if given."""
    return word + b" " + struct.pack(f"<{len(vector)}f", *vector) + end


def shared(name):
    """Return the path of a file made by the original C tool, or skip the test."""
    if not (SHARED / name).is_file():
        pytest.skip(f"needs {name}, made by word2vec's C tool, which is not part of the project")
    return SHARED / name


@pytest.fixture
def path(tmp_path):
    """Return where a file of vectors may be written."""
    return tmp_path / "vectors.bin"


@pytest.fixture
def make(path):
    """Return a function that writes bytes and returns their path."""

    def written(*parts):
        path.write_bytes(b"".join(parts))
        return path

    return written


@st.composite
def tables(draw):
    """Draw a table that a file can hold: no word twice, no row of zeros."""
    size = draw(st.integers(1, 4))
    chosen = draw(st.lists(words, min_size=1, max_size=8, unique=True))
    vector = st.lists(numbers, min_size=size, max_size=size).filter(any)
    vectors = draw(st.lists(vector, min_size=len(chosen), max_size=len(chosen)))
    return Table(tuple(chosen), np.array(vectors, dtype=np.float32))


class TestWrite:
    """What is written is read, by us and by gensim."""

    def test_every_byte(self, path):
        """Two words in two dimensions are one line and two rows without line ends, as gensim writes them."""
        write_vectors(path, Table(("红", "b"), np.arange(1, 5, dtype=np.float32).reshape(2, 2)))
        assert path.read_bytes() == b"2 2\n" + row("红".encode(), 1, 2) + row(b"b", 3, 4)

    def test_gensim_writes_the_same_bytes(self, path, tmp_path):
        """save_word2vec_format makes the same file of the same table."""
        vectors = np.arange(1, 13, dtype=np.float32).reshape(4, 3)
        write_vectors(path, Table(("的", "了", "</s>", "宝玉"), vectors))
        other = KeyedVectors(3)
        other.add_vectors(["的", "了", "</s>", "宝玉"], vectors)
        other.save_word2vec_format(str(tmp_path / "gensim.bin"), binary=True, sort_attr="unsorted")
        assert path.read_bytes() == (tmp_path / "gensim.bin").read_bytes()

    @given(table=tables())
    @settings(deadline=None, max_examples=150)
    def test_round_trip(self, table, tmp_path_factory):
        """Any table is read back with the same words in the same order and the same bits, by our reader and by gensim's."""
        path = tmp_path_factory.getbasetemp() / "round-trip.bin"
        write_vectors(path, table)
        reading = read_vectors(path)
        theirs = KeyedVectors.load_word2vec_format(str(path), binary=True)
        assert reading.table.words == table.words == tuple(theirs.index_to_key)
        assert reading.table.vectors.tobytes() == table.vectors.tobytes() == theirs.vectors.tobytes()
        assert (reading.rows, reading.dropped) == (len(table.words), {})

    def test_a_word_of_any_length_is_read_back(self, path):
        """jieba makes one word of a long run of Latin letters; five thousand of them are a word like any other."""
        write_vectors(path, Table(("x" * 5000, "y"), np.ones((2, 2), np.float32)))
        assert read_vectors(path).table.words == ("x" * 5000, "y")

    @pytest.mark.parametrize(
        "wrong",
        [("a", "a"), ("a", ""), ("a", "b c"), ("a", "b\u3000c"), ("a", "b\n")],
        ids=["twice", "empty", "sp", "id", "lf"],
    )
    def test_what_the_format_cannot_hold_is_not_written(self, path, wrong):
        """A word twice, an empty one or one with white space raises, and leaves no file behind."""
        with pytest.raises(ValueError, match="word"):
            write_vectors(path, Table(wrong, np.ones((2, 2), np.float32)))
        assert list(path.parent.iterdir()) == []

    def test_a_word_that_would_not_be_read_is_not_written(self, path, monkeypatch):
        """The longest word that is written is the longest that is read."""
        monkeypatch.setattr("zhgen.vectors.binary.LONGEST_WORD", 6)
        write_vectors(path, Table(("红楼",), np.ones((1, 2), np.float32)))
        with pytest.raises(ValueError, match="not a word: '红楼梦'"):
            write_vectors(path, Table(("红楼梦",), np.ones((1, 2), np.float32)))
        assert read_vectors(path).table.words == ("红楼",)

    def test_other_number_types_are_written_as_float32(self, path):
        """A big-endian table of float64 comes out as little-endian float32."""
        write_vectors(path, Table(("a",), np.array([[1, 2]], dtype=">f8")))
        assert path.read_bytes() == b"1 2\n" + row(b"a", 1, 2)


class TestRead:
    """Both dialects are read."""

    def test_a_newline_after_each_vector(self, make):
        """A file as the C tool writes it has the table of one as gensim writes it."""
        reading = read_vectors(make(b"2 2\n", row(b"</s>", 1, 2, end=b"\n"), row("红".encode(), 3, 4, end=b"\n")))
        assert reading.table.words == ("</s>", "红")
        assert reading.table.vectors.tolist() == [[1, 2], [3, 4]]
        assert reading.table.vectors.dtype == np.float32
        assert (reading.rows, reading.dropped, reading.describe_dropped()) == (2, {}, "")

    def test_a_vector_that_looks_like_a_row(self, make):
        """Numbers whose bytes are newlines and spaces are numbers."""
        vector = struct.unpack("<2f", b"\n \n  \n \n")
        for end in (b"", b"\n"):
            reading = read_vectors(make(b"2 2\n", row(b"a", *vector, end=end), row(b"b", *vector, end=end)))
            assert reading.table.words == ("a", "b")
            assert reading.table.vectors.tobytes() == b"\n \n  \n \n" * 2

    @pytest.mark.parametrize("header", [b"1 2\r\n", b"1\t2\n", b"01  2 \n"])
    def test_headers_of_other_programs(self, make, header):
        """A header may end in CRLF, and its counts may stand further apart."""
        assert read_vectors(make(header, row(b"a", 1, 2))).table.words == ("a",)
        assert read_header(make(header, row(b"a", 1, 2))) == (1, 2)

    def test_only_the_words_asked_for(self, make):
        """Words that are not kept are left out without being counted as dropped."""
        path = make(b"3 1\n", row(b"a", 1), row(b"b", 2), row(b"c", 3))
        reading = read_vectors(path, keep={"a", "c", "d"})
        assert reading.table.words == ("a", "c")
        assert reading.table.vectors.tolist() == [[1], [3]]
        assert (reading.rows, reading.dropped) == (3, {})

    def test_none_of_the_words_asked_for(self, make):
        """A file with usable rows, one that is not, and none that is wanted gives an empty table: nothing is wrong with it."""
        reading = read_vectors(make(b"2 1\n", row(b"a", 1), row(b"\xe7", 2)), keep={"d"})
        assert reading.table.words == ()
        assert reading.table.vectors.shape == (0, 1)

    @pytest.mark.corpora
    def test_a_file_of_the_c_tool(self):
        """The table of a novel made by the C tool is the one gensim reads, with nothing dropped."""
        path = shared("红楼梦.c-tool.vectors.bin")
        reading = read_vectors(path)
        theirs = KeyedVectors.load_word2vec_format(str(path), binary=True)
        assert reading.rows == len(reading.table.words) == read_header(path)[0]
        assert reading.table.words == tuple(theirs.index_to_key)
        assert reading.table.words[0] == "</s>"
        assert reading.table.vectors.tobytes() == theirs.vectors.tobytes()
        assert reading.dropped == {}

    @pytest.mark.corpora
    def test_a_word_the_c_tool_cut(self):
        """The C tool cuts words at 98 bytes: the row whose word ends inside a character and that of U+3000 are counted."""
        path = shared("c-overlong-word.vectors.bin")
        assert path.read_bytes().count(b"\n\xe3\x80\x80 ") == 1
        reading = read_vectors(path)
        assert reading.dropped == {"not UTF-8 (cut inside a character)": 1, "empty or with white space": 1}
        assert len(reading.table.words) == reading.rows - 2 == 1165
        assert reading.describe(Path(path.name)) == (
            "c-overlong-word.vectors.bin: 1,165 words in 16 dimensions; "
            "dropped: 1 not UTF-8 (cut inside a character), 1 empty or with white space"
        )


class TestDropped:
    """Rows that cannot be used are left out and counted."""

    def test_each_reason(self, make):
        """Of ten rows three are usable: seven are counted, by reason, and the first of two equal words is kept."""
        nan, infinite = float("nan"), float("inf")
        rows = [
            row("红".encode(), 1, 2),
            row("红".encode(), 3, 4),
            row("红".encode()[:2], 5, 6),
            row(b"", 7, 8),
            row("　".encode(), 9, 10),
            row(b"nan", nan, 11),
            row(b"inf", 12, -infinite),
            row(b"zero", 0, -0.0),
            row(b"half zero", 0, 1).replace(b"half zero", b"half-zero"),
            row("楼".encode(), 13, 14),
        ]
        reading = read_vectors(make(b"10 2\n", *rows))
        assert reading.table.words == ("红", "half-zero", "楼")
        assert reading.table.vectors.tolist() == [[1, 2], [0, 1], [13, 14]]
        assert reading.dropped == {
            "seen twice": 1,
            "not UTF-8 (cut inside a character)": 1,
            "empty or with white space": 2,
            "with NaN or infinite numbers": 2,
            "with zeros alone": 1,
        }
        assert reading.rows == len(reading.table.words) + sum(reading.dropped.values())
        assert reading.describe(Path("v.bin")) == (
            "v.bin: 3 words in 2 dimensions; dropped: 1 not UTF-8 (cut inside a character), 2 empty or with white space, "
            "1 seen twice, 2 with NaN or infinite numbers, 1 with zeros alone"
        )

    def test_empty_words_make_a_file_no_shorter_than_allowed(self, make):
        """A file whose words are one letter and none is whole, though it is as short as it can be."""
        reading = read_vectors(make(b"2 1\n", row(b"a", 1), row(b"", 2)))
        assert reading.table.words == ("a",)
        assert reading.dropped == {"empty or with white space": 1}

    @pytest.mark.parametrize("bad", [row(b"\xe7\xba", 1), row(b"", 1), row(b"a", 0), row(b"a", float("nan"))])
    def test_a_file_without_a_usable_row_is_refused(self, make, bad):
        """When all was dropped the file is refused and the way out is told."""
        with pytest.raises(RefusedError, match=r"No row of .* can be used\. .*zhgen embed"):
            read_vectors(make(b"1 1\n", bad))


class TestDamaged:
    """What is wrong with a file is refused, by name and with sizes."""

    @pytest.mark.parametrize("end", [b"", b"\n"], ids=["gensim", "C"])
    def test_every_truncation(self, make, end):
        """A file cut at any byte is refused; only the C tool's last newline may be missing."""
        whole = b"3 2\n" + b"".join(row(word.encode(), 1, 2, end=end) for word in ("红", "ab", "楼梦"))
        read = [length for length in range(len(whole) + 1) if self.is_read(make(whole[:length]))]
        assert read == ([len(whole) - 1, len(whole)] if end else [len(whole)])

    @staticmethod
    def is_read(path):
        """Return whether a file is read; any exception but a refusal goes on."""
        try:
            reading = read_vectors(path)
        except RefusedError as error:
            assert error.remedy  # noqa: PT017  every refusal tells the way out, not one of them
            return False
        assert reading.table.words == ("红", "ab", "楼梦")
        return True

    def test_a_header_that_promises_too_much(self, make):
        """A header alone that claims 99,999,999 rows of 200 are refused at once: no memory is asked for."""
        path = make(b"99999999 200\n")
        tracemalloc.start()
        try:
            with pytest.raises(RefusedError, match="for 99,999,999 rows of 200 numbers it needs"):
                read_vectors(path)
            assert tracemalloc.get_traced_memory()[1] < 1_000_000
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("rest", [b"\n", b"x", b"\n\n", b"\nab", row(b"c", 1, 2)], ids=repr)
    def test_trailing_bytes(self, make, rest):
        """A file that goes on after its last row is refused with the number of bytes, but for one newline."""
        path = make(b"1 2\n", row(b"a", 1, 2), rest)
        if rest == b"\n":
            assert read_vectors(path).table.words == ("a",)
            return
        with pytest.raises(RefusedError, match=f"goes on for {counted(len(rest), 'byte')} after its 1 row of 2 numbers"):
            read_vectors(path)

    @pytest.mark.parametrize(
        "content",
        [
            b"\n",
            b"2\n",
            b"0 2\n",
            b"2 0\n",
            b"-1 2\nabc",
            b"a b\n",
            b"1 2",
            b"1 1000000000\n",
            b"\xef\xbb\xbf1 2\n",
            b"\x80\x04",
        ],
        ids=repr,
    )
    def test_no_header(self, make, content):
        """A file that does not begin with two counts and a line's end is refused, whatever else it is, with a way out."""
        path = make(content)
        for read in (read_vectors, read_header):
            with pytest.raises(RefusedError, match=re.escape(str(path)) + r" is .*not a word2vec file") as refused:
                read(path)
            assert refused.value.remedy

    def test_empty_and_missing(self, make, path):
        """An empty file and one that is not there are refused by name."""
        with pytest.raises(RefusedError, match=r"There is no file"):
            read_vectors(path)
        with pytest.raises(RefusedError, match="is empty"):
            read_vectors(make(b""))
        with pytest.raises(RefusedError, match="is a directory"):
            read_header(path.parent)

    def test_a_row_without_a_word(self, make):
        """Where no space follows to end a word the row is named."""
        with pytest.raises(RefusedError, match="row 2 of 2 has no word"):
            read_vectors(make(b"2 1\n", row(b"a", 1), b"bbbbbbb"))

    def test_a_row_that_ends_early(self, make):
        """Where a long word leaves too few bytes for its numbers the row is named."""
        with pytest.raises(RefusedError, match="it ends in row 2 of 2"):
            read_vectors(make(b"2 2\n", row(b"a", 1, 2), b"bbbbbbbbbbbb 123"))


class TestLimit:
    """The first rows of a file, alone or beside the words that are kept."""

    ROWS = (row(b"a", 1), row(b"b", 2), row(b"c", 3), row(b"d", 4))

    def test_the_first_rows(self, make):
        """With a limit of two the first two of four rows are read, and the file's four rows are told."""
        reading = read_vectors(make(b"4 1\n", *self.ROWS), limit=2)
        assert (reading.table.words, reading.table.vectors.tolist(), reading.rows) == (("a", "b"), [[1], [2]], 4)

    def test_words_beside_the_first_rows(self, make):
        """Words to keep come beside the first rows, wherever they stand; in the file's order, each once."""
        path = make(b"4 1\n", *self.ROWS)
        assert read_vectors(path, keep={"d", "a"}, limit=2).table.words == ("a", "b", "d")
        assert read_vectors(path, keep={"d", "a"}, limit=0).table.words == ("a", "d")

    @pytest.mark.parametrize("limit", [4, 5, 10**12])
    def test_a_limit_beyond_the_file(self, make, limit):
        """A limit that the file does not reach is none."""
        assert read_vectors(make(b"4 1\n", *self.ROWS), limit=limit).table.words == ("a", "b", "c", "d")

    def test_what_follows_is_not_read(self, make):
        """Rows that are not wanted may be damaged when nothing is looked for in them, and are refused when something is."""
        path = make(b"4 1\n", *self.ROWS, b"trailing")
        assert read_vectors(path, limit=3).table.words == ("a", "b", "c")
        with pytest.raises(RefusedError, match="goes on for 8 bytes"):
            read_vectors(path, keep={"c"}, limit=3)

    def test_dropped_rows_count_as_rows(self, make):
        """Of the first two rows one cannot be used: one word is read and one is counted."""
        reading = read_vectors(make(b"3 1\n", row(b"a", 0), row(b"b", 2), row(b"c", 3)), limit=2)
        assert (reading.table.words, reading.dropped) == (("b",), {"with zeros alone": 1})


class TestGzip:
    """Gzipped files are the files that are in them."""

    def test_a_gzipped_file(self, make):
        """A gzipped file has the table of the file in it, and says what it is."""
        reading = read_vectors(make(gzip.compress(b"2 1\n" + row(b"a", 1) + row(b"b", 2))))
        assert (reading.table.words, reading.form) == (("a", "b"), "binary word2vec format, gzipped")

    def test_gzipped_text(self, make):
        """The name tells nothing: text in gzip is read from a file called vectors.bin."""
        reading = read_vectors(make(gzip.compress(b"1 2\na 0.5 1\n")))
        assert (reading.table.vectors.tolist(), reading.form) == ([[0.5, 1]], "text word2vec format, gzipped")

    def test_trailing_bytes(self, make):
        """What goes on after its rows is refused in a gzipped file too."""
        with pytest.raises(RefusedError, match="goes on for at least 3 bytes after its 1 row of"):
            read_vectors(make(gzip.compress(b"1 1\n" + row(b"a", 1) + b"xyz")))

    def test_a_header_that_promises_too_much(self, make):
        """A header of 99,999,999 rows in a gzip file of a few bytes is refused before memory is asked for."""
        tracemalloc.start()
        try:
            with pytest.raises(RefusedError, match=r"cannot unpack to more than 16,777,\d\d\d"):
                read_vectors(make(gzip.compress(b"99999999 200\n")))
            assert tracemalloc.get_traced_memory()[1] < 1_000_000
        finally:
            tracemalloc.stop()

    def test_a_bomb_in_the_rows(self, make):
        """Forty megabytes of rows that are all alike, in 60 kB, are refused with little memory, and so is one endless word."""
        rows = (row(b"", *range(100)) * 100_000, b"x" * 40_000_000)
        for content in rows:
            path = make(gzip.compress(b"100000 100\n" + content, 1)[:-8])
            tracemalloc.start()
            try:
                with pytest.raises(RefusedError):
                    read_vectors(path)
                assert tracemalloc.get_traced_memory()[1] < 4 * path.stat().st_size + 64_000_000
            finally:
                tracemalloc.stop()


class TestBothForms:
    """The two forms and the two dialects give the same table."""

    @given(table=tables())
    @settings(deadline=None, max_examples=60)
    def test_round_trip_through_gensim(self, table, tmp_path_factory):
        """What gensim writes, in binary or as text, is read with the same words and bits, gzipped or not."""
        path = tmp_path_factory.getbasetemp() / "gensim.vectors"
        theirs = KeyedVectors(table.vector_size)
        theirs.add_vectors(list(table.words), table.vectors)
        for binary in (True, False):
            theirs.save_word2vec_format(str(path), binary=binary, sort_attr="unsorted")
            packed = path.with_suffix(".gz")
            packed.write_bytes(gzip.compress(path.read_bytes(), 1))
            for made in (path, packed):
                reading = read_vectors(made)
                assert reading.table.words == table.words
                assert reading.table.vectors.tobytes() == table.vectors.tobytes()

    def test_the_c_tool_reads_what_is_written(self, path, tmp_path):
        """A program that reads as the C tool's `distance` does finds the words and the numbers that were written."""
        compiler = shutil.which("cc")
        if compiler is None:
            pytest.skip("needs a C compiler")
        program, source = tmp_path / "reader", tmp_path / "reader.c"
        source.write_text(C_READER)
        subprocess.run([compiler, "-o", program, source], check=True)
        write_vectors(path, Table(("</s>", "宝玉", "林黛玉"), np.arange(1, 10, dtype=np.float32).reshape(3, 3) / 8))
        printed = subprocess.run([program, path], check=True, capture_output=True).stdout.decode()
        assert printed == "</s> 0.125 0.25 0.375\n宝玉 0.5 0.625 0.75\n林黛玉 0.875 1 1.125\n"


C_READER = r"""
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  const long long longest = 50;
  long long words, size, row, place;
  FILE *file = fopen(argv[1], "rb");
  if (fscanf(file, "%lld", &words) != 1 || fscanf(file, "%lld", &size) != 1) return 1;
  char *word = malloc(longest + 1);
  for (row = 0; row < words; row++) {
    place = 0;
    while (1) {
      word[place] = fgetc(file);
      if (feof(file) || word[place] == ' ') break;
      if (place < longest && word[place] != '\n') place++;
    }
    word[place] = 0;
    printf("%s", word);
    for (place = 0; place < size; place++) {
      float number;
      if (fread(&number, sizeof(float), 1, file) != 1) return 1;
      printf(" %g", number);
    }
    printf("\n");
  }
  return fgetc(file) != EOF;
}
"""
"""How the C tool's `distance` goes through a file: newlines before a word are passed over."""


class TestWhereGensimIsNotStrict:
    """What gensim 4.4 reads without a word, or writes so that nobody can read it, is counted or refused here."""

    def test_a_duplicate(self, make):
        """gensim leaves a word that is no word and a row of zeros; here the second row is counted and left out."""
        path = make(b"3 1\n", row(b"a", 1), row(b"a", 2), row(b"b", 3))
        theirs = KeyedVectors.load_word2vec_format(str(path), binary=True)
        assert None in theirs.index_to_key or len(theirs.index_to_key) < 3
        reading = read_vectors(path)
        assert (reading.table.words, reading.dropped) == (("a", "b"), {"seen twice": 1})

    def test_not_a_number(self, make):
        """gensim gives NaN back; here it is counted and left out."""
        path = make(b"2 1\n", row(b"a", float("nan")), row(b"b", 3))
        assert np.isnan(KeyedVectors.load_word2vec_format(str(path), binary=True)["a"]).any()
        assert read_vectors(path).dropped == {"with NaN or infinite numbers": 1}

    def test_trailing_bytes(self, make):
        """gensim does not look at what follows the last row; here it is refused."""
        path = make(b"1 1\n", row(b"a", 1), b"more")
        assert KeyedVectors.load_word2vec_format(str(path), binary=True).index_to_key == ["a"]
        with pytest.raises(RefusedError, match="goes on for 4 bytes"):
            read_vectors(path)

    def test_a_space_in_a_word(self, path):
        """gensim writes a word with a space, and what it wrote is another table; here it is not written."""
        theirs = KeyedVectors(1)
        theirs.add_vectors(["New York", "b"], np.array([[1], [2]], np.float32))
        theirs.save_word2vec_format(str(path), binary=True)
        with pytest.raises(RefusedError):
            read_vectors(path)
        with pytest.raises(ValueError, match="not a word: 'New York'"):
            write_vectors(path, Table(("New York", "b"), np.array([[1], [2]], np.float32)))


def test_gensim_is_not_needed():
    """Reading and writing vectors imports neither gensim nor TensorFlow."""
    code = "import sys, zhgen.vectors.binary; print({'gensim', 'tensorflow', 'keras'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"
