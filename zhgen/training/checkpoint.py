"""What `--resume` needs, in the directory NAME.checkpoint/ beside the model to be.

```
state.npz      weights, optimizer, the best weights so far, the LSTM's state, where chance stands, and how far it has come
history.csv    one row an epoch, to look at
curve.svg      the same as a picture
```

It stands beside the model and not in it, so that the model appears whole or not at all and a checkpoint outlives it.
"""

import json
import shutil
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.bundle import as_csv, read_arrays
from zhgen.errors import RefusedError
from zhgen.files import TEMPORARY_PREFIX, atomic_file
from zhgen.training.curve import draw_curve
from zhgen.training.record import Record

STATE = "state.npz"
_FACTS = "facts"  # the array that holds all that is no array, as JSON
_SECONDS_BETWEEN = 60.0  # within an epoch
_SHARE = 0.05  # of the time that writing may take
_TOLD = 4  # differences at most
_ANEW = "To begin anew, leave out --resume."

_DAMAGED = (KeyError, ValueError, TypeError, AttributeError)

Arrays = Iterable[tuple[str, NDArray[Any]]]


def checkpoint_folder(model: Path) -> Path:
    """Return where the checkpoint of a model to be lies."""
    return model.with_name(f"{model.name}.checkpoint")


class Checkpoint:
    """Keeps a training on disk; it is replaced as a whole or not at all.

    Args:
        folder: Where.
        identity: What the training is made from, by the name that a user knows it by: a checkpoint of other values is refused.

    Attributes:
        stands: Whether there is one of an earlier training that was neither taken up nor replaced yet.
        current: Whether it was written when that was last tried.

    Raises:
        RefusedError: Something else stands there.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        self.folder, self.path, self.identity = folder, folder / STATE, dict(identity)
        self.stands = self.path.is_file()
        if not self.stands and folder.exists() and (not folder.is_dir() or any(map(_is_foreign, folder.iterdir()))):
            raise RefusedError(f"{folder} is no checkpoint of a training.", "Move it away, or give -o another name.")
        self.current = False
        self._written = time.monotonic()
        self._cost = 0.0

    def check(self) -> None:
        """Look whether what stands there is of this training, before time is spent.

        Raises:
            RefusedError: It is damaged, or of another training; what differs is named.
        """
        try:
            facts = _facts(read_arrays(self.path, _ANEW, (_FACTS,)))
            self._compare(facts["identity"])
        except _DAMAGED as error:
            raise self._damaged(error) from None

    def load(self, restore: Callable[[Mapping[str, list[NDArray[Any]]], Mapping[str, Any]], None]) -> Record:
        """Take up what was saved, and return how far the training had come.

        Args:
            restore: Is given the arrays by group, each in the order in which they were saved, and the states of chance.

        Raises:
            RefusedError: It is damaged.
        """
        arrays = read_arrays(self.path, _ANEW)
        groups: dict[str, list[NDArray[Any]]] = {}
        try:
            facts = _facts(arrays)
            for name, array in arrays.items():
                groups.setdefault(name.split("/")[0], []).append(array)
            restore(groups, facts["chance"])
            record = Record(**facts["record"])
        except _DAMAGED as error:
            raise self._damaged(error) from None
        self.stands = False
        return record

    def _damaged(self, error: Exception) -> RefusedError:
        return RefusedError(f"{self.path} is damaged ({error}).", _ANEW)

    def _compare(self, identity: Mapping[str, Any]) -> None:
        names = [*identity, *(name for name in self.identity if name not in identity)]
        differing = [name for name in names if identity.get(name) != self.identity.get(name)]
        if differing:
            told = [
                f"{name} was {_show(identity.get(name))}, is {_show(self.identity.get(name))}" for name in differing[:_TOLD]
            ]
            more = [f"{len(differing) - _TOLD} more"] if len(differing) > _TOLD else []
            raise RefusedError(
                f"{self.folder} is of another training: {'; '.join(told + more)}.",
                f"To go on with that one, give what it was made from. {_ANEW}",
            )

    @property
    def late(self) -> bool:
        """Whether it should be written in the middle of an epoch, too much would be lost without."""
        return self._waited >= max(_SECONDS_BETWEEN, self._cost / _SHARE)

    @property
    def affordable(self) -> bool:
        """Whether writing it at the end of an epoch costs little of the time: short epochs are not all kept."""
        return self._waited >= self._cost / _SHARE

    @property
    def _waited(self) -> float:
        return time.monotonic() - self._written

    def save(self, record: Record, chance: Mapping[str, Any], arrays: Arrays) -> None:
        """Replace what is there.

        Args:
            record: How far the training has come.
            chance: The states of NumPy's generators, by what they belong to.
            arrays: Names such as `weights/0`, and arrays; they are asked for one after the other, to spare memory.

        Raises:
            OSError: Writing failed; what was there is there still.
        """
        self.current, began = False, time.monotonic()
        self.folder.mkdir(exist_ok=True)
        facts = {"identity": self.identity, "chance": chance, "record": record.as_json()}
        with atomic_file(self.path) as file, zipfile.ZipFile(file, "w") as archive:
            _write(archive, _FACTS, np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8))
            for name, array in arrays:
                _write(archive, name, array)
        for name, text in (("history.csv", as_csv(record.history)), ("curve.svg", draw_curve(record.history))):
            with atomic_file(self.folder / name) as file:
                file.write(text.encode())
        self.stands, self.current = False, True
        self._written = time.monotonic()
        self._cost = self._written - began

    def remove(self) -> None:
        """Remove what nobody needs any longer."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _facts(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(arrays[_FACTS].tobytes())
    return facts


def _write(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
        np.lib.format.write_array(entry, array, allow_pickle=False)


def _is_foreign(path: Path) -> bool:
    return not path.name.startswith(TEMPORARY_PREFIX)


def _show(value: Any) -> str:
    """Return a value of an identity for a sentence; hashes are cut short."""
    if isinstance(value, str) and len(value) == 64:
        return f"sha256 {value[:12]}…"
    return "none" if value is None else str(value)
