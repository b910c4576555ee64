"""User dictionaries."""

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus.dictionary import Dictionary, Entry, describe_use, parse_dictionary, read_dictionary, split_remark
from zhgen.errors import RefusedError

JIEBA_LINE = re.compile("^(.+?)( [0-9]+)?( [a-z]+)?$")
"""How jieba 0.42.1 reads a line of a user dictionary."""

words = st.text(st.sampled_from("贾宝玉aZ9·-+#.▁"), min_size=1, max_size=4).filter(lambda word: word != "#")
entries = st.builds(
    Entry,
    words | st.sampled_from(["New York", "Vitamin C", "Notre-Dame de Paris"]),
    st.none() | st.integers(1, 9_999_999_999),
    st.none() | st.sampled_from(["n", "nr", "nz"]),
)


def test_the_four_forms_of_an_entry():
    """A word stands alone, with a count, with a tag, or with both in this order; blank lines are passed over."""
    made = parse_dictionary(["贾宝玉", "", "林黛玉 5", "  ", "薛宝钗 nr", "\u3000王熙凤 7 nr "], "own.txt")
    assert made.entries == (Entry("贾宝玉"), Entry("林黛玉", 5), Entry("薛宝钗", None, "nr"), Entry("王熙凤", 7, "nr"))
    assert made.text == "贾宝玉\n林黛玉 5\n薛宝钗 nr\n王熙凤 7 nr\n"
    assert made.sha256 == hashlib.sha256(made.text.encode()).hexdigest()


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("贾宝玉\t5", id="tab"),
        pytest.param("贾宝玉\u30005", id="ideographic space"),
        pytest.param("贾宝玉  5", id="two spaces"),
        pytest.param("贾宝玉,5", id="comma"),
        pytest.param("贾宝玉，5", id="full-width comma"),
        pytest.param("贾宝玉 nr 5", id="tag before count"),
        pytest.param("贾宝玉 5 NR", id="upper-case tag"),
        pytest.param("贾宝玉 NR", id="upper-case tag alone"),
        pytest.param("贾宝玉 0", id="count of nought"),
        pytest.param("贾宝玉 -5", id="negative count"),
        pytest.param("贾宝玉 ５", id="full-width count"),
        pytest.param("贾宝玉 5.5", id="fraction"),
        pytest.param("贾宝玉 12345678901", id="count of eleven digits"),
        pytest.param("贾 宝 玉", id="spaces in a Chinese word"),
        pytest.param("New York 5 NR", id="upper-case tag after a word with a space"),
        pytest.param("New York n 5", id="tag before count after a word with a space"),
        pytest.param("new york", id="a word or a word and its tag"),
        pytest.param("贾宝玉 5 nr x", id="a fourth field"),
    ],
)
def test_a_line_of_another_form_is_refused_with_its_number(line):
    """A line that jieba would take for one strange word is refused by number and content, blank lines counted."""
    with pytest.raises(RefusedError) as caught:
        parse_dictionary(["林黛玉 5 nr", "", line], "own.txt")
    assert caught.value.problem == f"own.txt, line 3: {line!r} is not an entry."
    assert caught.value.remedy == (
        "Write WORD, WORD COUNT, WORD TAG or WORD COUNT TAG with single spaces, COUNT from 1, TAG in small letters."
    )


@given(st.lists(entries, max_size=5))
@settings(deadline=None, max_examples=200)
def test_entries_come_back(made):
    """What is written in the form of an entry is read as that entry, and the text kept beside it gives the same again."""
    read = parse_dictionary([str(entry) for entry in made], "own.txt")
    assert read.entries == tuple(made)
    assert parse_dictionary(read.text.split("\n"), "again") == read


@given(st.text(st.sampled_from("贾玉 \t,，·0159nrN-"), max_size=9))
@settings(deadline=None, max_examples=200)
def test_what_is_taken_means_the_same_to_jieba(line):
    """Any line is refused or read, and one that is read has the fields that jieba's own pattern finds in it."""
    try:
        made = parse_dictionary([line], "own.txt").entries
    except RefusedError:
        return
    assert len(made) == (1 if line.strip() else 0)
    for entry in made:
        word, count, tag = JIEBA_LINE.match(line.strip()).groups()
        assert (entry.word, entry.count, entry.tag) == (word, count and int(count), tag and tag.strip())


def test_a_word_with_a_space():
    """A line is read from its right end, tag and count first; what is left is the word, when it has no Chinese in it."""
    lines = ["New York 5 n", "New York", "new york 5", "Windows 10 5 nz", "Type AD 5 nz", "k8s 5 tech"]
    assert parse_dictionary(lines, "own.txt").entries == (
        Entry("New York", 5, "n"),
        Entry("New York"),
        Entry("new york", 5),
        Entry("Windows 10", 5, "nz"),
        Entry("Type AD", 5, "nz"),
        Entry("k8s", 5, "tech"),
    )


def test_remarks():
    """A remark begins at a # that stands alone; the text kept has none of them, and so the hash does not depend on them."""
    lines = ["# mine", "#", "宝玉 5 nr  # 3,861: …“好 # 好”…", "C# 5 # a language", "#1 5", "黛玉\t# hers"]
    made = parse_dictionary(lines, "own.txt")
    assert made.text == "宝玉 5 nr\nC# 5\n#1 5\n黛玉\n"
    assert made == parse_dictionary(made.text.split("\n"), "own.txt")
    assert split_remark("C# 5  # a language") == ("C# 5", "# a language")


