"""Words a second that a model writes, beside what else could run it, with one BLAS thread, and whether time or memory grow.

Usage: python benchmarks/generation.py MODEL [WORDS_OF_THE_LONG_RUN]
"""

# ruff: noqa: E402  the number of threads, and which kernels, are read when NumPy is imported
import os

for library in ("OPENBLAS", "MKL", "OMP"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)  # measured are the kernels that OpenBLAS chooses for this processor

import hashlib
import itertools
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from zhgen.config import GenerateSettings
from zhgen.generation.generator import Generator
from zhgen.generation.request import Request, Result

WORDS = 400  # of a stream in a round
TEXTS, WORDS_EACH = 192, 100
TEXTS_OF_PROCESSES = 960, 3_840  # starting them counts, and is shared out among more
BATCH_SIZE = 64
KERAS_WORDS = 30
ROUNDS = 5
PARTS = 10  # of the long run


def stream(generator: Generator) -> int:
    """Write one text and return its words."""
    return sum(1 for _ in generator.stream("", GenerateSettings(words=WORDS, chars=0)))


def batch(generator: Generator, texts: int = TEXTS, workers: int = 1) -> int:
    """Write many texts side by side and return their words."""
    requests = (Request("", GenerateSettings(words=WORDS_EACH, seed=seed)) for seed in range(texts))
    results = generator.generate(requests, batch_size=BATCH_SIZE, workers=workers)
    return sum(len(result.words) for result in results if isinstance(result, Result))


