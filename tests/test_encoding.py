"""Bytes in, paragraphs out, in any encoding."""

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.errors import RefusedError
from zhgen.progress import Reporter
from zhgen.raw.detection import SAMPLE_BYTES
from zhgen.raw.encoding import TextReader

PALACE = Path(__file__).parents[1] / "data" / "palace.txt"
SENTENCE = "红楼梦第一回，甄士隐梦幻识通灵。"
TRADITIONAL = ["今天下午我們在學校裡讀書，老師說：「這個故事很長。」", "", "大家都笑了起來，沒有人說話。"]
lines_of_text = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0\ufeff"), max_size=8))


def read(data, name="novel.txt", encoding="auto", option=""):
    """Return the lines in some bytes."""
    return list(TextReader(io.BytesIO(data), name, encoding, option=option).lines())


def refusal(data, name="novel.txt", encoding="auto", option=""):
    """Return the message with which some bytes are refused."""
    with pytest.raises(RefusedError) as caught:
        read(data, name, encoding, option)
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
            (b"0\r1\r\r2", ["0", "1", "", "2"]),
            (b"0\r1\r", ["0", "1"]),
            (b"0\r", ["0"]),
            ("0\u20281\u20292\x853\v4\f5\x1c6\x1d7\x1e8\n9".encode(), ["0\u20281\u20292\x853\v4\f5\x1c6\x1d7\x1e8", "9"]),
            ("\ufeff0\n1".encode(), ["0", "1"]),
            ("\ufeff".encode(), []),
            ("0\ufeff\n\ufeff1".encode(), ["0\ufeff", "\ufeff1"]),
        ],
    )
    def test_end_with_lf_or_crlf_and_with_nothing_else(self, data, lines):
        """U+2028 and its kin split no line, CR does where there is no LF; a mark is taken off at the file's start alone."""
        assert read(data) == lines

    @given(lines_of_text, st.sampled_from(["\n", "\r\n"]), st.booleans())
    @settings(deadline=None, max_examples=200)
    def test_come_back(self, lines, end, marked):
        """Whatever lines are written in UTF-8 come back, with either line end, with and without a mark."""
        data = "".join(line + end for line in lines).encode("utf-8-sig" if marked else "utf-8")
        assert read(data, encoding="utf-8") == lines

    @given(lines_of_text, st.sampled_from(["utf-16", "utf-32", "gb18030", "utf-7", "utf-16-be"]), st.integers(1, 9))
    @settings(deadline=None, max_examples=200)
    def test_come_back_in_every_encoding(self, lines, codec, size):
        """A line is split after it is decoded, wherever the file is cut into blocks."""
        data = "".join(line + "\n" for line in lines).encode(codec)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("zhgen.raw.encoding.SAMPLE_BYTES", 4 * size)
            assert read(data, encoding=codec) == lines

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


class TestEncodings:
    """The same text in every encoding that old texts come in."""

    @pytest.mark.parametrize(
        ("codec", "found"),
        [
            ("utf-8", "utf-8"),
            ("utf-8-sig", "utf-8-sig"),
            ("utf-16", "utf-16"),
            ("utf-32", "utf-32"),
            ("gb18030", "gb18030"),
            ("gbk", "gb18030"),
            ("big5", "cp950"),
        ],
    )
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_are_found(self, codec, found, end):
        """Seven encodings give the same lines; GBK is a part of GB18030, and Big5 is read as Windows writes it."""
        data = "".join(line + end for line in TRADITIONAL).encode(codec)
        reader = TextReader(io.BytesIO(data), "novel.txt")
        assert list(reader.lines()) == TRADITIONAL
        assert reader.encoding == found

    @pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk"])
    def test_are_found_for_a_long_text(self, codec):
        """The demo text, of more than one block, comes back."""
        text = PALACE.read_text("utf-8")
        assert read(text.encode(codec)) == text.removesuffix("\n").split("\n")

    def test_are_named(self):
        """A text that is not plain UTF-8 has its encoding said, a plain one has not."""
        said = []
        reporter = Reporter()
        reporter.say = said.append
        for codec in ("utf-8", "utf-8-sig", "utf-16", "gbk", "big5"):
            data = "\n".join(TRADITIONAL).encode(codec)
            list(TextReader(io.BytesIO(data), f"{codec}.txt", reporter=reporter).lines())
        assert said == [
            "utf-8-sig.txt is read as UTF-8 with a byte order mark.",
            "utf-16.txt is read as UTF-16.",
            "gbk.txt is read as GB18030.",
            "big5.txt is read as Big5 (cp950).",
        ]

    @pytest.mark.parametrize("codec", ["latin-1", "cp949", "shift_jis", "utf-16-le", "utf-32-be", "hz"])
    def test_are_taken_at_their_word(self, codec):
        """An encoding that was named is used, whatever the text looks like."""
        text = "naïve" if codec == "latin-1" else "一二三"
        assert read(f"{text}\n{text}".encode(codec), encoding=codec) == [text, text]

    def test_a_named_encoding_has_no_mark_in_its_text(self):
        """A mark at the start is no character, also where the byte order was named."""
        assert read("\ufeff01".encode("utf-16-le"), encoding="utf-16-le") == ["01"]
        assert read("\ufeff01".encode("gb18030")) == ["01"]

    def test_utf_16_without_a_mark_needs_its_byte_order(self):
        """Named UTF-16, a text without a mark is refused: which order it has is not known."""
        message = refusal("01".encode("utf-16-be"), encoding="utf-16", option="--encoding")
        assert message == ("novel.txt has no byte order mark of UTF-16. Give --encoding utf-16-le or --encoding utf-16-be.")


