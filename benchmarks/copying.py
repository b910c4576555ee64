"""How much generated text copies from the text a model was trained on: alone, with --mix and --cache, and with --max-copy.

    python benchmarks/copying.py models/NAME NAME.train.seg.txt [TEXTS] [WORDS]

Twenty texts of 500 words each are written with the default settings, from seeds 1, 2, …, one beside the other; runs are counted
in pieces. Then what --max-copy costs: the bytes of the text in a model, seconds until it is indexed, and words a second of one
text beside those without a limit.
"""

import dataclasses
import io
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen.config import GenerateSettings
from zhgen.corpus.segmented import open_segmented
from zhgen.evaluation.matches import longest_matches
from zhgen.evaluation.measures import distinct, recent
from zhgen.generation.generator import Generator
from zhgen.generation.request import Request, Result
from zhgen.ngrams.runs import Runs

SETTINGS: dict[str, dict[str, int]] = {
    "the model alone": {},
    "`--mix`": {"mix": True},
    "`--cache`": {"cache": True},
    "`--mix --cache`": {"mix": True, "cache": True},
    **{f"`--max-copy {most}`": {"max_copy": most} for most in (8, 5, 3)},
    "`--mix --max-copy 5`": {"mix": True, "max_copy": 5},
}
NGRAM = 4
"""What counts as new is an n-gram of so many pieces that the corpus lacks."""

_LIMIT = 5
_ROUNDS = 3

Ids = NDArray[np.int32]


def main(model: str, corpus: str, texts: int = 20, words: int = 500) -> None:
    """Print a row for every way of writing, then what the limit costs."""
    generator = Generator.load(model)
    vocabulary = generator.vocabulary
    known = vocabulary.encode_paragraphs(open_segmented(Path(corpus)).paragraphs())
    generator = Generator(dataclasses.replace(generator.bundle, kept=known))
    ids = {vocabulary.text(number): number for number in range(len(vocabulary))}
    print("| | longest copied run | its mean over texts | new 4-grams | rep-4 | distinct-1 | said in the last 32 |")
    print("|---|---|---|---|---|---|---|")
    for name, options in SETTINGS.items():
        requests = [Request("", GenerateSettings(words=words, seed=seed, **options)) for seed in range(1, texts + 1)]
        results = [result for result in generator.generate(requests) if isinstance(result, Result)]
        pages = [np.array([ids[word] for word in result.words], dtype=np.int32) for result in results]
        print(row(name, pages, known), flush=True)
    print()
    tell_cost(generator, known, words)


def row(name: str, pages: list[Ids], known: Ids) -> str:
    """Return a row of the table."""
    barrier = np.array([int(known.max()) + 1], dtype=np.int32)
    matches, _ = longest_matches(known, np.concatenate([part for page in pages for part in (page, barrier)]))
    lengths = np.split(matches, np.cumsum([len(page) + 1 for page in pages])[:-1])
    longest = [int(one.max()) for one in lengths]
    new = np.mean([(one[:-NGRAM] < NGRAM).mean() for one in lengths])
    single, *_, four = np.mean([distinct(page, len(page))[:, 0] for page in pages], axis=0)
    again = np.mean([recent(page).mean() for page in pages])
    return f"| {name} | {max(longest)} | {np.mean(longest):.1f} | {new:.3f} | {1 - four:.3f} | {single:.3f} | {again:.3f} |"


def tell_cost(generator: Generator, known: Ids, words: int) -> None:
    """Print what the limit costs: medians of rounds in which each way has its turn."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, ids=known.astype(np.min_scalar_type(len(generator.vocabulary))))
    began = time.perf_counter()
    Runs(known, _LIMIT)
    print(
        f"{len(known):,} pieces take {file.tell():,} bytes in a model and are indexed in {time.perf_counter() - began:.2f} s."
    )
    seconds: dict[int, list[float]] = {0: [], _LIMIT: []}
    for most in seconds:
        list(generator.stream("", words=1, max_copy=most))
    for seed in range(1, _ROUNDS + 1):
        for most, found in seconds.items():
            began = time.perf_counter()
            list(generator.stream("", words=words, seed=seed, max_copy=most))
            found.append(time.perf_counter() - began)
    free, limited = (words / float(np.median(found)) for found in seconds.values())
    print(
        f"One text: {free:,.0f} words/s without a limit, {limited:,.0f} with --max-copy {_LIMIT} ({limited / free:.2f} times)."
    )


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
