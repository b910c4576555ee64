"""What is kept of a training on disk, and what is not taken for it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from zhgen.errors import RefusedError
from zhgen.training.checkpoint import Checkpoint, checkpoint_folder
from zhgen.training.record import Record

MADE_FROM = {"the text": "a" * 64, "--units": 8, "--batch-size": None}
ARRAYS = [("variable/0", np.arange(6, dtype=np.float32).reshape(2, 3)), ("variable/1", np.array(7)), ("best/0", np.ones(2))]
KINDS = hnp.arrays(st.sampled_from([np.float32, np.int32, np.int64]), hnp.array_shapes(min_dims=0, min_side=0))
CHANCE = {"text": [np.random.default_rng(1).bit_generator.state]}


class Taken:
    """Keeps what it is given to restore."""

    def __call__(self, arrays, chance):
        """Keep it."""
        self.arrays, self.chance = arrays, chance


@pytest.fixture
def folder(tmp_path):
    """A checkpoint of one epoch."""
    Checkpoint(tmp_path / "a.checkpoint", MADE_FROM).save(Record(history=[{"epoch": 1, "loss": 2.5}]), CHANCE, ARRAYS)
    return tmp_path / "a.checkpoint"


def test_it_lies_beside_the_model(tmp_path):
    """models/a has models/a.checkpoint: the model is whole or not there, and dots in its name stay."""
    assert checkpoint_folder(tmp_path / "a") == tmp_path / "a.checkpoint"
    assert checkpoint_folder(tmp_path / "v1.2") == tmp_path / "v1.2.checkpoint"


def test_what_was_kept_comes_back(folder):
    """Arrays by group and in their order, of any shape, generators' states and the record."""
    taken, checkpoint = Taken(), Checkpoint(folder, MADE_FROM)
    assert checkpoint.stands
    checkpoint.check()
    assert checkpoint.load(taken).history == [{"epoch": 1, "loss": 2.5}]
    assert taken.chance == CHANCE
    assert {name: len(arrays) for name, arrays in taken.arrays.items() if name != "facts"} == {"variable": 2, "best": 1}
    for name, array in ARRAYS:
        group, number = name.split("/")
        np.testing.assert_array_equal(taken.arrays[group][int(number)], array)
    assert sorted(path.name for path in folder.iterdir()) == ["curve.svg", "history.csv", "state.npz"]
    assert (folder / "history.csv").read_text() == "epoch,loss\n1,2.5\n"


@settings(deadline=None, max_examples=40)
@given(st.lists(KINDS, max_size=12))
def test_arrays_of_any_kind_come_back_bit_for_bit(tmp_path_factory, arrays):
    """More than ten of them in their order, NaN, empty ones and single numbers among them."""
    checkpoint, taken = Checkpoint(tmp_path_factory.mktemp("c") / "c", {}), Taken()
    checkpoint.save(Record(), {}, ((f"variable/{number}", array) for number, array in enumerate(arrays)))
    checkpoint.load(taken)
    found = taken.arrays.get("variable", [])
    assert [(a.dtype, a.shape, a.tobytes()) for a in found] == [(a.dtype, a.shape, a.tobytes()) for a in arrays]


def test_what_differs_is_named(folder):
    """Values of both sides stand in the refusal, hashes cut short; what only one side has is none on the other."""
    other = {"the text": "b" * 64, "--units": 8, "--batch-size": 4, "--new": True}
    with pytest.raises(RefusedError) as refused:
        Checkpoint(folder, other).check()
    assert str(refused.value) == (
        f"{folder} is of another training: the text was sha256 aaaaaaaaaaaa…, is sha256 bbbbbbbbbbbb…; "
        "--batch-size was none, is 4; --new was none, is True. "
        "To go on with that one, give what it was made from. To begin anew, leave out --resume."
    )


def test_many_differences_are_counted(folder):
    """Four are told and the rest is a number."""
    other = {**MADE_FROM, **dict.fromkeys("efghij", 2)}
    with pytest.raises(RefusedError, match=r": e was none, is 2; f was none, is 2; g .*; h was none, is 2; 2 more\. "):
        Checkpoint(folder, other).check()


@pytest.mark.parametrize("damage", ["cut", "empty", "other", "flipped"])
def test_damage_is_refused(folder, damage):
    """A file that was cut short, emptied, replaced or of which a bit fell over is refused with the way out."""
    path = folder / "state.npz"
    content = path.read_bytes()
    middle = content.index(np.arange(6, dtype=np.float32).tobytes()) + 5
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path.write_bytes({"cut": content[:-50], "empty": b"", "other": b"PK" + bytes(100), "flipped": flipped}[damage])
    with pytest.raises(RefusedError, match=r"state\.npz .*\. To begin anew, leave out --resume\."):
        Checkpoint(folder, MADE_FROM).load(Taken())


def test_one_that_does_not_fit_the_network_is_refused(folder):
    """When the weights cannot be restored that is damage too."""

    def restore(arrays, chance):
        raise ValueError("shapes differ")

    with pytest.raises(RefusedError, match=r"state\.npz is damaged \(shapes differ\)"):
        Checkpoint(folder, MADE_FROM).load(restore)


def test_a_failed_save_leaves_the_last_one(folder):
    """When writing breaks off in the middle the file is as it was, and no other is left beside it."""
    before = (folder / "state.npz").read_bytes()

    def breaking():
        yield from ARRAYS[:1]
        raise OSError(28, "No space left on device")

    checkpoint = Checkpoint(folder, MADE_FROM)
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save(Record(), CHANCE, breaking())
    assert checkpoint.stands
    assert (folder / "state.npz").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["curve.svg", "history.csv", "state.npz"]


def test_what_is_no_checkpoint_is_left_alone(tmp_path):
    """A file, and a folder of other things, are refused; an empty folder and one with a torn file of ours are not."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.txt").write_text("x")
    for name in ("file", "folder"):
        with pytest.raises(RefusedError, match="is no checkpoint of a training"):
            Checkpoint(tmp_path / name, {})
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / ".zhgen-abcstate.npz").write_text("x")
    assert not Checkpoint(tmp_path / "torn", {}).stands


def test_when_it_is_written(folder, monkeypatch):
    """After a minute within an epoch, at an epoch's end at once; never so often that writing takes over a twentieth."""
    now = 0.0
    monkeypatch.setattr("zhgen.training.checkpoint.time.monotonic", lambda: now)
    checkpoint = Checkpoint(folder, MADE_FROM)
    assert (checkpoint.late, checkpoint.affordable) == (False, True)
    now = 60.0
    assert checkpoint.late

    def slow():
        nonlocal now
        now += 10
        yield from ARRAYS

    checkpoint.save(Record(), CHANCE, slow())
    now += 199
    assert (checkpoint.late, checkpoint.affordable) == (False, False)
    now += 1
    assert (checkpoint.late, checkpoint.affordable) == (True, True)


def test_what_nobody_needs_is_removed(folder):
    """The whole folder goes, and once more is no error."""
    checkpoint = Checkpoint(folder, MADE_FROM)
    checkpoint.remove()
    checkpoint.remove()
    assert not folder.exists()
