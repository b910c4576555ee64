"""A bundle read, with every part checked before it is believed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhgen.bundle.model import Bundle
from zhgen.bundle.parts import CONFIG, FORMAT, PARTS, hash_of, read_arrays
from zhgen.bundle.shapes import check_sizes
from zhgen.config import FURTHEST
from zhgen.corpus.dictionary import parse_dictionary
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.files import sha256


def load(path: Path) -> Bundle:
    """Return the model in a directory, with every part checked against the hash that was written with it.

    Raises:
        RefusedError: There is no bundle, it is from a newer zhgen, or a part is missing, changed or of another model; what
            disagrees is named.
    """
    config = _load_config(path)
    for name, expected in config["parts"].items():
        _check_part(path, name, expected)
    vocabulary = Vocabulary((path / "vocabulary.txt").read_text("utf-8").split("\n")[:-1])
    weights = read_arrays(path / "weights.npz")
    check_sizes(path, config, vocabulary, weights)
    if config.pop("sha256", None) != hash_of(config):
        raise RefusedError(f"{path / CONFIG} was changed after it was written.", "Train the model again, or undo the change.")
    dictionary = None
    if "dictionary.txt" in config["parts"]:
        lines = (path / "dictionary.txt").read_text("utf-8").split("\n")
        dictionary = parse_dictionary(lines, str(path / "dictionary.txt"))
    return Bundle(config, vocabulary, weights, dictionary, path)


def _load_config(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise RefusedError(f"There is no model {path}.", "Train one with zhgen train, or check the name.")
    if not (path / CONFIG).is_file():
        raise RefusedError(f"{path} is not a model: it has no {CONFIG}.", "Give the directory that zhgen train made.")
    try:
        config = json.loads((path / CONFIG).read_text("utf-8"))
        newer = config["format"] > FORMAT
        strange = [] if newer else _strange_entries(config)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"{path / CONFIG} is damaged ({error!r}).", "Train the model again.") from None
    if newer:
        raise RefusedError(
            f"{path} was made by a newer zhgen (format {config['format']}, this one reads {FORMAT}).", "Update zhgen."
        )
    if strange:
        raise RefusedError(f"{path / CONFIG} is damaged (in {', '.join(strange)}).", "Train the model again.")
    return dict(config)


def _strange_entries(config: Mapping[str, Any]) -> list[str]:
    """Return the entries that a model is loaded and run by and that are not what `save` writes.

    Raises:
        KeyError: One is missing.
    """
    timesteps, segmenter, parts = config["timesteps"], config["segmenter"], config["parts"]
    attention = config.get("attention", 0)  # which format 1 had not
    good = {
        "timesteps": isinstance(timesteps, int) and timesteps > 0,
        "attention": type(attention) is int and 0 <= attention <= (FURTHEST if config["state"] == "carried" else 0),
        "state": config["state"] in ("carried", "zero"),
        "segmenter": isinstance(segmenter, dict) and isinstance(segmenter.get("hmm"), bool),
        "vocabulary_size": isinstance(config["vocabulary_size"], int),
        "parts": isinstance(parts, dict) and set(parts) >= set(PARTS) and all(map(_is_part, parts.values())),
    }
    return [name for name, fine in good.items() if not fine]


def _is_part(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("sha256"), str) and isinstance(entry.get("bytes"), int)


def _check_part(path: Path, name: str, expected: Mapping[str, Any]) -> None:
    part = path / name
    if not part.is_file():
        raise RefusedError(f"{part} is missing.", "Copy the whole directory again, or train the model again.")
    found = sha256(part)
    if found != expected["sha256"]:
        size = part.stat().st_size
        raise RefusedError(
            f"{part} is not the file that belongs to this model: {CONFIG} says {expected['bytes']:,} bytes, "
            f"sha256 {expected['sha256'][:12]}…, and it has {size:,} bytes, sha256 {found[:12]}….",
            "Copy the whole directory again, or train the model again.",
        )
