"""What a training is made from, so that an interrupted one goes on with nothing else."""

import dataclasses
import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from zhgen import __version__
from zhgen.config import TrainSettings, option_name
from zhgen.training.preparation import TrainingData

_LIBRARIES = ("keras", "numpy", "tensorflow")  # others of theirs may round otherwise


def identity(data: TrainingData, hashes: dict[str, str | None], settings: TrainSettings) -> dict[str, Any]:
    """Return by the names that a user knows them by all the values that a training depends on.

    Args:
        data: The text as ids.
        hashes: The SHA-256 of every file that went in, by what it is.
        settings: The recipe, with everything filled in.
    """
    return {
        "the version of zhgen": __version__,
        **hashes,
        "the vocabulary": _hash(f"{piece}\n".encode() for piece in data.vocabulary.pieces),
        "the validation text": _hash([data.valid.tobytes()]),
        **{option_name(name): value for name, value in dataclasses.asdict(settings).items()},
        **{name: version(name) for name in _LIBRARIES},
    }


def _hash(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest()
