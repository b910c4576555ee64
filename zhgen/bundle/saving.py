"""A model written as a bundle."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zhgen.bundle.model import Bundle
from zhgen.bundle.parts import CONFIG, FORMAT, OPTIONAL_PARTS, PARTS, hash_of
from zhgen.errors import RefusedError
from zhgen.files import atomic_directory, check_output, sha256
from zhgen.vectors.binary import write_vectors
from zhgen.vectors.table import Table


def check_bundle_output(path: Path) -> None:
    """Refuse a path that cannot become a bundle, before time is spent on training.

    Raises:
        RefusedError: Nothing can be written there, or something stands there that is no bundle.
    """
    check_output(path)
    if path.exists() and not path.is_dir():
        raise RefusedError(f"{path} is a file.", "Give -o the name of a directory, such as models/novel.")
    if path.is_dir() and any(path.iterdir()) and not _is_bundle(path):
        raise RefusedError(f"{path} holds something that is not a model.", "Give -o another name; nothing was changed.")


def _is_bundle(path: Path) -> bool:
    """Return whether a directory holds a model, be it damaged; other programs have a `config.json` too.

    Where training was interrupted `make` deletes the config, which is what it makes.
    """
    parts = [(path / name).is_file() for name in PARTS]
    return all(parts) or (any(parts) and (path / CONFIG).is_file())


def save(path: Path, bundle: Bundle, table: Table, card: str, curve: str | None = None) -> None:
    """Write a bundle; it appears whole or not at all and replaces an older one of the same name.

    Args:
        path: The directory to be.
        bundle: The model.
        table: The table that training began with, a row a piece, in id order.
        card: The text of README.md.
        curve: The text of curve.svg; None leaves it out.
    """
    check_bundle_output(path)
    with atomic_directory(path) as folder:
        _write_parts(folder, bundle, table)
        _write_text(folder / "history.csv", as_csv(bundle.history))
        if curve is not None:
            _write_text(folder / "curve.svg", curve)
        _write_text(folder / "README.md", card)
        _write_config(folder, bundle)


def _write_parts(folder: Path, bundle: Bundle, table: Table) -> None:
    """Write what the model is run and trained from: everything that has its hash in the config."""
    _write_text(folder / "vocabulary.txt", "".join(f"{piece}\n" for piece in bundle.vocabulary.pieces))
    write_vectors(folder / "vectors.bin", table)
    with (folder / "weights.npz").open("wb") as file:
        np.savez(file, allow_pickle=False, **bundle.weights)
    if bundle.counted is not None:
        with (folder / "ngrams.npz").open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **bundle.counted.arrays())
    if bundle.kept is not None:
        with (folder / "text.npz").open("wb") as file:
            ids = bundle.kept.astype(np.min_scalar_type(len(bundle.vocabulary)))
            np.savez_compressed(file, allow_pickle=False, ids=ids)
    if bundle.dictionary is not None:
        _write_text(folder / "dictionary.txt", bundle.dictionary.text)


def _write_config(folder: Path, bundle: Bundle) -> None:
    """Write the config, once every part is there to be hashed."""
    parts = {
        part.name: {"bytes": part.stat().st_size, "sha256": sha256(part)}
        for part in sorted(folder.iterdir())
        if part.name in (*PARTS, *OPTIONAL_PARTS)
    }
    facts = {"format": FORMAT, "vocabulary_size": len(bundle.vocabulary), "parts": parts}
    config = {"format": FORMAT, **bundle.config, **facts}  # the format stands first
    config["sha256"] = hash_of(config)
    _write_text(folder / CONFIG, json.dumps(config, ensure_ascii=False, indent=2) + "\n")


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows of numbers as CSV with a header line."""
    if not rows:
        return ""
    lines = [",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)]
    return "".join(f"{line}\n" for line in lines)
