"""`zhgen segment`: the texts that people have, in their encodings, with what should not be in them."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

from zhgen.corpus.segmenter import Segmenter

PALACE = Path(__file__).parents[1] / "data" / "palace.txt"
TRADITIONAL = "今天下午我們在學校裡讀書。\n老師說：「這個故事很長。」\n"
NAMES = {
    "utf-8": "",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "gb18030": "GB18030",
    "gbk": "GB18030",
    "big5": "Big5 (cp950)",
}
MIXED = '红楼梦\n本书由某某小说网(www.example.com)免费下载\n红楼梦\n他说:"２人．"\n- 3 -\n'


@pytest.fixture(scope="module")
def segmenter():
    """jieba, loaded once."""
    return Segmenter()


@pytest.fixture(autouse=True)
def loaded_once(request, monkeypatch, segmenter):
    """Let the command use the one segmenter, but for tests of dictionaries."""
    if "dictionary" not in request.node.name:
        monkeypatch.setattr("zhgen.corpus.segmenter.Segmenter", lambda *_, **__: segmenter)


def words_of(zhgen, path):
    """Return the words of a text and what was said about it."""
    code, stdout, stderr = zhgen("segment", path, "-o", "-")
    assert code == 0
    return stdout, stderr


class TestEncodings:
    """Texts in the encodings they come in."""

    @pytest.mark.parametrize("codec", NAMES)
    def test_give_the_same_words(self, zhgen, tmp_path, codec):
        """Seven encodings, one result; what is not plain UTF-8 is said."""
        (tmp_path / "plain.txt").write_text(TRADITIONAL, "utf-8")
        (tmp_path / "a.txt").write_bytes(TRADITIONAL.encode(codec))
        words, said = words_of(zhgen, "a.txt")
        assert words == words_of(zhgen, "plain.txt")[0]
        assert said == (f"a.txt is read as {NAMES[codec]}.\n" if NAMES[codec] else "")

    @pytest.mark.parametrize("codec", [codec for codec in NAMES if codec != "big5"])
    def test_give_the_same_words_of_the_demo_text(self, zhgen, tmp_path, codec):
        """Also where the text is long, and with CRLF."""
        text = PALACE.read_text("utf-8")[:3000]
        (tmp_path / "plain.txt").write_text(text, "utf-8")
        (tmp_path / "a.txt").write_bytes(text.replace("\n", "\r\n").encode(codec))
        assert words_of(zhgen, "a.txt")[0] == words_of(zhgen, "plain.txt")[0]

    def test_are_written_down(self, zhgen, tmp_path):
        """The sidecar has the encoding that was found, and the one that was named."""
        (tmp_path / "a.txt").write_bytes(TRADITIONAL.encode("gbk"))
        for option, encoding in (([], "gb18030"), (["--encoding", "GBK"], "gbk")):
            assert zhgen("segment", "a.txt", "-q", *option) == (0, "", "")
            assert json.loads((tmp_path / "a.seg.json").read_text("utf-8"))["sources"][0]["encoding"] == encoding

    def test_of_a_dictionary_are_found_too(self, zhgen, tmp_path):
        """A user dictionary in GBK is read."""
        (tmp_path / "own.txt").write_bytes("红楼梦里 9999 n\n宝玉说道 9999\n这是一个 5\n".encode("gbk"))
        (tmp_path / "a.txt").write_text("红楼梦里宝玉说道\n", "utf-8")
        code, stdout, _ = zhgen("segment", "a.txt", "--user-dict", "own.txt", "-o", "-")
        assert (code, stdout) == (0, "红楼梦里 宝玉说道\n")

    def test_that_are_not_sure_are_refused_with_what_to_type(self, refuses, tmp_path):
        """The message has the place, the guess and the option."""
        (tmp_path / "a.txt").write_bytes(TRADITIONAL.encode("utf-16-le"))
        message = refuses("segment", "a.txt")
        assert message.startswith("a.txt is not UTF-8 text (byte ")
        assert message.endswith("it may be UTF-16LE). If so, give --encoding utf-16-le; or save it as UTF-8 in an editor.")

    def test_that_do_not_fit_are_refused(self, refuses, tmp_path):
        """A named encoding that cannot be is refused with the one that can."""
        (tmp_path / "a.txt").write_bytes(TRADITIONAL.encode("big5") + b"\xff")
        message = refuses("segment", "a.txt", "--encoding", "utf-8", "-q")
        assert message.startswith("a.txt is not UTF-8 text (byte 0, line 1; it looks like Big5 (cp950)).")

    def test_that_look_like_another_are_warned_of(self, zhgen, tmp_path):
        """What was asked for is done, and said to look wrong: Big5 decodes as GB18030."""
        (tmp_path / "a.txt").write_bytes(TRADITIONAL.encode("big5"))
        code, _, stderr = zhgen("segment", "a.txt", "--encoding", "gb18030", "-o", "-")
        assert code == 0
        assert stderr == "Warning: a.txt is read as GB18030, and looks like Big5 (cp950).\n"

    def test_that_nobody_knows_are_refused(self, refuses, tmp_path):
        """A slip of the pen is answered."""
        (tmp_path / "a.txt").write_text("0", "utf-8")
        assert "Near are: gb18030" in refuses("segment", "a.txt", "--encoding", "gb18300")


class TestCleaning:
    """Clean-up that was asked for."""

    def test_is_not_done_unasked(self, zhgen, tmp_path):
        """Adverts are text until someone says otherwise."""
        (tmp_path / "a.txt").write_text(MIXED, "utf-8")
        assert words_of(zhgen, "a.txt")[0].count("\n") == 5

    def test_is_reported_and_written_down(self, zhgen, tmp_path):
        """Each step says how many lines it touched, and the sidecar has it."""
        (tmp_path / "a.txt").write_text(MIXED, "utf-8")
        code, _, stderr = zhgen("segment", "a.txt", "--clean", "all")
        assert code == 0
        assert (tmp_path / "a.seg.txt").read_text("utf-8") == "红楼梦\n他 说 : “ 2 人 。 ”\n"
        assert stderr.splitlines()[:-1] == [
            "adverts: 1 line left out",
            "titles: 1 line left out",
            "pages: 1 line left out",
            "width: 1 line changed",
            "stops: 1 line changed",
            "quotes: 1 line changed",
        ]
        sidecar = json.loads((tmp_path / "a.seg.json").read_text("utf-8"))
        assert sidecar["clean"] == dict.fromkeys(("adverts", "titles", "pages", "width", "stops", "quotes"), 1)

    def test_takes_steps_one_by_one(self, zhgen, tmp_path):
        """With commas or by repeating the option, and from zhgen.toml."""
        (tmp_path / "a.txt").write_text(MIXED, "utf-8")
        assert zhgen("segment", "a.txt", "-q", "--clean", "pages,width", "--clean", "quotes")[0] == 0
        assert list(json.loads((tmp_path / "a.seg.json").read_text("utf-8"))["clean"]) == ["pages", "width", "quotes"]
        (tmp_path / "zhgen.toml").write_text('[segment]\nclean = "pages,stops"\n', "utf-8")
        assert zhgen("segment", "a.txt", "-q")[0] == 0
        assert list(json.loads((tmp_path / "a.seg.json").read_text("utf-8"))["clean"]) == ["pages", "stops"]

    def test_can_be_looked_at_first(self, zhgen, tmp_path, snapshot):
        """--dry-run prints the changes and writes nothing."""
        (tmp_path / "a.txt").write_text(MIXED, "utf-8")
        before = snapshot(tmp_path)
        code, stdout, stderr = zhgen("segment", "a.txt", "--clean", "pages,width", "--dry-run")
        assert (code, stderr) == (0, "")
        assert stdout.splitlines() == [
            "pages: 1 line left out",
            "  a.txt, line 5: - 3 -",
            "width: 1 line changed",
            '  a.txt, line 4: 他说:"２人．"  ->  他说:"2人．"',
        ]
        assert snapshot(tmp_path) == before

    def test_that_makes_no_sense_is_refused(self, refuses, tmp_path):
        """Unknown steps, and a look at nothing."""
        (tmp_path / "a.txt").write_text("0", "utf-8")
        assert "no step 'bogus'" in refuses("segment", "a.txt", "--clean", "bogus")
        assert refuses("segment", "a.txt", "--dry-run").endswith("Add --clean all.")
        assert refuses("segment", "a.txt", "--t2s", "--s2t") == "--t2s and --s2t undo each other. Leave out one of them."

    def test_that_leaves_nothing_is_refused(self, refuses, tmp_path):
        """A text of page numbers is no text."""
        (tmp_path / "a.txt").write_text("- 1 -\n", "utf-8")
        assert "There is no text in the input" in refuses("segment", "a.txt", "--clean", "all", "-q")


@pytest.mark.skipif(importlib.util.find_spec("opencc") is None, reason="OpenCC is installed on demand")
def test_characters_are_converted_and_it_is_written_down(zhgen, tmp_path):
    """A traditional text comes out simplified, and the sidecar says by what."""
    (tmp_path / "a.txt").write_text(TRADITIONAL, "utf-8")
    assert zhgen("segment", "a.txt", "--t2s", "-q") == (0, "", "")
    assert "故事" in (tmp_path / "a.seg.txt").read_text("utf-8")
    assert "這" not in (tmp_path / "a.seg.txt").read_text("utf-8")
    conversion = json.loads((tmp_path / "a.seg.json").read_text("utf-8"))["conversion"]
    assert (conversion["engine"], conversion["direction"]) == ("opencc", "t2s")


class TestFolders:
    """A folder of chapters."""

    def test_is_read_in_natural_order(self, zhgen, tmp_path):
        """The result stands beside the folder, and what was passed over is said."""
        (tmp_path / "book").mkdir()
        for name in ("第十回", "第二回", "第一百二十回", ".draft"):
            (tmp_path / "book" / f"{name}.txt").write_text(name.strip("第回") + "\n", "utf-8")
        code, stdout, stderr = zhgen("segment", "book")
        assert (code, stdout) == (0, "")
        assert stderr.splitlines()[0] == "Passed over in book: .draft.txt."
        assert (tmp_path / "book.seg.txt").read_text("utf-8").replace(" ", "") == "二\n十\n一百二十\n"
        sources = json.loads((tmp_path / "book.seg.json").read_text("utf-8"))["sources"]
        assert [source["name"] for source in sources] == ["第二回.txt", "第十回.txt", "第一百二十回.txt"]

    def test_without_texts_is_refused(self, refuses, tmp_path):
        """An empty folder is a mistake."""
        (tmp_path / "book").mkdir()
        assert refuses("segment", "book").startswith("There is no .txt file in book.")

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
    def test_that_cannot_be_read_is_refused(self, refuses, tmp_path):
        """It is named."""
        (tmp_path / "book").mkdir(mode=0)
        assert refuses("segment", "book").startswith("book cannot be read")

    def test_file_named_twice_is_refused(self, refuses, tmp_path):
        """A text that is in the folder and named beside it would be learnt twice."""
        (tmp_path / "book").mkdir()
        (tmp_path / "book" / "a.txt").write_text("今天", "utf-8")
        assert refuses("segment", "book", "book/a.txt") == "book/a.txt is named twice. Give book/a.txt once."
