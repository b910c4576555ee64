"""What a bundle consists of: the names of its files, its hash, its arrays."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.errors import RefusedError

FORMAT = 2
"""Changes when an older zhgen can no longer read what a newer one writes."""

CONFIG = "config.json"
PARTS = ("vocabulary.txt", "vectors.bin", "weights.npz")
"""What every bundle has beside its config."""

OPTIONAL_PARTS = ("dictionary.txt", "ngrams.npz", "text.npz")

Weights = Mapping[str, NDArray[np.float32]]


def hash_of(config: Mapping[str, Any]) -> str:
    """Return the hash of a config's entries, less the one that holds it."""
    entries = {name: value for name, value in config.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()


def read_arrays(
    path: Path, remedy: str = "Train the model again.", names: Sequence[str] | None = None
) -> dict[str, NDArray[Any]]:
    """Return the arrays of an .npz file by name.

    Args:
        path: The file.
        remedy: The way out, where it cannot be read.
        names: Which arrays; None is all.

    Raises:
        RefusedError: It is none, or it is damaged.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in names or archive.files}
    except (OSError, ValueError, KeyError, EOFError, TypeError, zlib.error, zipfile.BadZipFile) as error:
        # TypeError: it is one array alone
        raise RefusedError(f"{path} cannot be read ({error}).", remedy) from None
