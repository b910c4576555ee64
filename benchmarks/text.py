"""What each setting does to generated text: its measures beside human text, and the same opening.

    python benchmarks/text.py models/NAME NAME.train.seg.txt NAME.test.seg.txt [PAGES] [WORDS] [FIRST_SEED]

Twenty pages of 500 words each are written from a paragraph's beginning with seeds 1, 2, …, and compared with twenty stretches
of as many pieces that cover the human text evenly. Measures are the means of pages. A page is counted as unbalanced when a
quotation mark or bracket closes what is not open, or is left open. `left` is how often the sampler left a loop that
began; `loops` is how many the pages hold.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen.config import GenerateSettings
from zhgen.corpus.segmented import open_segmented
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.evaluation.matches import longest_matches
from zhgen.evaluation.measures import distinct, recent
from zhgen.generation.generator import Generator
from zhgen.generation.request import Request, Result
from zhgen.sampling.loops import LoopWatch

SETTINGS = {
    "default": {},
    "`--temperature 0.8`": {"temperature": 0.8},
    "`--temperature 1.2`": {"temperature": 1.2},
    "`--top-p 1 --echo-penalty 0`: the model's own probability": {"top_p": 1.0, "echo_penalty": 0.0},
    "`--top-p 0.95`": {"top_p": 0.95},
    "`--top-p 0.7`": {"top_p": 0.7},
    "`--top-p 1 --top-k 40`": {"top_p": 1.0, "top_k": 40},
    "`--top-p 1 --min-p 0.002`": {"top_p": 1.0, "min_p": 0.002},
    "`--top-p 1 --min-p 0.05`": {"top_p": 1.0, "min_p": 0.05},
    "`--repeat-penalty 1.1`": {"repeat_penalty": 1.1},
    "`--presence-penalty 0.5`": {"presence_penalty": 0.5},
    "`--frequency-penalty 0.5`": {"frequency_penalty": 0.5},
    "`--echo-penalty 0`": {"echo_penalty": 0.0},
    "`--no-repeat-ngram 3`": {"no_repeat_ngram": 3},
    "`--mix`": {"mix": True},
    "`--cache`": {"cache": True},
    "`--temperature 0.8 --top-p 0.95`": {"temperature": 0.8, "top_p": 0.95},
    "`--greedy`": {"greedy": True},
    "`--metric cosine`": {"metric": "cosine"},
    "`--metric cosine --top-k 5`": {"metric": "cosine", "top_k": 5},
}
TARGET = 0.05
"""How far the measures of a page may be from those of human text."""

OPENING = "宝玉听了，"
_OPENING_WORDS = 30
_PAIRS = {"”": "“", "’": "‘", "」": "「", "』": "『", "）": "（", "》": "《", "】": "【"}

Ids = NDArray[np.int32]


def is_balanced(text: str) -> bool:
    """Return whether every mark that opens is closed in its turn."""
    opened = []
    for character in text:
        if character in _PAIRS.values():
            opened.append(character)
        elif character in _PAIRS and (not opened or opened.pop() != _PAIRS[character]):
            return False
    return not opened


def count_loops(page: Ids) -> int:
    """Return how many loops a page holds."""
    watch = LoopWatch()
    for piece in page.tolist():
        watch.add(piece)
    return len(watch.loops)


def measure(pages: Sequence[Ids], known: Ids) -> dict[str, float]:
    """Return the means of the pages' measures, the loops in them, and their longest run that is in the training text."""
    shares = np.mean([distinct(page, len(page))[:, 0] for page in pages], axis=0)
    barrier = np.array([int(known.max()) + 1], dtype=np.int32)
    joined = np.concatenate([part for page in pages for part in (page, barrier)])
    return {
        "distinct_1": shares[0],
        "distinct_2": shares[1],
        "recent_32": float(np.mean([recent(page).mean() for page in pages])),
        "loops": sum(map(count_loops, pages)),
        "longest run": int(longest_matches(known, joined)[0].max()),
    }


def ids_of(result: Result, vocabulary: Vocabulary) -> Ids:
    """Return the pieces of a result."""
    by_text = {vocabulary.text(number): number for number in range(len(vocabulary))}
    return np.array([by_text[word] for word in result.words], dtype=np.int32)


def row(name: str, found: dict[str, float], human: dict[str, float], rest: str) -> str:
    """Return a row of the table; what is too far from human text is marked."""
    cells = []
    for measured in ("distinct_1", "distinct_2", "recent_32"):
        far = "" if abs(found[measured] - human[measured]) <= TARGET else " ✗"
        cells.append(f"{found[measured]:.3f}{far}")
    return f"| {name} | {' | '.join(cells)} | {found['loops']} | {found['longest run']} | {rest} |"


def main() -> None:
    """Print a row for human text and one for every way of writing, then the openings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "training", "human"):
        parser.add_argument(name, type=Path)
    for name, default in (("pages", 20), ("words", 500), ("first_seed", 1)):
        parser.add_argument(name, type=int, nargs="?", default=default)
    asked = parser.parse_args()

    generator = Generator.load(asked.model)
    vocabulary = generator.vocabulary
    known, person = (vocabulary.encode_paragraphs(open_segmented(path).paragraphs()) for path in (asked.training, asked.human))
    starts = np.linspace(0, len(person) - asked.words, asked.pages).round().astype(int)
    human = measure([person[start : start + asked.words] for start in starts], known)
    print(f"{asked.pages} pages of {asked.words} words; ✗: further than {TARGET} from human text.\n")
    print("| settings | distinct-1 | distinct-2 | said in the last 32 | loops | longest copied run | left | unbalanced |")
    print("|" + "---|" * 8)
    print(row("human text", human, human, "– | –"), flush=True)
    openings = []
    for name, changes in SETTINGS.items():
        seeds = range(asked.first_seed, asked.first_seed + asked.pages)
        requests = [Request("", GenerateSettings(words=asked.words, seed=seed, **changes)) for seed in seeds]
        results = [result for result in generator.generate(requests) if isinstance(result, Result)]
        found = measure([ids_of(result, vocabulary) for result in results], known)
        turned = sum(len(result.loops) for result in results) if not changes.keys() & {"greedy", "metric"} else "–"
        open_ones = sum(not is_balanced(result.text) for result in results)
        print(row(name, found, human, f"{turned} | {open_ones}"), flush=True)
        words = generator.stream(OPENING, words=_OPENING_WORDS, seed=asked.first_seed, **changes)
        openings.append(f"| {name} | {OPENING}{''.join(words)} |".replace("\n", "¶"))
    print("\n| settings | the same opening, the same seed |\n|---|---|")
    print("\n".join(openings))


if __name__ == "__main__":
    main()
