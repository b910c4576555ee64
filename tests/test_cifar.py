"""CIFAR-10's binary archive: every byte in its place, and what is not such an archive is refused."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.errors import RefusedError
from zhgen.labs.cifar import Archive, Pictures, read_archive, write_archive

NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
BATCHES = ("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin")
ROW = 3073


def pictures(count, seed=0):
    """Return pictures of random points with random labels."""
    random = np.random.default_rng(seed)
    return Pictures(random.integers(0, 256, (count, 3, 32, 32), dtype=np.uint8), random.integers(0, 10, count, dtype=np.uint8))


@pytest.fixture
def folder(tmp_path):
    """Return a folder with an archive of two pictures a batch, each byte being the batch's number but for the labels."""
    for number, name in enumerate(BATCHES):
        (tmp_path / name).write_bytes((bytes([number]) + bytes([number]) * 3072) * 2)
    (tmp_path / "batches.meta.txt").write_text("\n".join(NAMES) + "\n\n", "ascii")  # as the real one ends
    return tmp_path


def test_a_row_is_a_label_and_three_planes_from_the_top(folder):
    """The first byte is the label, then come all reds, all greens and all blues, each row by row."""
    red, green, blue = (bytes([start + place % 32 for place in range(1024)]) for start in (0, 64, 128))
    (folder / "test_batch.bin").write_bytes(b"\x07" + red + green + blue)
    test = read_archive(folder).test
    assert test.labels.tolist() == [7]
    assert test.pixels.shape == (1, 3, 32, 32)
    assert test.pixels[0, :, 0, 5].tolist() == [5, 69, 133]  # the first row, the sixth column
    assert test.pixels[0, 0, :, 5].tolist() == [5] * 32
    assert test.pixels.dtype == test.labels.dtype == np.uint8


def test_the_batches_follow_one_another(folder):
    """The five training batches in order, then the test batch; a class has the name on its label's line."""
    archive = read_archive(folder)
    assert archive.training.labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert archive.training.pixels[:, 0, 0, 0].tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert archive.test.labels.tolist() == [5, 5]
    assert archive.names == NAMES


def test_the_folder_that_it_unpacks_into_is_found(folder, tmp_path_factory):
    """Where the archive was unpacked is as good as the folder in it."""
    outer = tmp_path_factory.mktemp("outer")
    folder.rename(outer / "cifar-10-batches-bin")
    assert read_archive(outer).names == NAMES


@settings(deadline=None, max_examples=10)
@given(st.integers(5, 40), st.integers(1, 9), st.integers(0, 2**32))
def test_what_is_written_is_read(tmp_path_factory, training, test, seed):
    """An archive comes back as it was, however many pictures it has."""
    folder = tmp_path_factory.mktemp("archive")
    archive = Archive(NAMES, pictures(training, seed), pictures(test, seed + 1))
    write_archive(folder, archive)
    again = read_archive(folder)
    assert again.names == NAMES
    for got, expected in ((again.training, archive.training), (again.test, archive.test)):
        np.testing.assert_array_equal(got.pixels, expected.pixels)
        np.testing.assert_array_equal(got.labels, expected.labels)


def test_pictures_stay_bytes(tmp_path):
    """Reading takes the memory of the file's bytes and next to nothing else."""
    write_archive(tmp_path, Archive(NAMES, pictures(3000), pictures(300)))
    tracemalloc.start()
    archive = read_archive(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(archive.training.labels) == 3000
    assert peak < 1.1 * 3300 * ROW


def damage(folder, name, content):
    """Put other bytes in the place of a file; None takes the file away, ... puts a folder there."""
    (folder / name).unlink()
    if content is ...:
        (folder / name).mkdir()
    elif content is not None:
        (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("test_batch.bin", b"\x01" * (ROW - 1), "its 3,072 bytes are not rows of 3,073"),
        ("data_batch_3.bin", b"\x01" * (2 * ROW + 9), "cut short or foreign"),
        ("data_batch_2.bin", b"\x01" * ROW + b"\x0a" * ROW, "its picture 2 has the label 10, above 9"),
        ("data_batch_1.bin", b"", "data_batch_1.bin is empty"),
        ("data_batch_4.bin", None, "data_batch_4.bin is missing"),
        ("test_batch.bin", None, "test_batch.bin is missing"),
        ("data_batch_5.bin", ..., "data_batch_5.bin is a directory"),
        ("batches.meta.txt", None, "batches.meta.txt is missing"),
        ("batches.meta.txt", b"cat\ndog\n", "does not hold 10 different names"),
        ("batches.meta.txt", b"cat\n" * 10, "does not hold 10 different names"),
        ("batches.meta.txt", "\n".join(NAMES).replace("dog", "d\x1b[31mog").encode(), "does not hold 10 different names"),
        ("batches.meta.txt", b"\xff\xfe\x00", "is not UTF-8 text"),
    ],
    ids=str,
)
def test_a_short_or_foreign_file_is_refused(folder, name, content, problem):
    """The file is named, what is wrong with it is said, and where the archive is to be had."""
    damage(folder, name, content)
    with pytest.raises(RefusedError) as refused:
        read_archive(folder)
    assert name in refused.value.problem
    assert problem in refused.value.problem
    assert "cifar-10-binary.tar.gz" in refused.value.remedy


def test_a_folder_that_is_none_is_refused(tmp_path):
    """A missing folder, the packed archive, and an empty folder are told apart."""
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(b"\x1f\x8b\x08")
    (tmp_path / "empty").mkdir()
    for name, problem in {
        "missing": "There is no folder",
        "cifar-10-binary.tar.gz": "is not a folder",
        "empty": "batches.meta.txt is missing",
    }.items():
        with pytest.raises(RefusedError, match=problem):
            read_archive(tmp_path / name)


def test_pickles_are_not_read(tmp_path):
    """The archive for Python is refused for what it is."""
    for name in ("batches.meta", "data_batch_1", "test_batch"):
        (tmp_path / name).write_bytes(b"\x80\x02}")
    with pytest.raises(RefusedError, match="as Python pickles"):
        read_archive(tmp_path)
