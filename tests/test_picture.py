"""The pictures of lessons."""

import pytest

from zhgen.errors import RefusedError
from zhgen.labs.picture import check_picture, draw_picture


def line(figure):
    """Draw a line from 0 to 1."""
    figure.subplots().plot([0, 1])


@pytest.mark.parametrize(("name", "start"), [("a.svg", b"<?xml"), ("b.PNG", b"\x89PNG")])
def test_a_picture_is_what_its_suffix_says_and_the_same_each_time(tmp_path, name, start):
    """SVG or PNG, the same bytes for the same picture, and nothing beside it."""
    paths = [tmp_path / name, tmp_path / f"again-{name}"]
    for path in paths:
        check_picture(path)
        draw_picture(line, path)
    first, second = (path.read_bytes() for path in paths)
    assert first.startswith(start)
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)


def test_a_picture_that_fails_leaves_nothing(tmp_path):
    """What was there before stays."""
    path = tmp_path / "a.svg"
    path.write_text("before")

    def fail(figure):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        draw_picture(fail, path)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["before"]


@pytest.mark.parametrize("name", ["a.pdf", "a", "svg", "-", ".svg", "a.svg.txt"])
def test_another_kind_of_picture_is_refused(tmp_path, name):
    """Only SVG and PNG are drawn."""
    with pytest.raises(RefusedError, match=r"does not end in \.svg or \.png"):
        check_picture(tmp_path / name)


def test_a_place_where_no_picture_can_be_is_refused(tmp_path):
    """A directory, or a folder that is a file."""
    (tmp_path / "a.svg").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(RefusedError, match="is a directory"):
        check_picture(tmp_path / "a.svg")
    with pytest.raises(RefusedError, match="Nothing can be written"):
        check_picture(tmp_path / "file" / "a.svg")


@pytest.mark.parametrize("name", ["a.svg", "a.png"])
def test_any_name_can_stand_in_a_picture(tmp_path, name):
    """Dollar signs are no formula, and a character that the font lacks is a box and no warning."""
    draw_picture(lambda figure: figure.suptitle(r"d$\zz$ 飞机"), tmp_path / name)
    assert (tmp_path / name).stat().st_size > 1000
