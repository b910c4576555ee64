"""The picture of a training: well-formed, without a font, with the right points in the right places."""

import math
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.training.curve import draw_curve

SVG = "{http://www.w3.org/2000/svg}"
HISTORY = [
    {"epoch": 1, "loss": 6.0, "validation_loss": 5.0},
    {"epoch": 2, "loss": 5.0, "validation_loss": 4.5},
    {"epoch": 3, "loss": 4.0, "validation_loss": 5.5},
]


def _read(text):
    """Return the root of a picture, checked to be XML and to hold no text and nothing from elsewhere."""
    root = ET.fromstring(text)  # noqa: S314  our own
    assert root.tag == f"{SVG}svg"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "title", "rect", "g", "path", "circle"}
    assert "href" not in text
    return root


def _circles(root, attribute, value):
    return [(float(dot.get("cx")), float(dot.get("cy"))) for dot in root.iter(f"{SVG}circle") if dot.get(attribute) == value]


def test_every_epoch_is_a_point_of_each_line():
    """Three epochs: evenly from left to right, the less the loss the lower, equal losses equally high on both lines."""
    root = _read(draw_curve(HISTORY))
    train, valid = _circles(root, "fill", "#8a8a8a"), _circles(root, "fill", "#1f5fa8")
    assert [x for x, _ in train] == [x for x, _ in valid] == [70, 345, 620]
    assert [y for _, y in train] == [40, 175, 310]  # 6, 5 and 4: from the top of the scale to its foot
    assert [y for _, y in valid] == [175, 242.5, 107.5]


def test_the_best_epoch_is_marked():
    """The mark is a ring around the least validation loss; without a validation around the least loss."""
    assert _circles(_read(draw_curve(HISTORY)), "r", "6") == [(345, 242.5)]
    without = [{name: row[name] for name in ("epoch", "loss")} for row in HISTORY]
    assert _circles(_read(draw_curve(without)), "r", "6") == [(620, 310)]


def test_a_loss_that_is_no_number_is_left_out():
    """A last epoch of NaN has no point, and the others stay where they can be seen."""
    root = _read(draw_curve([*HISTORY, {"epoch": 4, "loss": math.nan, "validation_loss": math.inf}]))
    assert len(_circles(root, "fill", "#8a8a8a")) == len(_circles(root, "fill", "#1f5fa8")) == 3


def test_many_epochs_are_a_line_without_dots():
    """Five hundred epochs are one line each and a ring, a few dozen kB at most."""
    text = draw_curve([{"epoch": epoch, "loss": 1 / epoch} for epoch in range(1, 501)])
    assert len(list(_read(text).iter(f"{SVG}circle"))) == 1
    assert len(text) < 30_000


@pytest.mark.parametrize("history", [[], HISTORY[:1], [{"epoch": 1, "loss": 0.0}], [{"epoch": 1, "loss": math.nan}]])
def test_little_can_be_drawn_too(history):
    """No epoch, one, a loss of zero and none that is a number give a picture all the same."""
    _read(draw_curve(history))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_every_loss_lies_in_the_picture(losses):
    """Whatever the losses, no number in a path or of a dot is outside 640 by 360, and all are numbers."""
    text = draw_curve([{"epoch": number, "loss": loss} for number, loss in enumerate(losses, start=1)])
    paths = " ".join(path.get("d") for path in _read(text).iter(f"{SVG}path"))
    for x, y in re.findall(r"[ML](\S+) ([^MLh ]+)", paths):
        assert -100 <= float(x) <= 640
        assert 0 <= float(y) <= 360
