"""Perplexity over pieces, and how often the first guess is right, of a model on a text it has not seen.

The state is carried through the whole text. Characters that the model has never seen are left out and counted.

Usage: python benchmarks/perplexity.py MODEL TEXT
"""

import sys
from pathlib import Path

import numpy as np

from zhgen.corpus.encoding import TextReader
from zhgen.generation.generator import Generator

CHUNK = 256  # steps whose scores are held at once


def main() -> None:
    """Measure and print."""
    model, text = sys.argv[1:]
    generator = Generator.load(model)
    segmenter = generator.bundle.segmenter()
    with Path(text).open("rb") as file:
        paragraphs = [list(segmenter.words(paragraph)) for paragraph in TextReader(file, text).paragraphs()]
    ids = generator.vocabulary.encode_paragraphs(paragraphs)
    unseen = generator.vocabulary.unseen(word for paragraph in paragraphs for word in paragraph).total()
    read = np.concatenate([[generator.vocabulary.end], ids[:-1]])
    state, loss, hits = generator.network.zero_state(1), 0.0, 0
    for start in range(0, len(ids), CHUNK):
        part = slice(start, start + CHUNK)
        inputs = generator.input_table[read[part]] * np.float32(generator.input_scale)
        outputs, state = generator.network.forward(inputs[np.newaxis], state)
        scores = generator.decoder.scores(outputs[0]).astype(np.float64)
        right = scores[np.arange(len(scores)), ids[part]]
        loss += float((np.logaddexp.reduce(scores, axis=1) - right).sum())
        hits += int((scores.argmax(axis=1) == ids[part]).sum())
    print("| pieces | unseen characters | perplexity | first guess right |\n|---|---|---|---|")
    print(f"| {len(ids):,} | {unseen} | {np.exp(loss / len(ids)):.1f} | {hits / len(ids):.1%} |")


if __name__ == "__main__":
    main()
