"""What a training is made from."""

import dataclasses

import numpy as np

from zhgen import __version__
from zhgen.config import TrainSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.training.identity import identity
from zhgen.training.preparation import TrainingData
from zhgen.vectors.table import Table

DATA = TrainingData(
    Vocabulary(("今天", "我们")),
    Table(("今天", "我们"), np.eye(2, dtype=np.float32)),
    np.array([0, 1, 0], dtype=np.int32),
    np.array([1], dtype=np.int32),
    3,
)
FILES = {"the text": "a" * 64, "the vectors": None}


def test_all_that_a_training_depends_on_has_a_name():
    """The files, the version, what is validated on, the pieces, the libraries, and every setting in its option's spelling."""
    found = identity(DATA, FILES, TrainSettings(units=7))
    assert found["the version of zhgen"] == __version__
    assert (found["the text"], found["the vectors"], found["--units"]) == ("a" * 64, None, 7)
    assert {"the validation text", "the vocabulary", "keras", "numpy", "tensorflow"} <= set(found)
    assert {name for name in found if name.startswith("--")} == {
        f"--{field.name.replace('_', '-')}" for field in dataclasses.fields(TrainSettings)
    }


def test_only_what_changed_differs():
    """Another piece, another validation text and another setting change one entry each, and the same gives the same."""
    base = identity(DATA, FILES, TrainSettings())
    changed = {
        "the vocabulary": (dataclasses.replace(DATA, vocabulary=Vocabulary(("今", "天我们"))), TrainSettings()),
        "the validation text": (dataclasses.replace(DATA, valid=np.array([0], dtype=np.int32)), TrainSettings()),
        "--clip-norm": (DATA, TrainSettings(clip_norm=0.4)),
    }
    assert identity(DATA, FILES, TrainSettings()) == base
    for name, (data, settings) in changed.items():
        found = identity(data, FILES, settings)
        assert [key for key in base if found[key] != base[key]] == [name]
