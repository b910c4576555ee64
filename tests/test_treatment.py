"""What is done to a raw text before it is cut."""

import io

import pytest

from zhgen.errors import RefusedError
from zhgen.raw.cleaning import Cleaner
from zhgen.raw.treatment import Treatment


class Doubled:
    """A converter that says every character twice."""

    identity = {"engine": "doubled"}  # noqa: RUF012  never changed

    def convert(self, text):
        """Return the text with every character twice."""
        return "".join(2 * character for character in text)


def treated(treatment, data):
    """Return the paragraphs of some bytes."""
    return list(treatment.paragraphs(treatment.open(io.BytesIO(data), "a.txt")))


def test_that_was_not_asked_for_decodes_alone():
    """The paragraphs are those of the reader, and there is nothing to write down."""
    plain = Treatment()
    assert treated(plain, "　红\n\n楼".encode("utf-16")) == ["红", "楼"]
    assert (plain.clean, plain.conversion) == ({}, {})


def test_is_done_in_order():
    """A text is decoded, cleaned and then converted."""
    treatment = Treatment("gbk", Cleaner(["pages", "width"]), Doubled())
    assert treated(treatment, "红１\n- 2 -\n楼".encode("gbk")) == ["红红11", "楼楼"]
    assert treatment.clean == {"pages": 1, "width": 1}
    assert treatment.conversion == {"engine": "doubled"}


def test_names_its_option_in_a_refusal():
    """The way out is the option to type."""
    with pytest.raises(RefusedError, match="--encoding"):
        treated(Treatment(option="--encoding"), b"\xff\x00\xff")


def test_can_be_run_for_its_account_alone():
    """Two texts are cleaned and thrown away; the counts and the first changes stay, with the names of the texts."""
    treatment = Treatment(cleaner=Cleaner(["width"], examples=3))
    treatment.run([(name, io.BytesIO("红１\n楼".encode())) for name in ("a.txt", "b.txt")])
    assert treatment.cleaner.report() == [
        "width: 2 lines changed",
        "  a.txt, line 1: 红１  ->  红1",
        "  b.txt, line 1: 红１  ->  红1",
    ]