def test_several_lines_of_another_form_are_counted_and_the_first_named():
    """The refusal names three lines, says how many more there are, and what to type."""
    with pytest.raises(RefusedError) as caught:
        parse_dictionary(["宝玉", *["黛玉\t5"] * 5], "own.txt", "type: zhgen")
    assert caught.value.problem == (
        "own.txt has 5 lines that are not entries: line 2: '黛玉\\t5'; line 3: '黛玉\\t5'; line 4: '黛玉\\t5' … and 2 more."
    )
    assert caught.value.remedy.endswith("TAG in small letters; or type: zhgen.")


class TestUse:
    """What is told of a dictionary after a text was cut."""

    def test_names_what_came_out_and_what_did_not(self):
        """The most frequent come first; what never came out is in the text or not, and each is told what to do."""
        made = [Entry(word) for word in ("玉", "宝玉", "黛玉", "宝玉", "王熙凤", "红娄")]
        assert describe_use(made, {"宝玉": 1200, "黛玉": 3000, "玉": 0}, {"宝玉", "黛玉", "玉"}) == [
            "Dictionary: 2 of 5 entries came out: 黛玉 3,000, 宝玉 1,200.",
            "Never came out (jieba prefers another cut, raise their counts): 玉.",
            "Never came out (not in the text): 王熙凤, 红娄.",
        ]

    def test_where_nobody_looked_at_the_text(self):
        """Without what the text has both reasons are given."""
        assert describe_use([Entry("玉")], {}) == [
            "Dictionary: 0 of 1 entry came out.",
            "Never came out (not in the text, or jieba prefers another cut: then raise their counts): 玉.",
        ]

    def test_does_not_flood_the_terminal(self):
        """Of a thousand entries ten are named, used or not, and the others counted."""
        made = [Entry(f"字{i}") for i in range(1000)]
        lines = describe_use(made, {f"字{i}": 1000 - i for i in range(500)}, set())
        assert len(lines) == 2
        assert max(map(len, lines)) < 140
        assert lines[0].endswith("字9 991 … and 490 more.")
        assert lines[1].endswith("字509 … and 490 more.")


def test_words_that_jieba_never_looks_up():
    """A word with a character that jieba does not join to others is told from one that can be cut."""
    can = ["宝玉", "a1", "C++", "C#", "AT&T", "a.b", "a_b", "50%", "a-b", "一\u9fd5"]
    cannot = ["阿·玉", "林▁", "宝玉！", "\u3400玉", "𠀀玉", "é", "\u9fd6玉"]
    assert [word for word in can + cannot if Entry(word).can_be_cut] == can


class TestFile:
    """Dictionaries in files."""

    @pytest.mark.parametrize("data", ["林黛玉 5 nr\r\n贾宝玉\r\n", "\ufeff林黛玉 5 nr\n\n贾宝玉"])
    def test_is_read_whatever_its_line_ends_and_mark(self, tmp_path, data):
        """CRLF, a byte order mark and blank lines make no difference to the entries, the text and the hash."""
        path = tmp_path / "own.txt"
        path.write_bytes(data.encode())
        assert read_dictionary(path) == Dictionary((Entry("林黛玉", 5, "nr"), Entry("贾宝玉")), "林黛玉 5 nr\n贾宝玉\n")

    def test_names_itself_and_the_line_when_it_is_refused(self, tmp_path):
        """The message has the path and the number of the line as an editor counts it."""
        path = tmp_path / "own.txt"
        path.write_bytes("林黛玉\r\n\r\n贾宝玉\t5\r\n".encode())
        with pytest.raises(RefusedError, match=r"own\.txt, line 3: '贾宝玉\\t5' is not an entry\."):
            read_dictionary(path)

    def test_in_gbk_is_read(self, tmp_path):
        """A dictionary in GBK is read as a text in GBK is."""
        path = tmp_path / "own.txt"
        path.write_bytes("贾宝玉 5 nr\n林黛玉 7 nr\n薛宝钗 9 nr\n王熙凤\n".encode("gbk"))
        assert [entry.word for entry in read_dictionary(path).entries] == ["贾宝玉", "林黛玉", "薛宝钗", "王熙凤"]

    def test_tells_how_to_check_it(self, tmp_path):
        """A refusal says what to type to see every line."""
        path = tmp_path / "own.txt"
        path.write_text("贾宝玉\t5\n", "utf-8")
        with pytest.raises(RefusedError, match=r"; or type: zhgen segment --check-dict .*own\.txt\."):
            read_dictionary(path)

    def test_that_is_not_there_or_empty_is_refused(self, tmp_path):
        """A dictionary without a byte in it is a mistake."""
        (tmp_path / "empty.txt").touch()
        with pytest.raises(RefusedError, match="There is no file"):
            read_dictionary(tmp_path / "missing.txt")
        with pytest.raises(RefusedError, match="is empty"):
            read_dictionary(tmp_path / "empty.txt")
