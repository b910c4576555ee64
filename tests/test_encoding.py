"""Bytes in, paragraphs out."""

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus.encoding import TextReader
from zhgen.errors import RefusedError

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
SENTENCE = "红楼梦第一回，甄士隐梦幻识通灵。"
lines_of_text = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0\ufeff"), max_size=8))


def read(data, name="novel.txt"):
    """Return the lines in some bytes."""
    return list(TextReader(io.BytesIO(data), name).lines())


def refusal(data, name="novel.txt"):
    """Return the message with which some bytes are refused."""
    with pytest.raises(RefusedError) as caught:
        read(data, name)
    return str(caught.value)


class TestLines:
    """What a line is."""

    @pytest.mark.parametrize(
        ("data", "lines"),
        [
            (b"", []),
            (b"\n", [""]),
            (b"0", ["0"]),
            (b"0\n1\n2", ["0", "1", "2"]),
            (b"0\r\n1\n2\r\n", ["0", "1", "2"]),
            (b"0\r\r\n\r\n1", ["0\r", "", "1"]),
            (b"0\r1\n", ["0\r1"]),
            ("0\u20281\u20292\x853\v4\f5\x1c6\x1d7\x1e8\n9".encode(), ["0\u20281\u20292\x853\v4\f5\x1c6\x1d7\x1e8", "9"]),
            ("\ufeff0\n1".encode(), ["0", "1"]),
            ("\ufeff".encode(), [""]),
            ("0\ufeff\n\ufeff1".encode(), ["0\ufeff", "\ufeff1"]),
        ],
    )
    def test_end_with_lf_or_crlf_and_with_nothing_else(self, data, lines):
        """U+2028 and its kin split no line; a byte order mark is taken off at the start of the file alone."""
        assert read(data) == lines

    @given(lines_of_text, st.sampled_from(["\n", "\r\n"]), st.booleans())
    @settings(deadline=None, max_examples=200)
    def test_come_back(self, lines, end, marked):
        """Whatever lines are written in UTF-8 come back, with either line end, with and without a mark."""
        data = "".join(line + end for line in lines).encode("utf-8-sig" if marked else "utf-8")
        assert read(data) == lines or (marked and not lines and read(data) == [""])

    def test_a_megabyte_in_one_line(self):
        """A line may be as long as it likes."""
        text = "红" * 350_000
        assert read(text.encode()) == [text]


class TestParagraphs:
    """What a paragraph is."""

    def test_are_the_lines_that_are_not_blank_without_their_indents(self):
        """Blank lines and the white space around a line are layout; white space inside is text."""
        data = "\u3000\u3000甄士隐 梦幻\t\r\n\r\n \u3000\t\n贾雨村\u3000风尘\u2028怀闺秀\xa0\n".encode()
        reader = TextReader(io.BytesIO(data), "novel.txt")
        assert list(reader.paragraphs()) == ["甄士隐 梦幻", "贾雨村\u3000风尘\u2028怀闺秀"]


