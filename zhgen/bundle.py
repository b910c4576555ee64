"""The bundle: the directory `models/NAME/` in which a trained model lies, and the one place that knows how.

```
config.json      format version, recipe, settings, sizes, hashes of the parts and of the corpus, versions of the libraries
vocabulary.txt   one piece a line, in id order
vectors.bin      the word2vec table that training began with
weights.npz      what the generator runs: LSTM, output layer, and the decoder's table, scale and bias
ngrams.npz       how often every run of up to five pieces follows which: all but the recipe `seed` counts them
text.npz         the training part as ids of pieces, where it was to be kept
dictionary.txt   the user dictionary that the corpus was cut with, if there was one
history.csv      one row an epoch
curve.svg        the same as a picture
README.md        a model card
```
"""

import hashlib
import json
import math
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.corpus.dictionary import Dictionary, parse_dictionary
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.files import atomic_directory, check_output, sha256
from zhgen.ngrams.kneser_ney import KneserNey
from zhgen.progress import SILENT, Reporter
from zhgen.recurrent.cells import GATES
from zhgen.vectors.binary import read_header, read_vectors, write_vectors
from zhgen.vectors.table import Table

FORMAT = 1
"""Changes when an older zhgen can no longer read what a newer one writes."""

CONFIG = "config.json"
PARTS = ("vocabulary.txt", "vectors.bin", "weights.npz")
"""What every bundle has beside its config."""

OPTIONAL_PARTS = ("dictionary.txt", "ngrams.npz", "text.npz")

Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Bundle:
    """A trained model.

    Attributes:
        config: What `config.json` holds, less what `save` adds (format, vocabulary size, parts).
        vocabulary: The pieces and their ids.
        weights: Arrays by name, float32: for every layer N from 1 `lstm_N/kernel` (D, 4H), `lstm_N/recurrent_kernel` (H, 4H)
            and `lstm_N/bias` (4H,); `output/kernel` (H, D) and `output/bias` (D,); `input/table` (V, D), what is read, or
            `input/scale` () when that is the decoder's table times a number; `decoder/table` (V, D) with rows of length 1,
            `decoder/bias` (V,), and `decoder/scale` () or, when scores are plain products, `decoder/lengths` (V,) of the rows.
        dictionary: The user dictionary that the corpus was cut with, if there was one.
        path: Where it was loaded from.
        counted: The n-grams of the training part, to be saved; of a model that was loaded `ngrams` reads them.
        kept: int32 (N,), the training part, to be saved; of a model that was loaded `text` reads it.
    """

    config: dict[str, Any]
    vocabulary: Vocabulary
    weights: Weights
    dictionary: Dictionary | None = None
    path: Path | None = None
    history: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    counted: KneserNey | None = field(default=None, repr=False)
    kept: NDArray[np.int32] | None = field(default=None, repr=False)

    @property
    def layers(self) -> int:
        """How many LSTM layers there are."""
        return count_layers(self.weights)

    @property
    def sha256(self) -> str:
        """The hash of the config, which has those of the parts: another model has another."""
        return _hash_of(self.config)

    def segmenter(self, reporter: Reporter = SILENT) -> Segmenter:
        """Return a segmenter that cuts as the corpus was cut; `reporter` is told where another engine has to do it."""
        return Segmenter.like(self.config["segmenter"], self.dictionary, reporter)

    def table(self) -> Table:
        """Return the word2vec table that training began with.

        Raises:
            RefusedError: The file was damaged.
        """
        assert self.path is not None
        return read_vectors(self.path / "vectors.bin").table

    def ngrams(self) -> KneserNey | None:
        """Return the n-grams of the training part, read anew each time; None where they were not counted.

        Raises:
            RefusedError: The file was damaged, or is of another vocabulary.
        """
        if self.path is None or "ngrams.npz" not in self.config["parts"]:
            return self.counted
        path = self.path / "ngrams.npz"
        arrays = read_arrays(path)
        try:
            ngrams = KneserNey.from_arrays(arrays)
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedError(f"{path} is damaged ({error}).", "Train the model again.") from None
        if len(ngrams.counts) != len(self.vocabulary) or ngrams.end != self.vocabulary.end:
            raise RefusedError(
                f"The parts of {self.path} do not fit (vocabulary.txt: {len(self.vocabulary)} pieces, </s> is "
                f"{self.vocabulary.end}; ngrams.npz: {len(ngrams.counts)}, {ngrams.end}).",
                "Train the model again.",
            )
        return ngrams

    def text(self) -> NDArray[np.int32] | None:
        """Return the training part as ids, int32 (N,), read anew each time; None where it was not kept.

        Raises:
            RefusedError: The file was damaged, or is of another vocabulary.
        """
        if self.kept is not None or self.path is None or "text.npz" not in self.config["parts"]:
            return self.kept
        path = self.path / "text.npz"
        ids = read_arrays(path, names=["ids"])["ids"]
        if ids.ndim != 1 or ids.dtype.kind not in "iu":
            raise RefusedError(f"{path} is damaged (it holds no list of pieces).", "Train the model again.")
        if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < len(self.vocabulary):
            raise RefusedError(f"{path} and vocabulary.txt do not fit: it has other pieces.", "Train the model again.")
        return ids.astype(np.int32)


