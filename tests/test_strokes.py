"""Signs drawn as lines."""

import pytest

from zhgen.training.strokes import strokes, width


def test_a_sign_is_drawn_from_its_corner():
    """A 1 of height 4 at (10, 20): a short stroke up, then one down."""
    assert strokes("1", 10, 20, 4) == "M10.0 21.0L11.0 20.0L11.0 24.0"


def test_signs_stand_side_by_side():
    """The second of two is 3.2 columns to the right; a space draws nothing and takes its place."""
    assert strokes("1I", 0, 0, 4) == strokes("1", 0, 0, 4) + "M4.2 0.0L4.2 4.0"
    assert strokes("1 I", 0, 0, 4) == strokes("1", 0, 0, 4) + "M7.4 0.0L7.4 4.0"


def test_how_wide_a_text_is():
    """One sign is two columns wide, two are 5.2; a sign twice as high is twice as wide, and no sign has no width."""
    assert [width(text, 4) for text in ("", "1", "11")] == pytest.approx([0, 2, 5.2])
    assert width("11", 8) == pytest.approx(10.4)


def test_what_cannot_be_drawn_is_not_passed_over():
    """A sign without strokes is an error, not a gap."""
    with pytest.raises(KeyError):
        strokes("字", 0, 0, 4)