class TestRecord:
    """What the reader knows of the file when it is read."""

    @pytest.mark.parametrize(("codec", "encoding"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig")])
    def test_is_of_the_bytes_as_they_are(self, codec, encoding):
        """Size and hash count the mark and the line ends too, and are those of the standard library."""
        data = "红\r\n楼\n梦".encode(codec)
        reader = TextReader(io.BytesIO(data), "novel.txt")
        assert len(list(reader.lines())) == 3
        assert (reader.encoding, reader.bytes_read, reader.sha256) == (encoding, len(data), hashlib.sha256(data).hexdigest())

    def test_grows_a_line_at_a_time(self):
        """Nothing is read ahead: after one line it knows of one line."""
        reader = TextReader(io.BytesIO(b"0123\n45\n"), "novel.txt")
        lines = reader.lines()
        assert [(next(lines), reader.bytes_read) for _ in range(2)] == [("0123", 5), ("45", 8)]


class TestRefusal:
    """What is not UTF-8 text is refused, and nothing is replaced or left out."""

    def test_a_character_cut_at_the_end(self):
        """The offset is that of the first bad byte in the file, the line counts from one; no encoding is guessed."""
        data = (SENTENCE + "\n" + "红楼梦").encode()[:-1]
        assert refusal(data) == (
            "novel.txt is not UTF-8 text (byte 55, line 2). "
            "Save it as UTF-8 in an editor, or type: iconv -f ENCODING -t UTF-8 novel.txt > utf8-novel.txt"
        )

    def test_a_character_cut_at_the_start(self):
        """A file that begins in the middle of a character is refused at byte 0."""
        assert refusal("红楼梦".encode()[1:]).startswith("novel.txt is not UTF-8 text (byte 0, line 1).")

    def test_a_broken_byte_after_a_mark(self):
        """The offset counts the byte order mark, in the first line and in the second."""
        assert refusal(b"\xef\xbb\xbf01\xff").startswith("novel.txt is not UTF-8 text (byte 5, line 1).")
        assert refusal(b"\xef\xbb\xbf01\n2\xff").startswith("novel.txt is not UTF-8 text (byte 7, line 2).")

    @pytest.mark.parametrize("codec", ["gbk", "gb18030", "gb2312"])
    def test_gbk_is_recognised(self, codec):
        """Text in GBK is refused with the command that converts it, in the second line as in the first."""
        convert = "Save it as UTF-8 in an editor, or type: iconv -f GB18030 -t UTF-8 a.txt > utf8-a.txt"
        data = SENTENCE.encode(codec)
        looks = "it looks like GB18030"
        assert refusal(data, "folder/a.txt") == f"folder/a.txt is not UTF-8 text (byte 0, line 1; {looks}). {convert}"
        assert refusal(b"Chapter 1\r\n" + data, "a.txt") == f"a.txt is not UTF-8 text (byte 11, line 2; {looks}). {convert}"

    def test_traditional_characters_in_gb18030_are_recognised(self):
        """Traditional characters are rarer in GB 2312, and common enough."""
        text = "滿紙荒唐言，一把辛酸淚！都云作者痴，誰解其中味？出則既明，且看石上是何故事。"
        assert "looks like GB18030" in refusal(text.encode("gb18030"))

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param("滿紙荒唐言，一把辛酸淚！都云作者痴，誰解其中味？".encode("big5"), id="Big5"),
            pytest.param(SENTENCE.encode()[1:], id="damaged UTF-8"),
            pytest.param("naïve café".encode("latin-1"), id="Latin-1"),
            pytest.param(bytes(range(128, 256)), id="bytes"),
        ],
    )
    def test_what_is_not_gbk_is_not_taken_for_it(self, data):
        """Big5 and damaged UTF-8 decode as GB18030 into nonsense: no conversion from it is advised."""
        message = refusal(data)
        assert "GB18030" not in message
        assert "iconv -f ENCODING" in message

    @pytest.mark.corpora
    @pytest.mark.skipif(not CORPORA.is_dir(), reason="the novels are not part of the project")
    def test_every_line_of_a_novel_is_judged_rightly(self):
        """Each paragraph in GB18030 is recognised as such, and none of them in cut UTF-8 or in Big5."""
        lines = [line for line in (CORPORA / "红楼梦.valid.txt").read_text("utf-8").split("\n") if line.strip()]
        assert len(lines) > 50
        for line in lines:
            assert "looks like GB18030" in refusal(line.encode("gb18030"))
            assert "GB18030" not in refusal(line.strip().encode()[1:])
            big5 = line.encode("big5", errors="ignore")
            assert not big5 or "GB18030" not in refusal(big5)

    @pytest.mark.parametrize(
        ("codec", "name"), [("utf-16", "UTF-16"), ("utf-16-be", "UTF-16"), ("utf-32", "UTF-32"), ("utf-32-be", "UTF-32")]
    )
    def test_utf_16_and_32_are_known_by_their_marks(self, codec, name):
        """A file in UTF-16 or UTF-32 is named as such, whichever its byte order."""
        text = SENTENCE if codec in ("utf-16", "utf-32") else "\ufeff" + SENTENCE
        assert refusal(text.encode(codec)) == (
            f"novel.txt is {name}, and only UTF-8 is read. "
            f"Save it as UTF-8 in an editor, or type: iconv -f {name} -t UTF-8 novel.txt > utf8-novel.txt"
        )

    @pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("text", ["Dream of the Red Chamber\n", SENTENCE])
    def test_utf_16_without_a_mark(self, codec, text):
        """Without a mark UTF-16 is refused too, by its zero bytes or as what is no UTF-8."""
        assert "line 1" in refusal(text.encode(codec))

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "a JPEG picture"),
            (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
            (b"GIF89a", "a GIF picture"),
            (b"%PDF-1.7\n", "a PDF document"),
            (b"PK\x03\x04", "a zip archive (EPUB and DOCX are such too)"),
            (b"\x1f\x8b\x08", "a gzip archive"),
            (b"Rar!\x1a\x07", "a RAR archive"),
            (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
        ],
    )
    def test_other_files_are_named(self, data, kind):
        """What people take for a text by mistake is called by its name."""
        assert refusal(data) == f"novel.txt is {kind}, not text. Save its text as a UTF-8 .txt file first."

    def test_a_zero_byte(self):
        """A zero byte is no text, and is found by its offset and its line."""
        message = "novel.txt is not text: it has a zero byte (byte {}, line {}). Save its text as UTF-8 first."
        assert refusal("红\n楼0\0".encode()) == message.format(8, 2)
        assert refusal("\ufeff0\0".encode()) == message.format(4, 1)

    def test_comes_when_the_line_is_reached(self):
        """The lines before the bad one are read first: nothing is read ahead."""
        lines = TextReader(io.BytesIO(b"0\n1\n\xff\n"), "novel.txt").lines()
        assert [next(lines), next(lines)] == ["0", "1"]
        with pytest.raises(RefusedError, match="byte 4, line 3"):
            next(lines)

    @given(st.binary(max_size=40))
    @settings(deadline=None, max_examples=200)
    def test_any_bytes_are_read_whole_or_refused(self, data):
        """No bytes make another error, and what is read holds every character of the file."""
        try:
            lines = read(data)
        except RefusedError:
            return
        text = data.decode("utf-8-sig")
        assert "\n".join(lines).replace("\r", "") == text.removesuffix("\n").replace("\r", "")
