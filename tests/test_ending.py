"""When a text is over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.config import GenerateSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.generation.ending import Ending

WORDS = Vocabulary(("</s>", "，", "。", "！", "“", "”", "‘", "’", "宝玉", "笑", "荣国府", "\u2581"))


def written(pieces, prompt="", **settings):
    """Return the text that pieces come to, why it ended, and how many were taken; pieces are parted by blanks, ¶ is </s>."""
    ending = Ending(GenerateSettings(**settings), WORDS, ids(prompt))
    text, taken = "", 0
    for piece in ids(pieces):
        text += ending.add(piece)
        taken += 1
        if ending.reason:
            return text + ending.tail(), ending.reason, taken
    return text, None, taken


def ids(pieces):
    """Return the ids of pieces."""
    return [WORDS.index["</s>" if piece == "¶" else piece] for piece in pieces.split()]


def barred(prompt, pieces, **settings):
    """Return the pieces that must not come after others, and those that would leave marks unpaired, as strings."""
    ending = Ending(GenerateSettings(**settings), WORDS, ids(prompt))
    for piece in ids(pieces):
        ending.add(piece)
    hard, unpaired = ending.barred(), ending.unpaired()
    return "".join(WORDS.text(piece) for piece in sorted(hard)), "".join(WORDS.text(piece) for piece in sorted(set(unpaired)))


def test_as_many_words_as_asked():
    """After three words the text is over."""
    assert written("宝玉 ， 笑 。", words=3) == ("宝玉，笑", "length", 3)


def test_no_empty_line():
    """A line's end comes neither first, nor last, nor twice running; elsewhere it may."""
    assert [barred("", before, words=4)[0] for before in ("", "笑", "笑 ¶", "笑 ， 笑")] == ["\n", "", "\n", "\n"]
    assert barred("宝玉", "", words=4)[0] == "\n"


def test_an_empty_line_that_comes_all_the_same_is_passed_over():
    """Where nothing else is left, </s> counts as a word and shows nothing."""
    assert written("¶ ¶ 笑 ¶ ¶ 笑", words=6) == ("笑\n笑", "length", 6)


def test_what_is_open_is_closed():
    """At its length a text closes what it or its prompt opened, the innermost first."""
    assert written("笑 ‘ 笑", prompt="“ 宝玉", words=3) == ("笑‘笑’”", "length", 3)


def test_marks_hold_something():
    """A mark is not opened with the last word, and not closed at once."""
    assert barred("", "笑", words=2)[1] == "“”‘’"
    assert barred("", "笑 “", words=9)[1] == "\n“”’"


def test_a_sentence_ends_behind_its_last_mark():
    """What follows 。” decides that it is over, and is no part of the text."""
    assert written("“ 笑 。 ” 宝玉", until="sentence") == ("“笑。”", "sentence", 5)
    assert written("笑 ！ ！ ， 笑", until="sentence") == ("笑！！", "sentence", 4)
    assert written("笑 ¶", until="sentence") == ("笑", "sentence", 2)


def test_a_quotation_that_goes_on_is_closed_at_the_sentences_end():
    """“笑。笑 ends as “笑。”."""
    assert written("“ 笑 。 笑", until="sentence") == ("“笑。”", "sentence", 4)


def test_a_sentence_at_the_limit():
    """A sentence whose last mark is the last word is over as a sentence; another one is cut."""
    assert written("笑 。", until="sentence", words=2) == ("笑。", "sentence", 2)
    assert written("笑 ，", until="sentence", words=2) == ("笑，", "length", 2)
    assert written("笑 。", until="sentence", chars=2, min_length=9) == ("笑。", "chars", 2)


def test_a_shortest_length():
    """Before as many words neither a sentence nor a paragraph ends the text."""
    assert written("笑 。 笑 。 笑", until="sentence", min_length=3) == ("笑。笑。", "sentence", 5)
    assert written("笑 ¶ 笑 ¶", until="paragraph", min_length=2) == ("笑\n笑", "paragraph", 4)


def test_a_paragraph_ends():
    """The line's end is no part of the text."""
    assert written("笑 。 笑 ¶", until="paragraph") == ("笑。笑", "paragraph", 4)


def test_no_more_characters_than_asked():
    """A word that does not fit ends the text and is left out; white space does not count, closing marks do."""
    assert written("宝玉 ， 荣国府", chars=5) == ("宝玉，", "chars", 3)
    assert written("宝玉 ¶ 荣国府", chars=5) == ("宝玉\n荣国府", "chars", 3)
    assert written("笑 “ 笑 笑", chars=4) == ("笑“笑”", "chars", 3)


def test_characters_for_no_word():
    """Words that are too long are barred at first; where none fits one comes all the same."""
    hard, _ = barred("", "", chars=1)
    assert {"宝玉", "荣国府"} == {word for word in ("宝玉", "荣国府", "笑") if word in hard}
    assert Ending(GenerateSettings(chars=1), Vocabulary(("宝玉", "荣国府")), []).barred() == []
    assert written("荣国府", chars=1) == ("荣国府", "chars", 1)


@given(st.lists(st.integers(1, 10), min_size=80, max_size=80), st.integers(1, 40))
def test_characters_are_a_bound(wanted, chars):
    """Whatever is chosen of what is allowed, the text ends, has something in it, and no more characters than asked for."""
    ending, text = Ending(GenerateSettings(chars=chars), WORDS, []), ""
    for piece in wanted:
        if piece in ending.barred() or piece in ending.unpaired():
            piece = WORDS.index["笑"]
        text += ending.add(piece)
        if ending.reason:
            break
    text += ending.tail()
    assert ending.reason == "chars"
    assert 1 <= len("".join(text.split())) <= chars


def test_a_text_to_stop_at():
    """It is not written, nothing is closed before it, and that is why the text ended."""
    assert written("“ 宝玉 笑 。", stop=("玉笑",)) == ("“宝", "stop", 3)
    assert written("笑 ¶ 宝玉 笑", stop=("宝玉笑",)) == ("笑", "stop", 4)


def test_what_was_held_back_is_shown_at_the_end():
    """A stop that began and did not come is a part of the text."""
    assert written("笑 宝玉", words=2, stop=("宝玉。",)) == ("笑宝玉", "length", 2)


@pytest.mark.parametrize("settings", [{"stop": ("笑", "")}, {"until": "sentence", "min_length": 9, "words": 8}])
def test_settings_that_cannot_be_kept(settings):
    """An empty text to stop at, and a shortest length beyond the longest, are refused."""
    with pytest.raises(RefusedError):
        GenerateSettings(**settings)


def test_nothing_is_closed_by_what_cannot_come():
    """A mark whose partner is banned is a sign like any other."""
    never = frozenset(ids("”"))
    ending = Ending(GenerateSettings(words=2), WORDS, ids("“"), never)
    assert "".join(map(ending.add, ids("宝玉 笑"))) + ending.tail() == "宝玉笑"


def test_the_text_to_stop_at_may_be_what_closes():
    """What closes a text at its end is no exception, alone or with what was held back."""
    assert written("宝玉 笑", prompt="“", words=2, stop=("”",)) == ("宝玉笑", "stop", 2)
    ending = Ending(GenerateSettings(words=2, stop=("笑”",)), WORDS, ids("“"))
    assert ("".join(map(ending.add, ids("宝玉 笑"))) + ending.tail(), ending.reason) == ("宝玉", "stop")
