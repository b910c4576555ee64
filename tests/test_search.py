"""Names that a text repeats."""

import itertools
from pathlib import Path

import pytest

from zhgen.names.search import Name, find_names

PALACE = Path(__file__).parents[1] / "data" / "palace.txt"


@pytest.fixture(scope="module")
def palace():
    """Return the names of the text that comes with the project."""
    paragraphs = [line.strip() for line in PALACE.read_text("utf-8").split("\n") if line.strip()]
    return find_names(lambda: paragraphs)


def test_the_names_of_a_tale(palace):
    """In the text that comes with the project nine of ten suggestions are its characters, the most frequent first."""
    assert palace[0].word == "素笺"
    assert [name.occurrences for name in palace] == sorted((name.occurrences for name in palace), reverse=True)
    found = {name.word for name in palace}
    assert found >= {"素笺", "糯儿", "骆嫔", "骆明绡", "肃妃", "姚姑姑", "庞公公", "银梭"}
    assert len(found) <= 10


def test_occurrences_and_examples_are_the_text_s(palace):
    """What is told of each name is counted in the text, and the example has the name in it."""
    text = PALACE.read_text("utf-8")
    for name in palace:
        assert name.occurrences == text.count(name.word)
        assert name.word in name.example
        assert "\n" not in name.example


def made_text():
    """Return a text in which three persons with made-up names speak, listen and stand together, among other sentences."""
    persons, listeners = ("魑缇", "翀琬", "邶珩"), ("便", "也", "却", "又", "忙", "才", "就", "只")
    deeds = ("走了", "来了", "看花", "吃茶", "听着", "坐下", "起身", "想着", "睡了", "写字")
    for person, adverb, deed in itertools.product(persons, listeners, deeds):
        yield f"{person}笑道：“今天去花园看月亮。”{person}{adverb}{deed}，那{person}等{deed}。"
    for place, deed in itertools.product(("花园", "月亮", "茶杯", "池塘"), deeds):
        yield f"这{place}的样子很好，在{place}里{deed}，一个{place}和两个{place}。"


def test_names_that_nobody_knows():
    """Made-up names are found by what stands beside them; more or less than a name is not suggested."""
    text = list(made_text())
    assert [name.word for name in find_names(lambda: text)] == ["翀琬", "邶珩", "魑缇"]


def test_the_first_place_is_the_example():
    """The example is the first place in the text, with eight characters on either side."""
    text = list(made_text())
    by_word = {name.word: name for name in find_names(lambda: text)}
    assert by_word["魑缇"] == Name("魑缇", 240, "魑缇笑道：“今天去花")


@pytest.mark.parametrize("text", [(), ("今天",), ("今天我们学习语文。",) * 100, ("宝玉" * 1000,)])
def test_where_there_are_none(text):
    """A text that is empty, short, or the same over and over has no names, and that is no error."""
    assert find_names(lambda: text) == []