def count_layers(weights: Weights) -> int:
    """Return how many LSTM layers there are in weights."""
    return sum(name.endswith("/recurrent_kernel") for name in weights)


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
        (folder / "vocabulary.txt").write_text(
            "".join(f"{piece}\n" for piece in bundle.vocabulary.pieces), "utf-8", newline="\n"
        )
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
            (folder / "dictionary.txt").write_text(bundle.dictionary.text, "utf-8", newline="\n")
        (folder / "history.csv").write_text(as_csv(bundle.history), "utf-8", newline="\n")
        if curve is not None:
            (folder / "curve.svg").write_text(curve, "utf-8", newline="\n")
        (folder / "README.md").write_text(card, "utf-8", newline="\n")
        parts = {
            part.name: {"bytes": part.stat().st_size, "sha256": sha256(part)}
            for part in sorted(folder.iterdir())
            if part.name in (*PARTS, *OPTIONAL_PARTS)
        }
        facts = {"format": FORMAT, "vocabulary_size": len(bundle.vocabulary), "parts": parts}
        config = {"format": FORMAT, **bundle.config, **facts}  # the format stands first
        config["sha256"] = _hash_of(config)
        (folder / CONFIG).write_text(json.dumps(config, ensure_ascii=False, indent=2) + "\n", "utf-8", newline="\n")


def _hash_of(config: Mapping[str, Any]) -> str:
    """Return the hash of a config's entries, less the one that holds it."""
    entries = {name: value for name, value in config.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()


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
    _check_sizes(path, config, vocabulary, weights)
    if config.pop("sha256", None) != _hash_of(config):
        raise RefusedError(f"{path / CONFIG} was changed after it was written.", "Train the model again, or undo the change.")
    dictionary = None
    if "dictionary.txt" in config["parts"]:
        lines = (path / "dictionary.txt").read_text("utf-8").split("\n")
        dictionary = parse_dictionary(lines, str(path / "dictionary.txt"))
    return Bundle(config, vocabulary, weights, dictionary, path)


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
    good = {
        "timesteps": isinstance(timesteps, int) and timesteps > 0,
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


def _check_sizes(path: Path, config: Mapping[str, Any], vocabulary: Vocabulary, weights: Weights) -> None:
    """Refuse parts that belong together by their hashes but not by their sizes, as a faulty writer would leave them."""
    rows, vector_size = read_header(path / "vectors.bin")
    counts = {CONFIG: config["vocabulary_size"], "vocabulary.txt": len(vocabulary), "vectors.bin": rows}
    if len(set(counts.values())) > 1:
        sizes = ", ".join(f"{name}: {count}" for name, count in counts.items())
        raise RefusedError(f"The parts of {path} have different sizes ({sizes}).", "Train the model again.")
    for name, shape in _shapes(weights, rows, vector_size).items():
        if name not in weights:
            raise RefusedError(f"{path / 'weights.npz'} lacks {name}.", "Train the model again.")
        if weights[name].shape != shape:
            raise RefusedError(
                f"The parts of {path} have different sizes ({name}: {weights[name].shape} in place of {shape}).",
                "Train the model again.",
            )


def _shapes(weights: Weights, rows: int, vector_size: int) -> dict[str, tuple[int, ...]]:
    """Return the shape that every array must have for a vocabulary of `rows` pieces; the first bias tells the units."""
    units = weights["lstm_1/bias"].size // GATES if "lstm_1/bias" in weights else 0
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(1, max(count_layers(weights), 1) + 1):
        shapes[f"lstm_{layer}/bias"] = (GATES * units,)
        shapes[f"lstm_{layer}/kernel"] = (vector_size if layer == 1 else units, GATES * units)
        shapes[f"lstm_{layer}/recurrent_kernel"] = (units, GATES * units)
    # Members of a network have linear layers of their own, each on its share of the units.
    members = weights["output/kernel"].shape[:-2] if "output/kernel" in weights else ()
    shapes["output/kernel"] = (*members, units // max(math.prod(members), 1), vector_size)
    shapes["output/bias"] = (*members, vector_size)
    shapes |= {"input/table": (rows, vector_size)} if "input/table" in weights else {"input/scale": ()}
    shapes |= {"decoder/table": (rows, vector_size), "decoder/bias": (rows,)}
    shapes |= {"decoder/lengths": (rows,)} if "decoder/lengths" in weights else {"decoder/scale": ()}
    return shapes


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows of numbers as CSV with a header line."""
    if not rows:
        return ""
    lines = [",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)]
    return "".join(f"{line}\n" for line in lines)
