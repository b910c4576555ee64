"""Which encoding some bytes are in."""

from pathlib import Path

import pytest

from zhgen.raw.detection import detect, first_error, other_kind

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
SIMPLIFIED = "今天下午我们在学校里读书，老师说：“这个故事很长。”"
TRADITIONAL = "今天下午我們在學校裡讀書，老師說：「這個故事很長。」"
SCRAP = b"U\xbf\xa6p\xf6\tLf\xe1L\xd7\xa3u\x03\xdb\xc0\xf5P\x08\x19"  # random bytes that come out as Big5
NAMES = "宝玉 5 nr\n黛玉 3 nr\n王熙凤 nr\n刘姥姥\n"


class TestSure:
    """What is taken without asking."""

    @pytest.mark.parametrize("codec", ["gb18030", "gbk", "gb2312"])
    def test_simplified(self, codec):
        """GBK and GB 2312 are parts of GB18030."""
        assert detect(SIMPLIFIED.encode(codec)) == ("gb18030", None)

    @pytest.mark.parametrize(("codec", "found"), [("gb18030", "gb18030"), ("big5", "cp950"), ("cp950", "cp950")])
    def test_traditional(self, codec, found):
        """Big5 decodes as GB18030 too, into nonsense; what is plausible decides."""
        data = TRADITIONAL.encode(codec)
        data.decode("gb18030")
        assert detect(data) == (found, None)

    def test_characters_that_windows_added_to_big5(self):
        """裏 and 恒 are not in what Python calls Big5, and old novels are full of them."""
        assert detect("他在這裏等了很久，持之以恒。".encode("cp950")) == ("cp950", None)

    def test_a_user_dictionary(self):
        """A few words with counts are enough, in three quarters ASCII as they are."""
        assert detect(NAMES.encode("gbk")) == ("gb18030", None)

    @pytest.mark.parametrize("text", ["", "a + b", "~/.bashrc", SIMPLIFIED, "naïve", "\ufffd\ufffd"])
    def test_utf_8(self, text):
        """What decodes as UTF-8 is UTF-8, ASCII too."""
        assert detect(text.encode()) == ("utf-8", None)

    def test_a_character_cut_at_the_end_of_the_beginning(self):
        """The beginning may end anywhere."""
        for codec, found in (("utf-8", "utf-8"), ("gb18030", "gb18030"), ("big5", "cp950")):
            data = TRADITIONAL.encode(codec)
            assert detect(data[:-1]) == (found, None)

    def test_damage(self):
        """A stray byte makes UTF-8 no GB18030, and GB18030 nothing else."""
        for codec, found in (("utf-8", "utf-8"), ("gb18030", "gb18030")):
            data = SIMPLIFIED.encode(codec)
            assert detect(data * 9 + b"\xff" + data * 9) == (found, None)
        assert detect(SIMPLIFIED.encode()[1:]) == ("utf-8", None)

    @pytest.mark.parametrize(
        ("codec", "found"), [("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32"), ("gb18030", "gb18030")]
    )
    def test_marks(self, codec, found):
        """A byte order mark says it all, whichever its order."""
        mark = "\ufeff" if codec == "gb18030" else ""
        assert detect((mark + "ab").encode(codec)) == (found, None)
        if codec in ("utf-16", "utf-32"):
            assert detect("\ufeffab".encode(f"{codec}-be")) == (found, None)


class TestUnsure:
    """What is guessed at, for a person to decide."""

    @pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
    @pytest.mark.parametrize("text", [SIMPLIFIED, "Dream of the Red Chamber\n", "红楼梦\r\n\r\n第一回"])
    def test_utf_16_and_32_without_a_mark(self, codec, text):
        """They are known by what they come out as, with zero bytes and without."""
        assert detect(text.encode(codec)) == (None, codec)

    @pytest.mark.parametrize("codec", ["utf-7", "hz"])
    def test_chinese_written_in_ascii(self, codec):
        """It is no plain ASCII."""
        assert detect(SIMPLIFIED.encode(codec)) == (None, codec)

    @pytest.mark.parametrize(
        ("text", "codec"),
        [
            ("모든 인간은 태어날 때부터 자유로우며", "cp949"),
            ("吾輩は猫である。名前はまだ無い。", "cp932"),
            ("มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกัน", "tis-620"),
            ("Longtemps, je me suis couché de bonne heure, à peine ma bougie éteinte.", "cp1252"),
        ],
    )
    def test_other_languages(self, text, codec):
        """Korean decodes as GB18030 into common characters, and is not taken for it."""
        assert detect(text.encode(codec)) == (None, codec)

    @pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x01\x02\xb0\xa1" * 100, SCRAP])
    def test_what_is_no_text(self, data):
        """Control characters are a sign of it; nothing is guessed."""
        assert detect(data) == (None, None)


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.is_dir(), reason="the novels are not part of the project")
def test_no_line_of_a_novel_is_taken_for_another_encoding():
    """Of paragraphs of a dozen characters and more each is found in GB18030, and none of them in cut UTF-8."""
    lines = [line.strip() for line in (CORPORA / "红楼梦.valid.txt").read_text("utf-8").split("\n")]
    lines = [line for line in lines if len(line) >= 12]
    assert len(lines) > 50
    for line in lines:
        assert detect(line.encode("gb18030")) == ("gb18030", None)
        assert detect(line.encode()[1:]) == ("utf-8", None)


def test_the_first_error():
    """A character cut at the end is none."""
    assert [first_error(data, "utf-8") for data in (b"01", b"0\xff", "红".encode()[:2])] == [None, 1, None]


def test_what_people_take_for_a_text():
    """A file is called by its name."""
    assert (other_kind(b"%PDF-1.7"), other_kind("红".encode())) == ("a PDF document", "")
