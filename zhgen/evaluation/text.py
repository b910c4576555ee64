"""What a text is like, beside human text of the same length: repetition, wealth of words, novelty, copying, sentence length.

A text is taken as pieces: the words that are frequent in the corpus, characters for the others, `</s>` at each paragraph's
end. The last part of the corpus is held out as the human text unless another is given, and both texts are compared with the
rest of it, so that like is compared with like.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.config import TextSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.evaluation import measures
from zhgen.evaluation.matches import first_place, longest_matches
from zhgen.evaluation.reading import STDIN
from zhgen.evaluation.samples import Speller, WordReader, Words
from zhgen.evaluation.verdict import stands_out
from zhgen.generation.marks import SENTENCE_MARKS
from zhgen.progress import SILENT, Reporter
from zhgen.wording import counted, excerpt

Ids = NDArray[np.int32]

WINDOW = 500
"""Length, in pieces, of the stretches that distinct-n, rep-4 and diversity are the means of."""

NOVELTY_ORDERS = (2, 3, 4, 5, 6)

_FEWEST_PIECES = 100
_SHOWN_CHARACTERS = 60
_SUSPICIOUS_RUN = 50  # pieces; human text shares no run of 12 with another part of its book
_PARAGRAPH_SHOWN = "¶"


@dataclass(frozen=True)
class Sample:
    """A text that is measured.

    Attributes:
        name: What it is called.
        ids: int32 (N,), its pieces.
        lengths: int32 (N,), the longest run that begins at each place and is in the corpus.
    """

    name: str
    ids: Ids
    lengths: Ids


def evaluate_text(
    text: Path, against: Path, settings: TextSettings, human: Path | None = None, reporter: Reporter = SILENT
) -> dict[str, Any]:
    """Return what a text is like, beside human text.

    Args:
        text: The text, raw or segmented; `-` is a raw one from stdin.
        against: The corpus, raw or segmented: where copies are looked for.
        settings: How much of the corpus is held out.
        human: Human text that is not in the corpus, in place of the corpus's last part.
        reporter: What is told how it goes on.

    Returns:
        The text's measures by name; `human` with the same of the human text, `corpus`, `longest_copy` and `stands_out`.

    Raises:
        RefusedError: A file cannot be used, or a text is too short to be measured.
    """
    reader = WordReader([against, *([human] if human else []), text], reporter)
    if human and STDIN not in (human, against) and human.samefile(against):
        raise RefusedError(f"{human} is the corpus itself.", "Give human text that is not in it, or leave out --human.")
    corpus, words = reader.read(against), reader.read(text)
    if human:
        rest, person = corpus.ids, reader.read(human)
    else:
        rest, person = hold_out(corpus, settings.validation_split)
    speller = Speller(reader.words, np.bincount(rest, minlength=len(reader.words)))
    known, own, theirs = speller.spell(rest), speller.spell(words.ids), speller.spell(person.ids)
    _check_length(words.name, own, "Give a longer text: zhgen generate -n 1000")
    _check_length(
        person.name, theirs, "Give a longer one with --human, or hold more of the corpus out with --validation-split."
    )
    reporter.say(f"Looking for what {words.name} and {person.name} share with {len(known):,} pieces of {corpus.name}.")
    barrier = np.array([len(speller.vocabulary)], dtype=np.int32)
    lengths, _ = longest_matches(known, np.concatenate([own, barrier, theirs]))
    samples = Sample(words.name, own, lengths[: len(own)]), Sample(person.name, theirs, lengths[len(own) + 1 :])
    if int(samples[1].lengths.max()) >= _SUSPICIOUS_RUN:
        reporter.warn(
            f"{person.name} has {int(samples[1].lengths.max()):,} pieces in a row that are elsewhere in {corpus.name} as well, "
            "which is more than people repeat: the corpus holds a passage twice."
        )
    return _compare(*samples, speller, {"name": corpus.name, "pieces": len(known), "min_count": speller.min_count}, known)


def hold_out(corpus: Words, share: float) -> tuple[Ids, Words]:
    """Return the numbers of a corpus's words less those of its last part, and that part, split where `train` splits."""
    split = corpus.text.split_position(share)
    places = np.flatnonzero(corpus.ids)
    position = int(places[split]) if split < len(places) else len(corpus.ids)
    name = f"the last {share:.1%} of {corpus.name}".replace(".0%", "%")
    return corpus.ids[:position], Words(name, corpus.ids[position:], corpus.text)


