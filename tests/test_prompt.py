"""A starting text in a model's pieces."""

import itertools
import time

import pytest
from heard import Heard
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.bundle import Bundle
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.prompt import PromptReader, spell
from zhgen.progress import SILENT
from zhgen.raw.conversion import Converter

PIECES = ("</s>", "宝玉", "黛玉", "宝钗", "薛", "大", "观", "园", "笑", "道", "▁", "。", "“", "”", "后", "A")


SEGMENTER = Segmenter()


class Model(Bundle):
    """A bundle that shares a segmenter with others, which spares loading jieba."""

    def segmenter(self, reporter=SILENT):  # noqa: ARG002  the real one has it
        """Return the one that is shared."""
        return SEGMENTER


def reader(pieces=PIECES, **treatment):
    """Return what reads prompts for a model with these pieces."""
    return PromptReader(Model({"segmenter": {"hmm": True}, "treatment": treatment}, Vocabulary(pieces), {}))


def read(text, pieces=PIECES, **treatment):
    """Return the pieces that a prompt is read as."""
    return "|".join(pieces[identity] for identity in reader(pieces, **treatment).read(text).ids)


def told(text, pieces=PIECES, **treatment):
    """Return what is said of a prompt."""
    heard = Heard()
    reader(pieces, **treatment).read(text, heard).tell(heard)
    return heard.lines


@pytest.mark.parametrize(
    "text", ["宝玉\n黛玉", "宝玉\r\n\r\n黛玉\r\n", "宝玉\r黛玉", "　　宝玉 \n\n\n　黛玉\n", "宝玉\n😀\n黛玉"]
)
def test_paragraphs(text):
    """One paragraph's end stands between two paragraphs, whatever the line ends, the indents and the blank lines are."""
    assert read(text) == "宝玉|</s>|黛玉"


@pytest.mark.parametrize("text", ["", " ", "\n \r\n", "　\t", "\u200b", "\ufeff"])
def test_nothing(text):
    """What holds no word is an empty prompt."""
    assert reader().read(text).ids == []


def test_words_are_cut_as_the_corpus_was():
    """And nothing is said where the model knows them all."""
    assert read("宝玉笑道。") == "宝玉|笑|道|。"
    assert told("宝玉笑道。") == []


def test_a_word_that_is_not_known_whole_is_cut_smaller():
    """Each is told once, with what it is cut into, and the first few by name."""
    assert read("大观园") == "大|观|园"
    assert told("大观园大观园") == ["The model does not know every word whole. It reads 大观园 as 大|观|园."]


def test_a_word_keeps_what_can_be_kept():
    """Where a character is no piece the word is cut into larger pieces, so that none is lost if that is possible."""
    assert read("薛宝钗") == "薛|宝钗"
    assert spell("薛宝钗林", Vocabulary(PIECES)) == (["薛", "宝钗"], ["林"])
    assert spell("林薛宝", Vocabulary(PIECES)) == (["薛"], ["林", "宝"])


def test_many_words():
    """Of many words six are named."""
    words = [f"{a}{b}" for a in "大观园" for b in "大观园"]
    (line,) = told("\n".join(words))
    assert line.endswith(" … (9 in all).") or line.count(" as ") <= 6


def test_characters_never_seen():
    """They are named, white space by its code, and passed over; of an emoji its colour is not spoken of."""
    assert read("宝玉😀笑❤️\t鬼") == "宝玉|笑"
    (line,) = [line for line in told("宝玉😀笑❤️\t鬼") if "never seen" in line]
    assert line == "Warning: The model has never seen 😀 ❤ U+0009 鬼 and passes over it."


def test_invisible_characters_are_dropped_before_words_are_cut():
    """They do not part a word, they are told by their codes, and half a character is one of them."""
    text = "宝\u200b玉\x00笑\x1b道\ud83d"
    assert read(text) == "宝玉|笑|道"
    assert told(text) == ["Warning: Invisible characters of the prompt are dropped: U+0000 U+001B U+200B U+D83D."]


def test_an_invisible_character_of_the_corpus_stays():
    """What the model has as a piece is read."""
    assert read("笑\u200b道", (*PIECES, "\u200b")) == "笑|\u200b|道"


def test_traditional_characters():
    """A model of a simplified text does not know them, and what to type is told; and the other way about."""
    (line,) = [line for line in told("寶") if "never" in line]
    assert line == "Warning: The model has never seen 寶 and passes over it."
    (line,) = [line for line in told("後") if "never" in line]
    assert line.endswith("後 is traditional, and the model knows the simplified 后: type it so.")
    (line,) = told("园", ("園", "</s>"))
    assert line.endswith("园 is simplified, and the model knows the traditional 園: type it so.")


def test_few_of_many_strange_characters():
    """One traditional character among others that are known in no script is no sign of a traditional text."""
    assert not any("traditional" in line for line in told("後鬼神龙"))


def test_what_was_done_to_the_corpus_is_done_to_prompts():
    """Characters are converted and signs changed as they were before the corpus was cut."""
    converted = {"conversion": Converter("t2s").identity}
    assert read("寶玉笑道", **converted) == "宝玉|笑|道"
    assert told("寶玉笑道", **converted) == []
    assert read("Ａ", clean=["width", "adverts"]) == "A"
    assert read("Ａ") == ""


def test_without_opencc_a_prompt_is_read_as_it_stands(monkeypatch):
    """And that is said, once."""
    monkeypatch.setitem(__import__("sys").modules, "opencc", None)
    lines = told("宝玉\n笑", conversion={"direction": "t2s"})
    assert lines == ["Warning: The corpus was converted by OpenCC, which is not installed: the prompt is read as it stands."]
    assert told("後") == ["Warning: The model has never seen 後 and passes over it."]


def test_a_word_of_a_hundred_thousand_characters():
    """It is read in a second or two, and little is said of it."""
    started = time.perf_counter()
    lines = told("A" * 50_000 + "B" + "A" * 50_000)
    assert time.perf_counter() - started < 10
    assert max(map(len, lines)) < 200
    assert len(reader().read("大" * 100_000).ids) == 100_000


@settings(deadline=None)
@given(st.text(alphabet=[*"宝玉黛钗薛大观园笑道。“A \n\r\t　▁😀\u200b\x00鬼寶", "\ud800"], max_size=30))
def test_any_text(text):
    """Any text is read: no paragraph's end comes first or after another, and nothing is made up."""
    prompt = reader().read(text)
    pieces = [PIECES[identity] for identity in prompt.ids]
    assert pieces[:1] != ["</s>"]
    assert ("</s>", "</s>") not in itertools.pairwise(pieces)
    for piece in set(pieces) - {"</s>", "▁"}:
        assert pieces.count(piece) <= "".join(c for c in text if c not in "\u200b\x00\ud800").count(piece)
    prompt.tell(Heard())
