"""Segmented texts and their sidecars."""

import hashlib
import io
import json
import tracemalloc
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus.dictionary import Dictionary, Entry, parse_dictionary
from zhgen.corpus.engines import is_installed
from zhgen.corpus.segmented import (
    SegmentedText,
    Sidecar,
    is_segmented,
    open_segmented,
    read_sidecar,
    sidecar_dictionary,
    sidecar_path,
    stream_segmented,
    write_segmented,
)
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.uses import Uses
from zhgen.corpus.whitespace import restore
from zhgen.errors import RefusedError
from zhgen.progress import Reporter

needs_rjieba = pytest.mark.skipif(not is_installed("rjieba"), reason="rjieba is installed on demand: zhgen[rjieba]")


@pytest.fixture(scope="module")
def segmenters(tmp_path_factory):
    """Segmenters by engine, with words of one's own that no engine joins."""
    own = Dictionary((Entry("阿·里"), Entry("New York"), Entry("a b"), Entry("红楼梦")), "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield {engine: Segmenter(own, engine=engine) for engine in ("jieba", "rjieba") if is_installed(engine)}


class Pairs:
    """A segmenter that cuts two characters at a time: its words can be told by eye."""

    identity = {"engine": "pairs", "version": "0", "hmm": True, "dictionary_sha256": None}  # noqa: RUF012  never changed
    dictionary = None

    def words(self, paragraph):
        """Yield pairs of characters."""
        return (paragraph[start : start + 2] for start in range(0, len(paragraph), 2))


def source(text, name="folder/novel.txt"):
    """Return a text as a source of a segmented one."""
    return name, io.BytesIO(text.encode())


def names(folder):
    """Return the names of what is in a folder, in order."""
    return sorted(path.name for path in folder.iterdir())


def sha(data):
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def path(tmp_path):
    """Where a segmented text goes."""
    return tmp_path / "novel.seg.txt"


@pytest.fixture
def written(path):
    """A segmented text of two paragraphs, three words and two, with its sidecar."""
    write_segmented([source("\u3000012345\r\n\r\n 6789\r\n")], path, Pairs())
    return path


class TestNames:
    """What the files are called."""

    @pytest.mark.parametrize(("name", "expected"), [("a.seg.txt", "a.seg.json"), ("红.楼.txt", "红.楼.json"), ("a", "a.json")])
    def test_of_the_sidecar(self, tmp_path, name, expected):
        """The sidecar stands beside the text, .json for .txt."""
        assert sidecar_path(tmp_path / name) == tmp_path / expected

    def test_of_a_segmented_text(self, tmp_path):
        """A segmented text is known by its suffix."""
        assert [is_segmented(tmp_path / name) for name in ("a.seg.txt", "a.txt", "a.seg.json")] == [True, False, False]


class TestWriting:
    """A text becomes a segmented text."""

    def test_writes_a_paragraph_a_line(self, written):
        """UTF-8, LF, one space between words; indents, blank lines and CRLF are gone."""
        assert written.read_bytes() == b"01 23 45\n67 89\n"
        assert names(written.parent) == ["novel.seg.json", "novel.seg.txt"]

    def test_says_where_it_came_from(self, path):
        """The sidecar has the sources in order, without their folders, what cut them, the counts and the hash."""
        first, second = "\ufeff012\n".encode(), b"34\r\n\r\n5\r\n"
        sources = [("folder/1.txt", io.BytesIO(first)), ("stdin", io.BytesIO(second))]
        made = write_segmented(sources, path, Pairs())
        assert json.loads(sidecar_path(path).read_text("utf-8")) == {
            "sources": [
                {"name": "1.txt", "sha256": sha(first), "encoding": "utf-8-sig", "bytes": 7},
                {"name": "stdin", "sha256": sha(second), "encoding": "utf-8", "bytes": 9},
            ],
            "segmenter": Pairs.identity,
            "dictionary": None,
            "paragraphs": 3,
            "words": 4,
            "characters": 6,
            "sha256": sha(b"01 2\n34\n5\n"),
            "clean": {},
            "conversion": {},
        }
        assert read_sidecar(path) == made

    def test_keeps_the_dictionary(self, path):
        """The text of the user dictionary is in the sidecar, and gives the same dictionary again."""
        pairs = Pairs()
        pairs.dictionary = parse_dictionary(["宝玉 5 nr", "", "黛玉"], "own.txt")
        made = write_segmented([source("0")], path, pairs)
        assert made.dictionary == "宝玉 5 nr\n黛玉\n"
        assert sidecar_dictionary(read_sidecar(path)) == pairs.dictionary

    def test_tells_how_it_goes_on(self):
        """The reporter is told of every character, paragraph by paragraph."""
        told = []

        class Task:
            def advance(self, *told_of):
                told.extend(told_of)

        class Listener(Reporter):
            @contextmanager
            def track(self, title, total, unit):
                told.append((title, total, unit))
                yield Task()

        stream_segmented([source("012\n\n3\n")], io.BytesIO(), Pairs(), Listener())
        assert told == [("segment", None, "characters"), 3, 1]

    @pytest.mark.parametrize("text", ["", "\n", "\ufeff\u3000\r\n \t\u2028\n"])
    def test_of_white_space_is_refused_and_leaves_nothing(self, path, text):
        """Without a paragraph there is no segmented text."""
        with pytest.raises(RefusedError, match=r"^There is no text in the input, only white space\."):
            write_segmented([source(text)], path, Pairs())
        assert names(path.parent) == []

    def test_that_fails_leaves_the_older_text_and_its_sidecar(self, written):
        """Bad bytes at the end of the last source change nothing on disk."""
        before = {name: (written.parent / name).read_bytes() for name in names(written.parent)}
        with pytest.raises(RefusedError, match=r"bad\.txt is not text in UTF-8, GB18030 or Big5 \(byte 2, line 2\)"):
            write_segmented([source("new"), ("bad.txt", io.BytesIO(b"0\n\xff"))], written, Pairs())
        assert {name: (written.parent / name).read_bytes() for name in names(written.parent)} == before

    def test_memory_does_not_grow_with_the_text(self):
        """Five times the text takes no more memory: what is held is one block of the file, and one paragraph."""

        class Endless(io.RawIOBase):
            def __init__(self, lines):
                self.lines = lines

            def read(self, size):
                taken = min(self.lines, size // 1001)
                self.lines -= taken
                return (b"0123456789" * 100 + b"\n") * taken

        class Sink(io.RawIOBase):
            size = 0

            def write(self, data):
                self.size += len(data)

        def measure(lines):
            sink = Sink()
            tracemalloc.start()
            try:
                made = stream_segmented([("endless", Endless(lines))], sink, Pairs())
                return tracemalloc.get_traced_memory()[1], made.characters, sink.size
            finally:
                tracemalloc.stop()

        small, large = measure(200), measure(1000)
        assert (small[1:], large[1:]) == ((200_000, 300_000), (1_000_000, 1_500_000))
        assert large[0] < small[0] + 10_000


class TestRoundTrip:
    """The words of a segmented text give the text back."""

    LINE = st.text(
        st.one_of(
            st.characters(exclude_categories=["Cs"], exclude_characters="\n\0"),
            st.sampled_from(" \t\r\u3000\u2028\x1c\x85▁9ab阿·里红楼梦New York"),
        ),
        max_size=30,
    )

    @pytest.mark.parametrize("engine", ["jieba", pytest.param("rjieba", marks=needs_rjieba)])
    @given(lines=st.lists(LINE, min_size=1, max_size=6), end=st.sampled_from(["\n", "\r\n"]))
    @settings(deadline=None, max_examples=100)
    def test_of_any_text(self, segmenters, engine, lines, end):
        """A text of any characters, control characters and line separators among them, comes back paragraph by paragraph."""
        output = io.BytesIO()
        content = end.join(["这是一句平常的话。", *lines]).encode()  # an ordinary sentence tells what encoding it is
        made = stream_segmented([("any", io.BytesIO(content))], output, segmenters[engine])
        written = output.getvalue().decode()
        paragraphs = [line.strip() for line in content.decode().split("\n") if line.strip()]
        cut = written.removesuffix("\n").split("\n")
        assert ["".join(map(restore, line.split(" "))) for line in cut] == paragraphs
        assert [line.split() for line in cut] == [line.split(" ") for line in cut]
        assert (made.paragraphs, made.characters) == (len(paragraphs), sum(map(len, paragraphs)))
        assert made.words == sum(len(line.split()) for line in cut)


def test_the_words_of_a_dictionary_are_counted_on_the_way(path):
    """How often each word of the dictionary came out is there when the text is written."""
    uses = Uses([Entry("01"), Entry("12"), Entry("99")])
    write_segmented([source("0101\n12\n")], path, Pairs(), uses=uses)
    assert (uses.counts, uses.present) == ({"01": 2, "12": 1}, {"01", "12"})


class TestOpening:
    """A segmented text is checked when it is opened."""

    def test_counts_the_words_of_each_paragraph(self, written):
        """What is kept in memory is a number a paragraph."""
        text = open_segmented(written)
        assert (text.path, text.lengths, text.words) == (written, [3, 2], 5)
        assert text.sidecar == read_sidecar(written)
        assert list(text.paragraphs()) == [["01", "23", "45"], ["67", "89"]]

    def test_takes_the_text_of_another_program(self, path):
        """Without a sidecar white space of every kind separates words, and blank lines are no paragraphs."""
        path.write_bytes("\ufeff01  23\t45 \r\n\r\n\u300067\u200889\n".encode())
        text = open_segmented(path)
        assert (text.sidecar, text.lengths) == (None, [3, 2])
        assert list(text.paragraphs()) == [["01", "23", "45"], ["67", "89"]]

    @pytest.mark.parametrize("change", [b"01 23 45\n67 8X\n", b"01 23 45\n67 89", b"01 23 45\r\n67 89\r\n"])
    def test_refuses_a_text_that_was_changed(self, written, change):
        """The hash in the sidecar is that of the text: one byte more, less or other is seen."""
        written.write_bytes(change)
        with pytest.raises(RefusedError) as caught:
            open_segmented(written)
        assert str(caught.value) == (
            f"{written} was changed after it was made: its hash is not the one in {sidecar_path(written)}. "
            "Segment the text again, or delete the .seg.json file if the change was meant."
        )
        sidecar_path(written).unlink()
        assert open_segmented(written).words == 5

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda _: "{", id="half"),
            pytest.param(lambda _: "", id="empty"),
            pytest.param(lambda _: "[1]", id="list"),
            pytest.param(lambda content: {**content, "colour": "red"}, id="another field"),
            pytest.param(lambda _: {"words": 5}, id="fields missing"),
            pytest.param(lambda content: {**content, "words": "5"}, id="text for a number"),
            pytest.param(lambda content: {**content, "dictionary": 5}, id="number for a text"),
            pytest.param(lambda content: {**content, "segmenter": []}, id="list for a table"),
            pytest.param(lambda content: {**content, "sources": None}, id="nothing for a list"),
        ],
    )
    def test_refuses_a_damaged_sidecar(self, written, change):
        """A sidecar of another form is refused by name, with what to do about it."""
        place = sidecar_path(written)
        content = change(json.loads(place.read_text("utf-8")))
        place.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        with pytest.raises(RefusedError) as caught:
            open_segmented(written)
        assert caught.value.problem.startswith(f"{place} is damaged (")
        assert caught.value.remedy == "Segment the text again, or delete that file to do without."

    def test_refuses_a_sidecar_that_is_no_text(self, written):
        """Bytes that are not UTF-8, or a directory of the name, are a damaged sidecar too."""
        place = sidecar_path(written)
        place.write_bytes(b"\xff")
        with pytest.raises(RefusedError, match="is damaged"):
            read_sidecar(written)
        place.unlink()
        place.mkdir()
        with pytest.raises(RefusedError, match="is damaged"):
            read_sidecar(written)

    def test_refuses_a_text_that_nobody_has_cut(self, path):
        """Words of more than eight characters in the mean are no words; eight is still believed."""
        path.write_bytes("红楼梦甄士隐梦 幻红楼梦甄士隐梦幻\n".encode())
        assert open_segmented(path).lengths == [2]
        path.write_bytes("红楼梦甄士隐梦幻 红楼梦甄士隐梦幻一\n".encode())
        with pytest.raises(RefusedError, match=r"is not cut into words\. Type: zhgen segment .*novel\.seg\.txt$"):
            open_segmented(path)

    def test_refuses_what_is_no_text(self, path):
        """Missing, empty, blank and badly encoded files are refused."""
        for data, message in {
            None: "There is no file",
            b"": "is empty",
            "\n \u3000\n".encode(): "There is no text in .*, only white space",
            "红 楼\n".encode("gbk"): r"is not UTF-8 text \(byte 0, line 1",
        }.items():
            if data is not None:
                path.write_bytes(data)
            with pytest.raises(RefusedError, match=message):
                open_segmented(path)


