"""What a file or a directory of zhgen's is and where it came from."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen import bundle
from zhgen.corpus.segmented import Sidecar, is_segmented, open_segmented
from zhgen.errors import RefusedError
from zhgen.generation.mixture import NAMES
from zhgen.vectors.binary import read_vectors
from zhgen.vectors.health import measure_health
from zhgen.wording import counted

FIRST_WORDS = 10


def describe(path: Path) -> dict[str, Any]:
    """Return facts about a model, a segmented text or a file of vectors, by name.

    Raises:
        RefusedError: It is none of them, or it is damaged.
    """
    if path.is_dir():
        return _describe_model(path)
    if is_segmented(path):
        return _describe_segmented(path)
    if not path.exists():
        raise RefusedError(f"There is no {path}.", "Check the name and the folder you are in.")
    return _describe_vectors(path)


def _describe_model(path: Path) -> dict[str, Any]:
    model = bundle.load(path)
    config = model.config
    corpus, best = config["corpus"], config["best"] or {}
    return {
        "kind": "model",
        "made_by": f"zhgen {config['zhgen']}",
        "recipe": config["recipe"],
        **({"goes_on_from": config["from"]["name"]} if "from" in config else {}),
        "corpus": corpus["name"],
        "corpus_sha256": corpus["sha256"],
        "sources": ", ".join(source["name"] for source in corpus["sources"]) or "unknown",
        "segmenter": _segmenter(config["segmenter"]),
        "words": corpus["words"],
        "pieces": config["vocabulary_size"],
        "vector_size": config["vector_size"],
        "members": config.get("members", 1),
        "layers": config["layers"],
        "units": config["units"],
        "timesteps": config["timesteps"],
        "attention": config.get("attention", 0),
        "epoch_kept": best.get("epoch"),
        "loss": best.get("loss"),
        "validation_loss": best.get("validation_loss"),
        **_describe_mixture(config),
        "text": f"kept, {config['parts']['text.npz']['bytes']:,} bytes" if "text.npz" in config["parts"] else "not kept",
        "bytes": sum(part["bytes"] for part in config["parts"].values()),
        "libraries": ", ".join(f"{name} {number}" for name, number in config["libraries"].items()),
        "tables": {"word2vec": _health(model.table().vectors), "learnt": _health(model.weights["decoder/table"])},
    }


def _describe_mixture(config: dict[str, Any]) -> dict[str, Any]:
    """Return what a model can be mixed with; an older one with nothing."""
    ngrams, fitted = config["parts"].get("ngrams.npz"), config.get("mixture")
    names = ("model", *NAMES)
    return {
        "ngrams": f"{ngrams['bytes']:,} bytes" if ngrams else "none",
        "validation_perplexity": ", ".join(f"{name} {fitted[name]['perplexity']:.1f}" for name in names) if fitted else None,
    }


def _describe_segmented(path: Path) -> dict[str, Any]:
    text = open_segmented(path)
    counts = text.count_words()
    facts: dict[str, Any] = {
        "kind": "segmented text",
        "paragraphs": len(text.lengths),
        "words": text.words,
        "distinct_words": len(counts),
        "characters": sum(len(word) * count for word, count in counts.items()),
        "most_frequent": " ".join(word for word, _ in counts.most_common(FIRST_WORDS)),
    }
    return facts | (
        _describe_sidecar(text.sidecar) if text.sidecar else {"made_by": "unknown: there is no .seg.json beside it"}
    )


def _describe_sidecar(sidecar: Sidecar) -> dict[str, Any]:
    sources = (
        f"{s['name']} ({s['encoding']}, {counted(s['bytes'], 'byte')}, sha256 {s['sha256'][:12]}…)" for s in sidecar.sources
    )
    return {"sources": ", ".join(sources), "segmenter": _segmenter(sidecar.segmenter), "sha256": sidecar.sha256}


def _describe_vectors(path: Path) -> dict[str, Any]:
    reading = read_vectors(path)
    return {
        "kind": f"word vectors, {reading.form}",
        "rows": reading.rows,
        "usable_words": len(reading.table.words),
        "left_out": reading.describe_dropped() or "nothing",
        "vector_size": reading.table.vector_size,
        "first_words": " ".join(reading.table.words[:FIRST_WORDS]),
        "bytes": path.stat().st_size,
        "tables": {"vectors": _health(reading.table.vectors)},
    }


def _health(vectors: NDArray[np.float32]) -> dict[str, Any]:
    """Return the figures of a table, and what they mean in a sentence."""
    health = measure_health(vectors)
    figures = {name: round(value, 4) for name, value in asdict(health).items()}
    return {**figures, "narrow": health.is_narrow, "meaning": health.describe()}


def _segmenter(identity: dict[str, Any]) -> str:
    dictionary = identity["dictionary_sha256"]
    own = f", user dictionary {dictionary[:12]}…" if dictionary else ""
    return f"{identity['engine']} {identity['version']}{'' if identity['hmm'] else ', without HMM'}{own}"