def _check_length(name: str, ids: Ids, remedy: str) -> None:
    if len(ids) < _FEWEST_PIECES:
        problem = f"{name[0].upper()}{name[1:]} has {counted(len(ids), 'piece')}"
        raise RefusedError(f"{problem}, and below {_FEWEST_PIECES} the measures are chance.", remedy)


def _compare(own: Sample, theirs: Sample, speller: Speller, corpus: dict[str, Any], known: Ids) -> dict[str, Any]:
    length = min(len(own.ids), len(theirs.ids))
    figures, spread = measure(own, speller.vocabulary, length)
    human, human_spread = measure(theirs, speller.vocabulary, length)
    return {
        **figures,
        "human": human,
        "corpus": corpus,
        "length": length,
        "window": min(WINDOW, length),
        "longest_copy": _longest_copy(own, known, speller.vocabulary),
        "stands_out": stands_out(figures, human, spread, human_spread),
    }


def measure(sample: Sample, vocabulary: Vocabulary, length: int) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
    """Return the measures of a text, and those of its stretches.

    Args:
        sample: The text, with its matches.
        vocabulary: What its ids mean.
        length: The length, in pieces, of the stretches that Zipf's coefficient and the longest run are taken in: that of
            the shorter of the texts compared.

    Returns:
        The measures by name, and (K,) values by name for those that are also known for each of K stretches of `WINDOW`.
    """
    window = min(WINDOW, length)
    shares = measures.distinct(sample.ids, window)
    by_window = {f"distinct_{n}": row for n, row in zip(measures.ORDERS, shares, strict=True)}
    by_window |= {"rep_4": 1 - shares[-1], "diversity": measures.diversity(shares)}
    values = {name: float(row.mean()) for name, row in by_window.items()}

    by_place = {f"recent_{measures.RECENT}": measures.recent(sample.ids)}
    for n in NOVELTY_ORDERS:
        by_place[f"novelty_{n}"] = sample.lengths[: len(sample.lengths) - n + 1] < n
    values |= {name: float(row.mean()) for name, row in by_place.items()}
    by_window |= {name: measures.window_means(row, window) for name, row in by_place.items()}

    assert vocabulary.end is not None
    marks = np.array([piece[-1] in SENTENCE_MARKS for piece in vocabulary.pieces])
    ends = measures.sentence_ends(sample.ids, marks, vocabulary.end)
    paragraphs = int((sample.ids == vocabulary.end).sum())
    values |= {
        "zipf": measures.zipf(sample.ids, length),
        "longest_run": measures.longest_run(sample.lengths, length),
        "sentence_length": (len(sample.ids) - paragraphs) / max(int(ends.sum()), 1),
    }
    by_window["sentence_length"] = window / np.maximum(window * measures.window_means(ends, window), 1)
    facts = {"name": sample.name, "pieces": len(sample.ids), "paragraphs": paragraphs, "windows": len(shares[0])}
    return {**facts, **values}, by_window


def _longest_copy(own: Sample, known: Ids, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the longest run of a text that is in the corpus, and in which paragraphs, from 1 on, it first stands."""
    place = int(own.lengths.argmax())
    run = own.ids[place : place + int(own.lengths[place])]
    found = first_place(known, run)
    shown = "".join(_PARAGRAPH_SHOWN if piece == vocabulary.end else vocabulary.text(piece) for piece in run.tolist())
    return {
        "pieces": len(run),
        "text": excerpt(shown, _SHOWN_CHARACTERS),
        "paragraph": 1 + int((own.ids[:place] == vocabulary.end).sum()),
        "corpus_paragraph": 1 + int((known[:found] == vocabulary.end).sum()),
    }