class TestParts:
    """Parts of a segmented text, by the numbers of its words."""

    @pytest.fixture
    def text(self, path):
        """The words 0 to 9 in paragraphs of four, three and three."""
        path.write_bytes(b"0 1 2 3\n4 5 6\n7 8 9\n")
        return open_segmented(path)

    @pytest.mark.parametrize(
        ("start", "stop", "paragraphs"),
        [
            (0, None, ["0123", "456", "789"]),
            (0, 0, []),
            (0, 1, ["0"]),
            (0, 4, ["0123"]),
            (0, 5, ["0123", "4"]),
            (3, 8, ["3", "456", "7"]),
            (5, 6, ["5"]),
            (7, None, ["789"]),
            (9, 99, ["9"]),
            (10, None, []),
        ],
    )
    def test_paragraphs_from_one_word_to_another(self, text, start, stop, paragraphs):
        """The words of a part are those of its numbers, in their paragraphs, and none of them is empty."""
        assert list(map("".join, text.paragraphs(start, stop))) == paragraphs

    def test_any_two_parts_make_the_whole(self, text):
        """Wherever the text is split no word is lost or read twice."""
        for split in range(11):
            words = [word for part in (text.paragraphs(0, split), text.paragraphs(split)) for p in part for word in p]
            assert words == list("0123456789")

    def test_can_be_read_again_and_again(self, text):
        """A second reading gives the same as the first, even when the first was not ended."""
        next(text.paragraphs())
        assert list(text.paragraphs()) == list(text.paragraphs())

    def test_count_words(self, path):
        """Words are counted before a position, or all of them."""
        path.write_bytes(b"a b a\nc a\n")
        text = open_segmented(path)
        assert text.count_words() == {"a": 3, "b": 1, "c": 1}
        assert text.count_words(stop=4) == {"a": 2, "b": 1, "c": 1}
        assert text.count_words(stop=0) == {}

    @pytest.mark.parametrize(
        ("lengths", "share", "position"),
        [
            ([4, 3, 3], 0.0, 10),  # nothing is left out
            ([4, 3, 3], 0.3, 7),  # the last three words are the last paragraph
            ([4, 3, 3], 0.4, 7),  # 6 is one away from 7, a quarter of the last four
            ([4, 3, 3], 0.2, 8),  # one away from 7 is half of the last two
            ([4, 3, 3], 0.1, 9),  # nearer to the end, where no split may fall
            ([4, 3, 3], 0.5, 4),  # one away from 4 is a fifth of the last five
            ([4, 3, 3], 0.9, 1),  # nearer to the beginning, where no split may fall either
            ([10], 0.5, 5),  # one paragraph is split inside
            ([5, 5], 0.55, 5),  # half a word is none: the last five
            ([8, 4, 8], 0.5, 8),  # 10 is as far from 8 as from 12: the earlier
            ([1, 1], 0.05, 2),  # too short to leave anything out
            ([80, 20], 0.16, 80),  # four away is a quarter of sixteen
            ([80, 20], 0.15, 85),  # five away is more than a quarter of fifteen
        ],
    )
    def test_split_position(self, path, lengths, share, position):
        """The last share is cut off between two paragraphs where that is at most a quarter of it away."""
        assert SegmentedText(path, None, lengths).split_position(share) == position


def test_a_sidecar_cannot_be_made_of_the_wrong_kinds():
    """A sidecar refuses what it could not have been written with."""
    with pytest.raises(TypeError, match=r"^words is '5'$"):
        Sidecar([], {}, None, 1, "5", 2, "")
