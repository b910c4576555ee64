"""How much generated text copies from the text a model was trained on, and repeats itself: alone, with --mix, with --cache.

    python benchmarks/copying.py models/NAME NAME.train.seg.txt [TEXTS] [WORDS]

Twenty texts of 500 words each are written with the default settings, from seeds 1, 2, …; runs are counted in pieces.
"""

import sys
from pathlib import Path

import numpy as np

from zhgen.config import GenerateSettings
from zhgen.corpus.segmented import open_segmented
from zhgen.evaluation.matches import longest_matches
from zhgen.evaluation.measures import distinct, recent
from zhgen.generation.generator import Generator, Prompt

SETTINGS = {"the model alone": (), "--mix": ("mix",), "--cache": ("cache",), "--mix --cache": ("mix", "cache")}
NGRAM = 4
"""What counts as new is an n-gram of so many pieces that the corpus lacks."""


def main(model: str, corpus: str, texts: int = 20, words: int = 500) -> None:
    """Print a row for every way of writing."""
    generator = Generator.load(model)
    vocabulary = generator.vocabulary
    ids = {vocabulary.text(number): number for number in range(len(vocabulary))}
    known = vocabulary.encode_paragraphs(open_segmented(Path(corpus)).paragraphs(), ends=True, spell=True)
    print("| | longest copied run | its mean over texts | new 4-grams | rep-4 | distinct-1 | said in the last 32 |")
    print("|---|---|---|---|---|---|---|")
    for name, options in SETTINGS.items():
        longest, new, shares, again = [], [], [], []
        for seed in range(1, texts + 1):
            settings = GenerateSettings(words=words, seed=seed, **dict.fromkeys(options, True))
            written = np.array([ids[word] for word in generator.stream(Prompt([]), settings)], dtype=np.int32)
            lengths, _ = longest_matches(known, written)
            longest.append(int(lengths.max()))
            new.append(float((lengths[: 1 - NGRAM] < NGRAM).mean()))
            shares.append(distinct(written, words)[:, 0])
            again.append(float(recent(written).mean()))
        single, *_, four = np.mean(shares, axis=0)
        print(
            f"| {name} | {max(longest)} | {np.mean(longest):.1f} | {np.mean(new):.3f} | {1 - four:.3f} | {single:.3f} "
            f"| {np.mean(again):.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