def bare_products(generator: Generator, rows: int, *, apart: bool) -> Callable[[], int]:
    """Return what does a word's matrix products and nothing else, for so many texts side by side.

    Args:
        generator: The model.
        rows: How many texts.
        apart: Whether they are those that the generator does: each member's block for itself, and no product for the input of
            a piece that came before. Otherwise they are those of the network as it was trained: one wide product.
    """
    model = generator.exact
    table = model.decoder.table
    direction = np.ones((rows, table.shape[1]), dtype=np.float32)
    cells = model.network.cells if apart else generator.network.cells
    kernels = [np.ascontiguousarray(cell.recurrent_kernel) for cell in cells]
    if apart:
        kernels += [cell.kernel for cell in cells[1:]]
    else:
        kernels = [np.concatenate([cell.kernel, cell.recurrent_kernel]) for cell in cells]
    inputs = [np.ones((*kernel.shape[:-2], rows, kernel.shape[-2]), dtype=np.float32) for kernel in kernels]
    upper = _upper_products(generator, rows)

    def products() -> int:
        for _ in range(WORDS if rows == 1 else WORDS // 8):
            for x, kernel in zip(inputs, kernels, strict=True):
                x @ kernel
            upper()
            direction @ table.T
        return rows * (WORDS if rows == 1 else WORDS // 8)

    return products


def _upper_products(generator: Generator, rows: int) -> Callable[[], object]:
    """Return what does the products above the LSTM: the linear layer's, and those of looking back where the model does so."""
    head = generator.exact.head
    if head is None:
        last = generator.bundle.weights["output/kernel"]
        outputs = np.ones((*last.shape[:-2], rows, last.shape[-2]), dtype=np.float32)
        return lambda: outputs @ last
    attention = head.attention
    members, units, key_size = attention.query.shape
    h = np.ones((members, rows, units), dtype=np.float32)
    query = np.ones((rows, members, key_size, 1), dtype=np.float32)
    keys = np.ones((rows, members, attention.length, key_size), dtype=np.float32)
    vectors = np.ones((rows, attention.length, attention.vector_size), dtype=np.float32)
    shares = np.ones((rows, members, attention.length), dtype=np.float32)
    found = np.ones((members, rows, attention.vector_size), dtype=np.float32)

    def products() -> None:
        h @ head.kernel
        keys @ query
        shares @ vectors
        found @ attention.output

    return products


def keras_ways(generator: Generator) -> dict[str, Callable[[], int]]:
    """Return the ways in which Keras writes, by name; its network is built from the bundle, and does not look back."""
    import keras  # after NumPy was told how many threads it has

    bundle, weights = generator.bundle, generator.bundle.weights
    units, vector_size = weights["lstm_1/recurrent_kernel"].shape[0], generator.input_table.shape[1]

    def network(*, carried: bool) -> "keras.Model":
        steps = 1 if carried else bundle.config["timesteps"]
        x = inputs = keras.Input((steps, vector_size), batch_size=1)
        for layer in range(1, bundle.layers + 1):
            last = layer == bundle.layers
            x = keras.layers.LSTM(units, stateful=carried, return_sequences=not last, name=f"lstm_{layer}")(x)
        kernel, bias = weights["output/kernel"], weights["output/bias"]
        members = kernel.reshape(-1, *kernel.shape[-2:])
        width = units // len(members)
        parts = [keras.ops.slice(x, (0, number * width), (1, width)) for number in range(len(members))]
        means = [
            keras.layers.UnitNormalization()(keras.layers.Dense(vector_size, name=f"out_{number}")(part))
            for number, part in enumerate(parts)
        ]
        mean = keras.layers.Average()(means) if len(means) > 1 else means[0]
        model = keras.Model(inputs, keras.layers.Dense(len(generator.vocabulary), name="scores")(mean))
        for layer in range(1, bundle.layers + 1):
            names = ("kernel", "recurrent_kernel", "bias")
            model.get_layer(f"lstm_{layer}").set_weights([weights[f"lstm_{layer}/{name}"] for name in names])
        for number, (one_kernel, one_bias) in enumerate(zip(members, bias.reshape(len(members), -1), strict=True)):
            model.get_layer(f"out_{number}").set_weights([one_kernel, one_bias])
        scale = np.asarray(generator.decoder.scale, dtype=np.float32)
        model.get_layer("scores").set_weights([(generator.decoder.rows if scale.ndim else generator.decoder.table * scale).T,
                                               generator.decoder.bias])  # fmt: skip
        return model

    vectors = generator.input_table * np.float32(generator.input_scale)
    whole, single = network(carried=False), network(carried=True)
    draw = np.random.default_rng(1)

    def choose(scores: np.ndarray) -> int:
        chances = np.exp((scores - scores.max()).astype(np.float64))
        return int(draw.choice(len(chances), p=chances / chances.sum()))

    def window() -> int:
        ids = [0] * bundle.config["timesteps"]
        for _ in range(KERAS_WORDS):
            ids = [*ids[1:], choose(whole.predict(vectors[ids][np.newaxis], verbose=0)[0])]
        return KERAS_WORDS

    def carried() -> int:
        piece = 0
        for _ in range(KERAS_WORDS):
            piece = choose(single.predict_on_batch(vectors[piece][np.newaxis, np.newaxis])[0])
        return KERAS_WORDS

    return {"Keras, `predict` on the whole window": window, "Keras, `predict_on_batch`, state carried": carried}


def words_a_second(ways: dict[str, Callable[[], int]]) -> dict[str, float]:
    """Return the median words a second of each way, measured in turn."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _, (name, way) in itertools.product(range(ROUNDS), ways.items()):
        started = time.perf_counter()
        words = way()
        found[name].append(words / (time.perf_counter() - started))
    return {name: statistics.median(speeds) for name, speeds in found.items()}


def long_run(generator: Generator, words: int) -> Iterator[tuple[int, float, float]]:
    """Yield for each tenth of a long stream how many words there are, microseconds a word, and megabytes so far."""
    shown = generator.stream("", words=words)
    for part in range(1, PARTS + 1):
        started, count = time.perf_counter(), 0
        for _ in itertools.islice(shown, words // PARTS):
            count += 1
        spent = time.perf_counter() - started
        yield part * words // PARTS, 1e6 * spent / max(count, 1), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def same_texts(generator: Generator) -> list[tuple[int, str]]:
    """Return for some batch sizes the hash of the same texts."""
    requests = [Request("", GenerateSettings(words=20 + seed % 50, seed=seed)) for seed in range(100)]
    hashes = []
    for size in (1, 7, 64):
        texts = [result.text for result in generator.generate(requests, batch_size=size) if isinstance(result, Result)]
        hashes.append((size, hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]))
    return hashes


def main() -> None:
    """Measure and print tables."""
    generator = Generator.load(sys.argv[1])
    words = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    print("| batch size | hash of 100 texts |\n|---|---|")
    for size, digest in same_texts(generator):
        print(f"| {size} | {digest} |")
    print("\n| words | microseconds a word | peak MB |\n|---|---|---|")
    for count, spent, megabytes in long_run(generator, words):
        print(f"| {count:,} | {spent:.0f} | {megabytes:.0f} |")
    one, many = "zhgen, one stream", f"zhgen, batch of {BATCH_SIZE}"
    ways = {
        one: lambda: stream(generator),
        many: lambda: batch(generator),
        **{
            f"zhgen, batch of {BATCH_SIZE}, two processes, {texts * WORDS_EACH:,} words with their start": partial(
                batch, generator, texts, workers=2
            )
            for texts in TEXTS_OF_PROCESSES
        },
        "its products alone, one row": bare_products(generator, 1, apart=True),
        f"its products alone, {BATCH_SIZE} rows": bare_products(generator, BATCH_SIZE, apart=True),
        "the trained network's products, one row": bare_products(generator, 1, apart=False),
        f"the trained network's products, {BATCH_SIZE} rows": bare_products(generator, BATCH_SIZE, apart=False),
        **keras_ways(generator),
    }
    speeds = words_a_second(ways)
    print("\n| | words a second | one stream, times | batch, times |\n|---|---|---|---|")
    for name, speed in speeds.items():
        print(f"| {name} | {speed:,.0f} | {speeds[one] / speed:.2f} | {speeds[many] / speed:.2f} |")


if __name__ == "__main__":
    main()
