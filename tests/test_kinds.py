"""What kind of word a word is."""

import pytest

from zhgen.corpus.dictionary import parse_dictionary
from zhgen.corpus.kinds import KINDS, _import_posseg, kinds_of


def tags():
    """Return the tags of jieba's dictionary."""
    return _import_posseg().dt.word_tag_tab


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("name", "宝玉 北京 林黛玉"),
        ("noun", "花园 太太 今天"),
        ("verb", "说 吃饭"),
        ("description", "漂亮 又 一帆风顺"),
        ("function word", "的 了 我们 和 呢"),
        ("number or measure", "一 三百 3 ３ 十"),
        ("punctuation", "， 。 “ … </s> ▁ ▁3000▁ ▁9▁ —— ¥"),
        ("other", "abc X"),
    ],
)
def test_words_of_every_kind(kind, words):
    """What a reader would call it."""
    assert kind in KINDS
    assert kinds_of(words.split()) == [kind] * len(words.split())


def test_a_word_of_no_dictionary_is_guessed():
    """A name that jieba's dictionary lacks is one by its form; what falls apart into several words is other."""
    assert {"赵素笺", "我们的说"}.isdisjoint(tags())
    assert kinds_of(["赵素笺", "我们的说"]) == ["name", "other"]


def test_the_tags_of_the_user_dictionary_go_first():
    """花园 is a name for who says so; an entry without a tag says nothing."""
    dictionary = parse_dictionary(["花园 nr", "太太 100"], "words.txt")
    assert kinds_of(["花园", "太太"], dictionary) == ["name", "noun"]


def test_every_tag_of_jieba_has_its_kind():
    """Of the tags in jieba's dictionary those of nothing in particular alone are other."""
    tagged = {tag: word for word, tag in tags().items() if word.isalpha() and not word.isnumeric()}
    others = {tag for tag, word in tagged.items() if kinds_of([word], parse_dictionary([f"{word} {tag}"], "x")) == ["other"]}
    assert others <= {"x", "b", "g", "w", "eng"}


def test_nothing_is_printed(capfd):
    """jieba does not log."""
    kinds_of(["林黛玉"])
    assert capfd.readouterr() == ("", "")