class TestRecord:
    """What the reader knows of the file when it is read."""

    @pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
    def test_is_of_the_bytes_as_they_are(self, codec):
        """Size and hash count the mark and the line ends too, and are those of the standard library."""
        data = "\r\n".join(TRADITIONAL).encode(codec)
        reader = TextReader(io.BytesIO(data), "novel.txt")
        assert len(list(reader.lines())) == len(TRADITIONAL)
        assert (reader.encoding, reader.bytes_read, reader.sha256) == (codec, len(data), hashlib.sha256(data).hexdigest())

    def test_grows_a_block_at_a_time(self):
        """A bounded beginning is read before the first line, and no more than it takes after it."""
        reader = TextReader(io.BytesIO(b"0\n" * SAMPLE_BYTES), "novel.txt")
        lines = reader.lines()
        assert (next(lines), reader.bytes_read) == ("0", SAMPLE_BYTES)
        assert sum(1 for _ in lines) == SAMPLE_BYTES - 1
        assert reader.bytes_read == 2 * SAMPLE_BYTES


class TestRefusal:
    """What is not text, or not surely, is refused, and nothing is replaced or left out."""

    def test_a_character_cut_at_the_end(self):
        """The offset is that of the first bad byte in the file, the line counts from one; no encoding is guessed."""
        data = (SENTENCE + "\n" + "红楼梦").encode()[:-1]
        assert refusal(data) == (
            "novel.txt is not UTF-8 text (byte 55, line 2). Mend the text there in an editor, or get it anew."
        )
        assert refusal(data, encoding="utf-8") == (
            "novel.txt is not UTF-8 text (byte 55, line 2). "
            "Save it as UTF-8 in an editor, or type: iconv -f ENCODING -t UTF-8 novel.txt > utf8-novel.txt"
        )
        assert refusal(data, encoding="utf-8", option="--encoding") == (
            "novel.txt is not UTF-8 text (byte 55, line 2). "
            "Give --encoding with its name, gb18030 say; or save it as UTF-8 in an editor."
        )

    def test_a_character_cut_at_the_start(self):
        """A file that begins in the middle of a character is refused at byte 0."""
        assert refusal((SENTENCE * 2).encode()[1:]).startswith("novel.txt is not UTF-8 text (byte 0, line 1).")

    def test_a_broken_byte_after_a_mark(self):
        """The offset counts the byte order mark, in the first line and in the second."""
        assert refusal(b"\xef\xbb\xbf01\xff").startswith("novel.txt is not UTF-8 text (byte 5, line 1).")
        assert refusal(b"\xef\xbb\xbf01\n2\xff").startswith("novel.txt is not UTF-8 text (byte 7, line 2).")

    @pytest.mark.parametrize(
        ("codec", "bad", "place"),
        [
            ("gb18030", b"\xff", "GB18030 text (byte {:,}, line 2001"),
            ("big5", b"\xff", "Big5 (cp950) text (byte {:,}, line 2001"),
            ("utf-8", b"\xff", "UTF-8 text (byte {:,}, line 2001"),
            ("utf-16", b"\x00\xd8\x00\x00", "UTF-16 text (byte {:,}, line 2001"),
            ("utf-32", b"\xff\xff\xff\xff", "UTF-32 text (byte {:,}, line 2001"),
        ],
    )
    def test_a_bad_byte_late(self, codec, bad, place):
        """What was found at the beginning has to hold to the end; the lines before are read, and the byte is named."""
        start = (TRADITIONAL[0] + "\n") * 2000
        data = start.encode(codec)
        lines = TextReader(io.BytesIO(data + bad + TRADITIONAL[0].encode(codec)), "novel.txt").lines()
        assert [next(lines) for _ in range(2000)] == [TRADITIONAL[0]] * 2000
        with pytest.raises(RefusedError) as caught:
            list(lines)
        assert place.format(len(data)).replace("2001", "2,001") in str(caught.value)

    @pytest.mark.parametrize(("codec", "size"), [("gb18030", 4), ("utf-8", 5), ("utf-16-le", 5), ("big5", 4), ("utf-7", 4)])
    def test_a_bad_byte_where_a_block_begins(self, monkeypatch, codec, size):
        """A character that began in one block and goes wrong in the next is named by its first byte."""
        monkeypatch.setattr("zhgen.raw.encoding.SAMPLE_BYTES", size)
        start = "\n中".encode(codec)
        bad = {"utf-16-le": b"\x00\xdc\x00\xdc", "utf-7": b"\xff"}.get(codec, "中".encode(codec)[:1] + b"\xff")
        lines = TextReader(io.BytesIO(start + bad + b"00"), "novel.txt", codec).lines()
        assert next(lines) == ""
        with pytest.raises(RefusedError, match=rf"\(byte {len(start)}, line 2"):
            next(lines)

    def test_another_encoding_after_much_ascii(self):
        """Where the beginning says nothing, what comes later is named with the option to type."""
        data = b"chapter\n" * 10_000 + "\n".join(TRADITIONAL).encode("gbk")
        message = refusal(data, option="--encoding")
        assert "byte 80,000, line 10,001; it looks like GB18030" in message
        assert "give --encoding gb18030;" in message

    @pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-7", "hz", "cp949", "euc-jp"])
    def test_what_is_not_sure_is_named_with_the_option_to_type(self, codec):
        """UTF-16 without a mark, Chinese written in ASCII, Korean and Japanese are recognised and not read."""
        text = {"cp949": "모든 인간은 태어날 때부터 자유로우며", "euc-jp": "吾輩は猫である。名前はまだ無い。"}.get(
            codec, SENTENCE
        )
        named = "euc_jis_2004" if codec == "euc-jp" else codec
        assert f"If so, give --encoding {named}; or save it" in refusal(text.encode(codec), option="--encoding")

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param("naïve café déjà vu à la carte".encode("latin-1"), id="Latin-1"),
            pytest.param(bytes(range(128, 256)), id="bytes"),
            pytest.param(SENTENCE.encode()[1:4], id="a bit of UTF-8"),
        ],
    )
    def test_what_is_not_chinese_is_not_taken_for_it(self, data):
        """What merely decodes as GB18030 is not read as such."""
        assert "not" in refusal(data)

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

    @pytest.mark.parametrize(
        ("data", "offset", "line"),
        [
            ("红\n楼0\0".encode(), 8, 2),
            ("\ufeff0\0".encode(), 4, 1),
            ("\ufeff红楼\n\0".encode("utf-16-le"), 8, 2),
            ("\ufeff红\n\n\0".encode("utf-32-be"), 16, 3),
            (("红楼梦，宝玉笑道。\n" * 20_000 + "\0").encode("gb18030"), 380_000, 20_001),
        ],
    )
    def test_a_zero_byte(self, data, offset, line):
        """A zero byte is no text, and is found by its offset and its line in every encoding."""
        assert refusal(data).startswith(
            f"novel.txt is not text: it has a zero byte (byte {offset:,}, line {line:,}). Mend the text there"
        )

    def test_half_a_character(self):
        """UTF-7 can spell half a surrogate pair, which no file of ours could hold."""
        assert "half a character (byte 2, line 2)" in refusal(b"0\n+2AA-", encoding="utf-7")

    @given(st.binary(max_size=40), st.sampled_from(["auto", "utf-8", "gb18030", "big5", "utf-16-le", "utf-7", "hz"]))
    @settings(deadline=None, max_examples=300)
    def test_any_bytes_are_read_whole_or_refused(self, data, encoding):
        """No bytes make another error, and what is read holds every character of the file."""
        reader = TextReader(io.BytesIO(data), "novel.txt", encoding)
        try:
            lines = list(reader.lines())
        except RefusedError:
            return
        text = data.decode(reader.encoding).removeprefix("\ufeff")
        ends = "\r\n" if "\r" in text[:-1] and "\n" not in text else "\n"
        assert [c for c in "".join(lines) if c != "\r"] == [c for c in text if c not in f"\r{ends}"]
        assert reader.bytes_read == len(data)
