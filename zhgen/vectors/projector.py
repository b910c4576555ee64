"""The files that embedding projectors read: the vectors and what is known of each word as tab-separated text."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from zhgen.errors import RefusedError
from zhgen.files import atomic_directory, check_output
from zhgen.vectors.table import Table

TENSORS, METADATA, CONFIG = "tensors.tsv", "metadata.tsv", "projector_config.json"
_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r"})


def check_projector_output(folder: Path) -> None:
    """Refuse a folder that cannot be written, or that holds something else.

    Raises:
        RefusedError: Nothing can be written there, it is a file, or it holds files that are not a projector's.
    """
    check_output(folder)
    if folder.exists() and not folder.is_dir():
        raise RefusedError(f"{folder} is a file.", "Give --projector the name of a directory.")
    if folder.is_dir() and {path.name for path in folder.iterdir()} - {TENSORS, METADATA, CONFIG}:
        raise RefusedError(f"{folder} holds something else.", "Give --projector another name; nothing was changed.")


def write_projector(folder: Path, table: Table, columns: Mapping[str, Sequence[object]], name: str) -> None:
    """Write the folder, which replaces an older one: `tensors.tsv`, `metadata.tsv` and `projector_config.json`.

    The numbers have six digits. The config names the two others, for projectors that ask for one.

    Args:
        folder: Where the files go.
        table: The words and vectors.
        columns: What is known of each word, by the column's name; the words come first.
        name: What the table is called.

    Raises:
        RefusedError: `check_projector_output` refuses the folder.
    """
    check_projector_output(folder)
    with atomic_directory(folder) as made:
        with (made / TENSORS).open("w", encoding="ascii", newline="\n") as file:
            np.savetxt(file, table.vectors, fmt="%.6g", delimiter="\t")
        with (made / METADATA).open("w", encoding="utf-8", newline="\n") as file:
            file.write(_line(["word", *columns]))
            file.writelines(map(_line, zip(table.words, *columns.values(), strict=True)))
        embedding = {
            "tensorName": name,
            "tensorShape": list(table.vectors.shape),
            "tensorPath": TENSORS,
            "metadataPath": METADATA,
        }
        text = json.dumps({"embeddings": [embedding]}, ensure_ascii=False, indent=2)
        (made / CONFIG).write_text(f"{text}\n", "utf-8", newline="\n")


def _line(cells: Sequence[object]) -> str:
    """Return a row of cells; projectors know no quotes, so that a tab is written as a backslash and a t, say."""
    return "\t".join(str(cell).translate(_ESCAPES) for cell in cells) + "\n"
