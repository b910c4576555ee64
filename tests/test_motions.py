"""Clips of a spot that does one of ten things."""

import numpy as np
import pytest

from zhgen.labs.motions import FRAMES, MOTIONS, SIDE, make_clips

CLIPS = make_clips(400, 5)


def paths(name):
    """Return the place of the brightest point, row and column, in each frame of each clip of a motion, smoothed of noise."""
    frames = CLIPS.frames[CLIPS.labels == MOTIONS.index(name), ..., 0]  # (N, T, SIDE, SIDE)
    smooth = sum(np.roll(frames, (a, b), axis=(2, 3)) for a in (-1, 0, 1) for b in (-1, 0, 1))
    places = smooth.reshape(*smooth.shape[:2], -1).argmax(axis=-1)
    return np.stack(np.divmod(places, SIDE), axis=-1), smooth


def moved(name):
    """Return the mean way from the first frame to the fourth, rows and columns, the short way round."""
    places, _ = paths(name)
    way = places[:, 3] - places[:, 0]
    return ((way + SIDE / 2) % SIDE - SIDE / 2).mean(axis=0)


def test_the_motions_come_equally_often():
    """As many clips of each, in random order."""
    assert np.bincount(CLIPS.labels).tolist() == [40] * 10
    assert CLIPS.frames.shape == (400, FRAMES, SIDE, SIDE, 1)
    assert CLIPS.frames.dtype == np.float32
    assert np.any(np.diff(CLIPS.labels) < 0)


@pytest.mark.parametrize(
    ("name", "row", "column"), [("right", 0, 3), ("left", 0, -3), ("up", -3, 0), ("down", 3, 0), ("still", 0, 0)]
)
def test_a_spot_goes_where_its_motion_says(name, row, column):
    """About a point a frame, towards the named side, rows counting downwards."""
    np.testing.assert_allclose(moved(name), [row, column], atol=0.6)


@pytest.mark.parametrize(("name", "sign"), [("clockwise", 1), ("anticlockwise", -1)])
def test_a_spot_turns_the_way_that_is_named(name, sign):
    """Seen with rows counting downwards: from one step to the next a clockwise path bends to the right."""
    places, _ = paths(name)
    steps = np.diff(places, axis=1)
    steps = (steps + SIDE // 2) % SIDE - SIDE // 2
    (row, column), (next_row, next_column) = np.moveaxis(steps[:, :-1], -1, 0), np.moveaxis(steps[:, 1:], -1, 0)
    bends = (column * next_row - row * next_column).sum(axis=1)
    assert np.mean(np.sign(bends) == sign) == 1


def test_a_spot_grows_shrinks_and_blinks():
    """The light of a growing spot rises, that of a shrinking one falls; a blinking one is dark half of the time."""
    light = {name: paths(name)[1].sum(axis=(2, 3)) for name in ("growing", "shrinking")}
    assert (light["growing"][:, -1] > 2 * light["growing"][:, 0]).all()
    assert (light["shrinking"][:, 0] > 2 * light["shrinking"][:, -1]).all()
    brightest = paths("blinking")[1].max(axis=(2, 3))
    dark = brightest < brightest.max(axis=1, keepdims=True) / 2
    assert (dark.sum(axis=1) >= 4).all()
    assert (dark.sum(axis=1) <= 6).all()


def test_a_seed_makes_the_same_clips_again():
    """The same seed, the same clips; another, others."""
    np.testing.assert_array_equal(make_clips(400, 5).frames, CLIPS.frames)
    assert np.any(make_clips(400, 6).frames != CLIPS.frames)
