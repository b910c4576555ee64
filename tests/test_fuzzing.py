"""What is read is read or refused, whatever it holds. The driver is fuzzing.py; here it runs for some seconds."""

import random

import fuzzing
import pytest
from fuzzing import Target, damage, fuzz, targets, vector_files


@pytest.fixture(scope="module")
def all_targets():
    """Return what can be fuzzed."""
    return targets()


@pytest.mark.parametrize(("name", "count"), [("vectors", 2000), ("text", 300), ("dictionary", 1000)])
@pytest.mark.timeout(120)
def test_damaged_files(all_targets, tmp_path, name, count):
    """Damaged files are read or refused in a sentence, soon and with little memory; many of both kinds were tried."""
    found = fuzz(all_targets[name], count, 7, tmp_path)
    assert found.failed == []
    assert found.read + found.refused.total() == count
    assert found.read > count / 10
    assert len(found.refused) >= 4


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [("vectors", 200_000), ("text", 100_000), ("dictionary", 100_000)])
@pytest.mark.timeout(3000)
def test_damaged_files_by_the_hundred_thousand(all_targets, tmp_path, name, count):
    """The same with as many files as minutes allow."""
    assert fuzz(all_targets[name], count, 1, tmp_path).failed == []


def test_the_same_seed_makes_the_same_files():
    """A finding can be made again from its seed."""
    good = tuple(vector_files())
    first, second = (random.Random(3) for _ in range(2))  # noqa: S311  no secrets here
    files = [damage(first, good) for _ in range(50)]
    assert files == [damage(second, good) for _ in range(50)]
    assert len(set(files)) > 40


def endless(path):
    """Read for ever."""
    while True:
        path.name.upper()


def greedy(path):
    """Take a megabyte."""
    return len(bytes(10**6))


def wrong(path):
    """Raise what is no refusal."""
    raise KeyError(path.name)


@pytest.mark.parametrize(
    ("reader", "told"), [(wrong, "KeyError: 'fuzzed'"), (endless, "TimeoutError: 0.02 seconds"), (greedy, "bytes of memory")]
)
def test_what_fails_is_found(tmp_path, monkeypatch, reader, told):
    """A reader that raises, one that hangs and one that takes too much memory are found out, with the file that did it."""
    monkeypatch.setattr(fuzzing, "SECONDS", 0.02)
    monkeypatch.setattr(fuzzing, "MEMORY", 100_000)
    found = fuzz(Target((b"ab",), lambda path: path.read_bytes() == b"ab" or reader(path)), 20, 1, tmp_path)
    assert len(found.failed) > 5
    assert all(told in what and content != b"ab" for what, content in found.failed)
