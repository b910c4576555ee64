"""Whether the parts of a bundle belong together by their sizes."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhgen.bundle.model import count_layers
from zhgen.bundle.parts import CONFIG, Weights
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.recurrent.cells import GATES
from zhgen.vectors.binary import read_header


def check_sizes(path: Path, config: Mapping[str, Any], vocabulary: Vocabulary, weights: Weights) -> None:
    """Refuse parts that belong together by their hashes but not by their sizes, as a faulty writer would leave them."""
    rows, vector_size = read_header(path / "vectors.bin")
    counts = {CONFIG: config["vocabulary_size"], "vocabulary.txt": len(vocabulary), "vectors.bin": rows}
    if len(set(counts.values())) > 1:
        sizes = ", ".join(f"{name}: {count}" for name, count in counts.items())
        raise RefusedError(f"The parts of {path} have different sizes ({sizes}).", "Train the model again.")
    for name, shape in (_shapes(weights, rows, vector_size) | _attention(config, weights, vector_size)).items():
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


def _attention(config: Mapping[str, Any], weights: Weights, vector_size: int) -> dict[str, tuple[int, ...]]:
    """Return the same for what looks back, if a model has it; queries tell how long keys are."""
    if not config.get("attention"):
        return {}
    *members, units, _ = weights["output/kernel"].shape
    key_size = weights["attention/query"].shape[-1:] if "attention/query" in weights else ()
    kernels = dict.fromkeys(("attention/query", "attention/key"), (*members, units, *key_size))
    biases = dict.fromkeys(("attention/query_bias", "attention/key_bias"), (*members, *key_size))
    numbers = dict.fromkeys(("attention/nothing", "attention/fading"), (*members,))
    return {**kernels, **biases, "attention/output": (*members, vector_size, vector_size), **numbers}
