"""A map of words as an SVG, and `zhgen map`."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.vectors.binary import write_vectors
from zhgen.vectors.map import Place, draw_map
from zhgen.vectors.table import Table

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("name", "verb")
POINTS = np.array([[0, 0], [1, 1], [0.5, 0.5]])


def parsed(svg):
    """Return the root of a picture."""
    return ET.fromstring(svg)  # noqa: S314  we wrote it


def drawn(svg):
    """Return the labels of a map: word, x, baseline, size and colour."""
    labels = parsed(svg).findall(f"{SVG}g/{SVG}text")
    return [(label.text, *(float(label.get(name)) for name in ("x", "y", "font-size")), label.get("fill")) for label in labels]


def test_words_stand_where_they_lie():
    """The first axis runs to the right and the second upwards; the weight is the size and the kind the colour."""
    places = [Place("下", "name", 0), Place("上", "verb", 1), Place("中", "name", 0.5)]
    made = draw_map(places, POINTS, KINDS, "三个字")
    assert made.dots == 0
    low, high, middle = drawn(made.svg)
    assert (low[0], high[0], middle[0]) == ("下", "上", "中")
    assert low[1] < middle[1] < high[1]
    assert low[2] > middle[2] > high[2]
    assert (low[3], high[3], middle[3]) == (12, 26, 19)
    assert low[4] == middle[4] != high[4]


def test_the_legend_names_the_kinds_that_occur():
    """A kind without a word is not in it; the title stands above."""
    root = parsed(draw_map([Place("他", "verb", 0)], POINTS[:1], KINDS, "A & B").svg)
    assert [text.text for text in root.findall(f"{SVG}text")] == ["A & B", "verb"]
    assert root.find(f"{SVG}title").text == "A & B"


def test_no_font_is_needed_to_draw_it_and_chinese_ones_are_named_to_show_it():
    """Words are text with a list of fonts that ends in any."""
    root = parsed(draw_map([Place("他", "verb", 0)], POINTS[:1], KINDS, "").svg)
    fonts = [font.strip(" '") for font in root.get("font-family").split(",")]
    assert {"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei"} < set(fonts)
    assert fonts[-1] == "sans-serif"
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 60))
def test_labels_do_not_overlap_and_stay_in_the_picture(seed, count):
    """However near words lie to each other each label has its own room, or is a dot that is counted."""
    chance = np.random.default_rng(seed)
    words = ["".join(chr(code) for code in chance.integers(0x4E00, 0x9FA5, size)) for size in chance.integers(1, 6, count)]
    places = [
        Place(word, "name", float(weight), f"about {word}") for word, weight in zip(words, chance.random(count), strict=True)
    ]
    made = draw_map(places, chance.random((count, 2)) * 0.2, KINDS, "")
    labels = drawn(made.svg)
    assert len(labels) + made.dots == count
    boxes = [
        (x - len(word) * size / 2, y - 0.86 * size, x + len(word) * size / 2, y + 0.14 * size) for word, x, y, size, _ in labels
    ]
    for number, one in enumerate(boxes):
        assert min(one) >= 0
        assert (one[2] <= 1200, one[3] <= 900) == (True, True)
        for other in boxes[:number]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_words_without_room_are_dots_with_their_notes():
    """Of thousands of words in one place those that stand first are written; nothing is lost."""
    places = [Place(f"长长的一个词{number}", "name", 0, f"note {number}") for number in range(100)]
    made = draw_map(places, np.full((100, 2), 0.5), KINDS, "")
    assert 0 < made.dots < 100
    notes = re.findall("<title>note ([0-9]+)</title>", made.svg)
    assert sorted(map(int, notes)) == list(range(100))
    assert drawn(made.svg)[0][0] == "长长的一个词0"


def test_more_words_have_a_larger_picture():
    """Eight hundred words have four times the room of two hundred."""
    places = [Place("字", "name", 0)] * 800
    root = parsed(draw_map(places, np.random.default_rng(1).random((800, 2)), KINDS, "").svg)
    assert (root.get("width"), root.get("height")) == ("2400", "1800")


@given(st.text(min_size=1, max_size=8))
def test_any_word_makes_good_xml(word):
    """Angle brackets, control characters and whatever else Unicode has."""
    svg = draw_map([Place(word, "name", 0, word)], POINTS[:1], KINDS, word).svg
    text = parsed(svg.encode("utf-8", "strict")).find(f"{SVG}g/{SVG}text").text
    assert text is None or len(text) == len(word)


class TestCommand:
    """`zhgen map`."""

    @pytest.fixture
    def vectors(self, tmp_path):
        """Write a file of 300 words in 12 dimensions."""
        words = tuple(chr(0x4E00 + row) for row in range(300))
        table = Table(words, np.random.default_rng(2).normal(size=(300, 12)).astype(np.float32))
        write_vectors(tmp_path / "many.vectors.bin", table)
        return "many.vectors.bin"

    def test_a_file_of_vectors(self, zhgen, vectors, tmp_path):
        """Two hundred words, the first ones larger, with a note each; said on stderr; the same bytes each time."""
        code, stdout, stderr = zhgen("map", vectors)
        assert (code, stdout) == (0, "")
        assert re.search(r"many\.map\.svg: 200 words.*\. Open it in a browser\.$", stderr.strip())
        svg = (tmp_path / "many.map.svg").read_text("utf-8")
        sizes = [size for _, _, _, size, _ in drawn(svg)]
        assert (sizes[0], min(sizes)) == (26, 12)
        assert re.search(r"<title>一\n[a-z ]+, number 1\nnearest: . 0\.\d\d, . 0\.\d\d, . 0\.\d\d</title>", svg)
        assert "200 words of many.vectors.bin, principal components" in svg
        assert zhgen("map", vectors, "-q", "-o", "again.svg") == (0, "", "")
        assert (tmp_path / "again.svg").read_text("utf-8") == svg

    def test_a_model(self, zhgen, trained):
        """Its table that is learnt, or that of word2vec, with the counts of its text; the kinds are jieba's."""
        code, stdout, stderr = zhgen("map", trained / "models" / "tiny", "-o", "-")
        assert (code, stderr) == (0, "")
        assert sorted(word for word, *_ in drawn(stdout)) == sorted(["</s>", "今天", "我们", "学习", "语文"])
        assert "今天\nnoun, 190 times\nnearest: " in stdout
        other = zhgen("map", trained / "models" / "tiny", "-o", "-", "--table", "word2vec")[1]
        assert drawn(other) != drawn(stdout)
        assert "(word2vec table)" in other

    def test_words_of_ones_own(self, zhgen, vectors, tmp_path):
        """From arguments and from a file, each once; those that are not there are named."""
        (tmp_path / "list.txt").write_text("丁 七\n万 一\n王\n", "utf-8")
        code, stdout, stderr = zhgen("map", vectors, "--words", "list.txt", "一", "李", "-o", "-")
        assert code == 0
        assert sorted(word for word, *_ in drawn(stdout)) == sorted("丁七万一")
        assert stderr == "Warning: 2 of the words are not there and left out: 李 王\n"

    def test_for_an_embedding_projector(self, zhgen, vectors, tmp_path):
        """All words go to the projector's files, and no picture is drawn but with -o."""
        code, stdout, stderr = zhgen("map", vectors, "--projector", "out/projector")
        assert (code, stdout) == (0, "")
        assert stderr == "out/projector: 300 words in 12 dimensions, for an embedding projector\n"
        assert len((tmp_path / "out/projector/metadata.tsv").read_text("utf-8").splitlines()) == 301
        assert list(tmp_path.rglob("*.svg")) == []
        assert zhgen("map", vectors, "--projector", "out/projector", "--top", 5, "-o", "a.svg", "-q") == (0, "", "")
        assert len((tmp_path / "out/projector/metadata.tsv").read_text("utf-8").splitlines()) == 6
        assert len(drawn((tmp_path / "a.svg").read_text("utf-8"))) == 5

    @pytest.mark.usefixtures("vectors")
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["missing.bin"], "There is no file missing.bin"),
            (["many.vectors.bin", "--top", "2"], "A map can have 3 to 5,000 words. Received: 2."),
            (["many.vectors.bin", "--top", "0"], "--top must be at least 1"),
            (["many.vectors.bin", "李"], "has none of these words. Its first ones are 一 丁"),
            (["many.vectors.bin", "--words", "missing.txt"], "There is no file missing.txt"),
            (["many.vectors.bin", "-o", "many.vectors.bin"], "is the input"),
            (["many.vectors.bin", "-o", "full"], "is a directory"),
            (["many.vectors.bin", "--projector", "full"], "full holds something else"),
            (["many.vectors.bin", "--projector", "many.vectors.bin"], "is a file"),
            (["full", "--limit", "3"], "--limit goes with a file"),
            (["full"], "is not a model"),
            (["full/other.txt"], "other.txt"),
        ],
    )
    def test_what_cannot_be_drawn_is_refused(self, refuses, tmp_path, arguments, said):
        """In one line, with nothing written."""
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "other.txt").write_text("今天\n", "utf-8")
        assert said in refuses("map", *arguments)

    @pytest.mark.parametrize("kind", ["empty", "jpeg", "gbk", "directory"])
    def test_files_that_are_no_vectors_are_refused(self, refuses, bad_inputs, kind):
        """And no words either."""
        assert kind in refuses("map", bad_inputs[kind])
