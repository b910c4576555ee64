"""Quotation marks and brackets: what is open, what closes it, what may not come."""

from hypothesis import given
from hypothesis import strategies as st

from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.marks import Marks, marks_of

WORDS = Vocabulary(("</s>", "“", "”", "‘", "’", "（", '"', "玉", "？！”", "《", "》"))
MARKS = Marks(WORDS)


def after(text, marks=MARKS, vocabulary=WORDS):
    """Return what is open after the pieces of a text, one a character."""
    open_marks = ()
    for sign in text:
        open_marks = marks.follow(open_marks, vocabulary.index[sign])
    return open_marks


def barred(open_marks, marks=MARKS, vocabulary=WORDS):
    """Return the pieces that must not come."""
    return {vocabulary.pieces[piece] for piece in marks.barred(open_marks)}


def test_what_is_open_is_closed_from_within():
    """After “玉‘玉 both marks are open, and ’” closes them."""
    assert after("“玉‘玉") == ("“", "‘")
    assert MARKS.close(("“", "‘")) == "’”"
    assert after("“玉‘玉’") == ("“",)


def test_a_closing_mark_closes_what_was_left_open_within():
    """In a prompt like “玉‘玉” the outer mark takes the inner one with it, and a mark that closes nothing does nothing."""
    assert after("“玉‘玉”") == ()
    assert after("玉”“") == ("“",)


def test_a_paragraphs_end_forgets():
    """A quotation that a prompt leaves open at a paragraph's end is open no more."""
    assert MARKS.follow(("“",), WORDS.end) == ()


def test_what_may_not_come():
    """With nothing open no mark closes; with “ open neither “ nor ’ nor the paragraph's end comes; straight quotes never do."""
    assert barred(()) == {"”", "’", "》", "？！”", '"'}
    assert barred(("“",)) == {"</s>", "“", "’", "》", '"'}
    assert barred(("“", "‘")) == {"</s>", "“", "‘", "”", "》", "？！”", '"'}


def test_a_mark_without_its_partner_counts_for_nothing():
    """（ is no paired mark where ） is no piece, and straight quotes are free where there are no curly ones."""
    assert after("（") == ()
    assert Marks(Vocabulary(('"', "“", "玉"))).barred(()) == []


@given(st.lists(st.integers(0, 10), max_size=60))
def test_what_keeps_to_the_rules_is_balanced(wanted):
    """Of any pieces, those that are not barred, with what closes them, make a text in which every mark has its partner."""
    open_marks, text = (), ""
    for piece in wanted:
        if piece not in MARKS.barred(open_marks):
            open_marks = MARKS.follow(open_marks, piece)
            text += WORDS.text(piece)
    text += MARKS.close(open_marks)
    stack = []
    for sign in text:
        if sign in "“‘《":
            assert sign not in stack
            stack.append(sign)
        elif sign in "”’》":
            assert stack.pop() + sign in ("“”", "‘’", "《》")
    assert stack == []


def test_the_marks_of_a_vocabulary_are_found_once():
    """Every text of a model shares them."""
    assert marks_of(WORDS) is marks_of(WORDS)


def test_a_prompt_of_opening_marks_alone_is_followed():
    """As many as thirty-two are remembered, so that time and memory do not grow with their square."""
    open_marks = after("“" * 5000)
    assert len(open_marks) == 32
