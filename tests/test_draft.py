"""Drafts of user dictionaries."""

from collections import Counter
from pathlib import Path

import pytest

from zhgen.corpus.dictionary import Entry, parse_dictionary
from zhgen.corpus.dictionary_check import check_lines
from zhgen.corpus.segmenter import Segmenter
from zhgen.errors import RefusedError
from zhgen.names.draft import WholeTally, draft_dictionary, settle_counts
from zhgen.names.search import find_names

ROOT = Path(__file__).parents[1]
BOOK = ROOT.parent / "shared" / "corpora" / "红楼梦.txt"

NAMES = (
    "宝玉 3861 凤姐 1696 贾母 1623 黛玉 1317 袭人 1129 王夫人 1065 宝钗 1048 贾政 912 贾琏 764 平儿 681 薛姨妈 453 凤姐儿 451 "
    "探春 428 鸳鸯 426 紫鹃 416 湘云 394 贾珍 384 李纨 359 尤氏 338 晴雯 338 薛蟠 284 邢夫人 283 香菱 241 麝月 233 贾蓉 224 "
    "周瑞 215 惜春 195 贾芸 191 贾赦 188 雨村 183 周瑞家的 168 芳官 158 金桂 153 妙玉 152 贾环 151 雪雁 147 迎春 142 莺儿 130 "
    "宝琴 117 宝蟾 117 秦钟 107 薛蝌 102 巧姐 101 秋纹 99 岫烟 94 贾兰 91 茗烟 88 赖大 88 史湘云 83 林之孝家的 82"
)
"""The 50 most frequent names of characters in 红楼梦 that jieba does not always cut whole, and how often the text has them."""

LONGER = "林黛玉 贾宝玉 薛宝钗 贾雨村 甄宝玉 邢岫烟 夏金桂 甄士隐"
"""Longer names, in which one of these is whole too."""


def read(path):
    """Return a function that returns the paragraphs of a text."""
    paragraphs = [line.strip() for line in path.read_text("utf-8").split("\n") if line.strip()]
    return lambda: paragraphs


def whole_shares(cut, paragraphs, names, right):
    """Return how often each name stands in the text, and how often it is a word or lies in a longer word that is right."""
    occurrences, whole = Counter(), Counter()
    for paragraph in paragraphs:
        words = [(word, i) for word in cut(paragraph) for i in range(len(word))]
        for name in names:
            at = paragraph.find(name)
            while at >= 0:
                word, inside = words[at]
                occurrences[name] += 1
                whole[name] += word in right and inside + len(name) <= len(word)
                at = paragraph.find(name, at + 1)
    return occurrences, whole


class TestSettling:
    """Counts that make jieba cut words whole."""

    def test_raises_a_count_until_the_word_is_whole(self):
        """A word that its neighbours draw apart gets a count with which the whole text has it whole."""
        paragraphs = ["贾政便问道。", "贾政听了。", "那贾政又道。"]
        (entry,) = settle_counts({"贾政": 2}, lambda: paragraphs)
        assert entry == Entry("贾政", 20_000, "nr")
        segmenter = Segmenter(parse_dictionary([str(entry)], "own.txt"))
        assert all("贾政" in segmenter.words(paragraph) for paragraph in paragraphs)

    def test_leaves_a_count_that_is_enough(self):
        """A word that jieba cuts whole counts as often as it occurs, at least."""
        (entry,) = settle_counts({"素笺": 50_000}, lambda: ["素笺笑了。"])
        assert entry == Entry("素笺", 50_000, "nr")

    def test_needs_no_count_for_a_word_with_a_dot(self):
        """What no engine joins is cut whole without a count."""
        assert settle_counts({"阿·里": 7}, lambda: ["阿·里笑了。"]) == [Entry("阿·里", None, "nr")]


def test_what_is_whole():
    """A word is whole when it is cut as such or lies in a longer known one, and not when it lies across words."""
    tally = WholeTally(["宝玉"], ["贾宝玉"])
    for cut in (["宝玉", "笑"], ["贾宝玉"], ["见宝玉"], ["见宝", "玉"], ["宝玉宝玉"]):
        tally.add(cut)
    assert (tally.occurrences["宝玉"], tally.whole["宝玉"]) == (6, 2)


@pytest.fixture(scope="module")
def palace():
    """Return the draft of the text that comes with the project, and its number of names."""
    return draft_dictionary(read(ROOT / "data" / "palace.txt"), "palace.txt")


def test_a_draft_is_a_clean_dictionary(palace):
    """A draft is taken as a dictionary, has nothing to mend, and the most frequent name stands first."""
    text, names = palace
    lines = text.split("\n")
    entries = parse_dictionary(lines, "draft").entries
    assert len(entries) == names
    assert entries[0].word == "素笺"
    assert check_lines(lines).findings == ()
    assert "素笺 224 nr  # 224: …" in text


def test_a_line_can_be_deleted(palace):
    """What is left of a draft after any line is deleted is a dictionary."""
    lines = palace[0].split("\n")
    for i in range(len(lines)):
        left = parse_dictionary(lines[:i] + lines[i + 1 :], "draft").entries
        assert len(left) in (palace[1], palace[1] - 1)


def test_a_text_without_names_is_refused():
    """A text too short to tell a name in is refused by name."""
    with pytest.raises(RefusedError, match=r"No names were found in a\.txt"):
        draft_dictionary(lambda: ["今天我们学习语文。"], "a.txt")


@pytest.fixture(scope="module")
def novel():
    """Return what returns the paragraphs of 红楼梦, and how often it has the 50 names."""
    if not BOOK.exists():
        pytest.skip("the novels are not part of the project")
    fields = NAMES.split()
    return read(BOOK), dict(zip(fields[::2], map(int, fields[1::2]), strict=True))


@pytest.mark.corpora
def test_the_names_of_a_novel_are_found(novel):
    """Of the 50 names of 红楼梦 that jieba does not always cut whole 45 at least are found, among at most 200 strings."""
    paragraphs, facts = novel
    names = {name.word: name.occurrences for name in find_names(paragraphs)}
    found = facts.keys() & names.keys()
    assert len(facts) == 50
    assert len(found) >= 45
    assert len(names) <= 200
    assert all(names[name] == facts[name] for name in found)


@pytest.mark.corpora
@pytest.mark.slow
def test_the_names_of_a_novel_are_cut_whole(novel):
    """With the draft 97 % of the occurrences of the 50 names are whole, without it 74 %, and of each name some are not."""
    paragraphs, facts = novel
    text, _ = draft_dictionary(paragraphs, "红楼梦.txt")
    dictionary = parse_dictionary(text.split("\n"), "draft")
    drafted = {entry.word for entry in dictionary.entries}
    right = {*facts, *LONGER.split()}
    occurrences, before = whole_shares(Segmenter().words, paragraphs(), facts, right)
    assert occurrences == facts
    assert 0.70 < before.total() / occurrences.total() < 0.76
    assert all(before[name] < facts[name] for name in facts)
    _, after = whole_shares(Segmenter(dictionary).words, paragraphs(), facts, right | drafted)
    assert after.total() / occurrences.total() >= 0.97
