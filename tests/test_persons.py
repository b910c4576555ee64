"""Who is a person in a text."""

import pytest

from zhgen.names.persons import Persons, count_speakers
from zhgen.names.strings import Neighbours


@pytest.mark.parametrize(
    ("paragraph", "speakers"),
    [
        pytest.param("素笺道：“好。”", {"素笺": 1}, id="plain"),
        pytest.param("他来了。素笺笑道：“好。”骆嫔忙问，“谁？”", {"素笺": 1, "骆嫔": 1}, id="manner, comma"),
        pytest.param('素笺说："好。"', {"素笺": 1}, id="straight quotes"),
        pytest.param("玄德曰：「善。」孔明笑曰：『善。』", {"玄德": 1, "孔明": 1}, id="corner brackets"),
        pytest.param("素笺道：好。", {}, id="no quotation mark"),
        pytest.param("素笺看：“好。”", {}, id="no verb of speech"),
        pytest.param("笑道：“好。”", {}, id="nobody"),
        pytest.param("她道：“好。”", {}, id="one character"),
    ],
)
def test_speakers(paragraph, speakers):
    """Who stands before a verb of speech and a quotation mark, at the beginning of a clause, speaks."""
    assert count_speakers(lambda: [paragraph]) == speakers


def test_a_string_is_like_persons_as_its_neighbours_are():
    """Beside known persons stand a comma and 笑, beside words 的 and 了: so an unknown string is told on both sides."""
    paragraphs = ["，素笺笑"] * 30 + ["的花园了"] * 30 + ["，骆嫔笑", "的池塘了"]
    neighbours = Neighbours(lambda: paragraphs, {"素笺", "花园", "骆嫔", "池塘"})
    persons = Persons(neighbours, ["素笺"], ["花园"])
    assert min(persons.likeness("骆嫔")) > 0.5
    assert max(persons.likeness("池塘")) < -0.5


def test_a_main_character_does_not_speak_for_all():
    """What stands beside one name counts 200 times at most."""
    paragraphs = ["甲素笺子"] * 2000 + ["乙骆嫔丑"] * 200 + ["丙花园寅"] * 10
    neighbours = Neighbours(lambda: paragraphs, {"素笺", "骆嫔", "花园"})
    persons = Persons(neighbours, ["素笺", "骆嫔"], ["花园"])
    assert persons.likeness("素笺") == pytest.approx(persons.likeness("骆嫔"))


def test_what_never_occurs_is_neither():
    """A string without neighbours is told by nothing."""
    neighbours = Neighbours(lambda: ["甲素笺乙"], {"素笺", "花园"})
    assert Persons(neighbours, ["素笺"], []).likeness("花园") == (0.0, 0.0)
