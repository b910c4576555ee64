"""How numbers and long texts are told."""

import pytest

from zhgen.wording import counted, excerpt


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (counted(0, "epoch"), "0 epochs"),
        (counted(1, "epoch"), "1 epoch"),
        (counted(2_000, "epoch"), "2,000 epochs"),
        (counted(1, "entry", "entries"), "1 entry"),
        (counted(24, "entry", "entries"), "24 entries"),
    ],
)
def test_a_count_and_its_noun(found, expected):
    """One thing is not called by the plural, and none is; large counts have commas."""
    assert found == expected


def test_a_long_text_is_cut():
    """As many characters as there may be are told whole; of one more so many, and that it goes on."""
    assert (excerpt("红楼梦", 3), excerpt("红楼梦中", 3), excerpt("", 0)) == ("红楼梦", "红楼梦…", "")
