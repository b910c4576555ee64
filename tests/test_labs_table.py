"""A lesson's figures beside the source's."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from zhgen.labs.table import show_figures

FIGURES = {"loss_step_0": 0.1797308538, "exact_sums": 16384, "right": True, "words": ["一", "二"], "note": "x"}
SOURCE = {"loss_step_0": 0.17973, "right": False}


def columns_of(line):
    """Return how many columns of a terminal a line takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def test_figures_stand_beside_the_sources():
    """Names to the left, numbers to the right, a Chinese character being two columns wide; what the source lacks is empty."""
    assert show_figures(FIGURES, SOURCE, 80) == (
        "                 here   source\n"
        "loss step 0  0.179731  0.17973\n"
        "exact sums     16,384\n"
        "right             yes       no\n"
        "words          一, 二\n"
        "note                x"
    )


def test_without_a_source_there_is_one_column():
    """A lesson whose source reports nothing has no empty column."""
    assert show_figures({"a": 1, "long_name": 2.5}, {}, 80) == "a            1\nlong name  2.5"


def test_a_narrow_terminal_gets_them_below_one_another():
    """Where the table has no room, each figure has lines of its own."""
    assert show_figures(FIGURES, SOURCE, 28).split("\n")[:5] == [
        "loss step 0",
        "  here  0.179731",
        "  source  0.17973",
        "exact sums",
        "  here  16,384",
    ]


@given(
    st.dictionaries(
        st.sampled_from([f"a_figure_{n}" for n in range(9)]), st.integers() | st.floats() | st.text("ab c"), min_size=1
    ),
    st.integers(24, 120),
)
def test_no_line_is_wider_than_the_terminal(figures, columns):
    """Whatever the figures are, nothing is broken by the terminal."""
    lines = show_figures(figures, dict(list(figures.items())[::2]), columns).split("\n")
    assert max(map(columns_of, lines)) <= columns


def test_a_list_is_wrapped_between_its_items():
    """A long list goes over several lines, and no number is cut where a line has room for it."""
    shown = show_figures({"probabilities": [0.125] * 10}, {}, 24)
    assert shown.replace("\n", " ").split() == ["probabilities", "here", *["0.125,"] * 9, "0.125"]
