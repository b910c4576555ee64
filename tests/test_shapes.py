"""Pictures of simple forms, made where the real ones are not at hand."""

import numpy as np

from zhgen.labs.shapes import FORMS, make_archive


def test_the_forms_come_equally_often_and_each_picture_is_its_own():
    """Ten names, as many pictures of each, in random order, no two alike."""
    archive = make_archive(200, 50, seed=4)
    assert archive.names == tuple(FORMS)
    assert np.bincount(archive.training.labels).tolist() == [20] * 10
    assert np.bincount(archive.test.labels).tolist() == [5] * 10
    assert np.any(np.diff(archive.training.labels.astype(int)) < 0)
    assert len(np.unique(archive.training.pixels.reshape(200, -1), axis=0)) == 200
    assert archive.training.pixels.shape == (200, 3, 32, 32)
    assert archive.training.pixels.dtype == archive.training.labels.dtype == np.uint8


def test_a_seed_makes_the_same_pictures_again():
    """The same seed, the same bytes; another seed, others."""
    first, again, other = (make_archive(20, 10, seed).training.pixels for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)


def test_the_forms_are_what_they_are_called():
    """On a grid of their own units: bars are the same all along, a ring is hollow, a triangle points upwards."""
    u, v = np.meshgrid(np.linspace(-1.5, 1.5, 31), np.linspace(-1.5, 1.5, 31))
    drawn = {name: form(u, v) for name, form in FORMS.items()}
    middle = drawn["disc"].shape[0] // 2
    assert (drawn["level_bars"] == drawn["level_bars"][:, :1]).all()
    assert (drawn["upright_bars"] == drawn["upright_bars"][:1]).all()
    assert drawn["disc"][middle, middle]
    assert not drawn["ring"][middle, middle]
    assert drawn["ring"].any()
    rows = drawn["triangle"].sum(axis=1)
    assert (np.diff(rows[rows > 0]) >= 0).all()
    assert all(form.any() and not form.all() for form in drawn.values())
