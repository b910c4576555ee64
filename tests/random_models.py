"""Small models with random weights, for tests of what writes."""

import hashlib

import numpy as np

from zhgen.bundle import Bundle
from zhgen.config import GenerateSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.generator import Generator
from zhgen.generation.request import Request
from zhgen.recurrent.cells import GATES
from zhgen.training.members import merge
from zhgen.vectors.table import unit_rows

PIECES = ("宝玉", "</s>", "黛玉", "笑", "道", "，", "。", "好", "风", "月")
MIXTURE = {
    "sharpness": 7.0,
    "decay": 50.0,
    "memory": 20,
    **{name: {"counts": 0.3 * (name != "cache"), "cache": 0.3 * (name != "mix")} for name in ("mix", "cache", "both")},
}


def random_bundle(seed=0, *, units=5, vector_size=6, layers=1, members=1, state="carried", own_table=False, attention=0):
    """Return a bundle of random weights, as training would leave them.

    `members` networks stand side by side, and look back at the last `attention` pieces.
    """
    draw = np.random.default_rng(seed)

    def normal(*shape):
        return draw.normal(size=shape).astype(np.float32)

    parts = [
        _layers(normal, units, vector_size, layers) | (_attention(normal, units, vector_size) if attention else {})
        for _ in range(members)
    ]
    weights = merge(parts)
    weights["decoder/table"] = unit_rows(normal(len(PIECES), vector_size))
    weights["decoder/bias"] = normal(len(PIECES))
    weights["decoder/scale"] = np.array(4, np.float32)
    name, array = ("table", normal(len(PIECES), vector_size)) if own_table else ("scale", np.array(2.5, np.float32))
    weights[f"input/{name}"] = array
    looking = {"attention": attention} if attention else {}
    config = looking | {"timesteps": 3, "state": state, "segmenter": {"hmm": True}, "mixture": MIXTURE}
    return Bundle(config, Vocabulary(PIECES), weights)


def _layers(normal, units, vector_size, layers):
    weights = {"output/kernel": normal(units, vector_size), "output/bias": normal(vector_size)}
    for layer in range(1, layers + 1):
        weights[f"lstm_{layer}/kernel"] = normal(vector_size if layer == 1 else units, GATES * units)
        weights[f"lstm_{layer}/recurrent_kernel"] = normal(units, GATES * units)
        weights[f"lstm_{layer}/bias"] = normal(GATES * units)
    return weights


def _attention(normal, units, vector_size):
    return {
        "attention/query": normal(units, 4),
        "attention/query_bias": normal(4),
        "attention/key": normal(units, 4),
        "attention/key_bias": normal(4),
        "attention/output": normal(vector_size, vector_size),
        "attention/nothing": np.float32(0.5) * normal(),
        "attention/fading": -np.abs(normal()),
    }


def texts_hash():
    """Return the hash of some texts of a model that is wide enough for its products to be shared among threads."""
    generator = Generator(random_bundle(members=2, units=256, vector_size=200, attention=9))
    requests = [Request("", GenerateSettings(words=12, seed=seed)) for seed in range(40)]
    text = "\0".join(result.text for result in generator.generate(requests, batch_size=33))
    return hashlib.sha256(text.encode()).hexdigest()
