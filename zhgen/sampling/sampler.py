"""Chooses the pieces of one text, one after the other.

Order: bias, penalties (repeat, presence, frequency, echo), what must not come (bans, barred pieces, repeated n-grams, the next
piece of a loop, the words of one that was left), top_k, top_p, min_p, temperature, and one piece is drawn.
"""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zhgen.config import GenerateSettings, parse_bias
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.corpus.whitespace import as_word
from zhgen.errors import RefusedError
from zhgen.sampling.drawing import Limits, draw
from zhgen.sampling.loops import Loop, LoopWatch
from zhgen.sampling.penalties import add_bias, exclude, penalise_frequency, penalise_presence, penalise_repeats, weaken
from zhgen.sampling.restraints import Echoes, NGramGuard, SaidLately, is_mark
from zhgen.sampling.scores import Scores

_RESTLESS = 16
"""How many pieces, after a loop began, are drawn at a temperature of 1 at least: excluding its next piece is not enough to get
away from a stretch that is far likelier than all else."""

_AVOIDED = 64
"""How many pieces, after a loop began, its words do not come again: a network that looks back finds them wherever it looks."""


class Sampler:
    """Chooses what comes next in one text, and remembers what was said.

    Args:
        settings: How it chooses.
        vocabulary: What ids mean.
        prompt_ids: The pieces that the text goes on from: the penalties know them, loops are looked for behind them.

    Raises:
        RefusedError: A word of `ban` or `bias` is none of the model's, or all words are banned.
    """

    def __init__(self, settings: GenerateSettings, vocabulary: Vocabulary, prompt_ids: Sequence[int]) -> None:
        self._settings, self._vocabulary = settings, vocabulary
        self._random = np.random.default_rng(settings.seed)
        nearest = settings.metric == "cosine" and settings.top_k == 0
        takes_best = settings.greedy or settings.temperature == 0 or nearest
        self._limits = Limits(1 if takes_best else settings.top_k, settings.top_p, settings.min_p, settings.temperature)
        self._bolder = replace(self._limits, temperature=max(settings.temperature, 1.0))
        self._leaves_loops = settings.leave_loops and not takes_best
        self._biased = dict[int, float]()
        for word, nats in map(parse_bias, settings.bias):
            identity = identify(word, vocabulary, "bias")
            self._biased[identity] = self._biased.get(identity, 0) + nats
        self._banned = sorted({identify(word, vocabulary, "ban") for word in settings.ban})
        if len(self._banned) == len(vocabulary):
            raise RefusedError("Every word of the model is banned.", "Leave one.")
        penalised = settings.repeat_penalty != 1 or settings.presence_penalty != 0 or settings.frequency_penalty != 0
        self._said = SaidLately(vocabulary, settings.repeat_last_n) if penalised else None
        self._echo = Echoes(vocabulary) if settings.echo_penalty and not takes_best else None
        self._ngrams = NGramGuard(vocabulary, settings.no_repeat_ngram) if settings.no_repeat_ngram else None
        self._watch = LoopWatch(early=self._leaves_loops)
        self._restless = 0  # pieces that are still drawn as after a loop
        self._avoided, self._avoiding = list[int](), 0  # what does not come, and for how many pieces
        for piece in prompt_ids:
            self._remember(piece)

    @property
    def banned(self) -> frozenset[int]:
        """The pieces that `ban` names."""
        return frozenset(self._banned)

    @property
    def loops(self) -> list[Loop]:
        """The loops noticed so far."""
        return self._watch.loops

    def choose(self, scores: Scores, *barred: Collection[int]) -> int:
        """Return the id of the next piece.

        Args:
            scores: float (V,), logarithms of probabilities but for a constant; with the metric `cosine` a multiple of the
                cosines. They may be overwritten.
            barred: Pieces that must not come now, those that matter most first: of the others some come all the same when
                nothing else is left.
        """
        limits = self._bolder if self._restless else self._limits
        repeated = () if self._ngrams is None else self._ngrams.barred()
        looping = self._watch.next_of_loop() if self._leaves_loops else ()
        avoided = self._avoided if self._avoiding else ()
        left = exclude(self._weigh(scores), (self._banned, *barred, repeated, looping, avoided))
        return draw(left, limits, self._random)

    def add(self, piece: int) -> None:
        """Take note of a piece that was written, chosen here or not."""
        self._remember(piece)
        self._watch.add(piece)
        self._restless, self._avoiding = max(self._restless - 1, 0), max(self._avoiding - 1, 0)
        if self._leaves_loops and self._watch.in_loop:
            self._restless, self._avoiding = _RESTLESS, _AVOIDED
            self._avoided = self._words_of(self._watch.loops[-1].stretch)

    def _words_of(self, stretch: Sequence[int]) -> list[int]:
        """Return the pieces of a stretch that are words; its marks where it has none."""
        pieces = self._vocabulary.pieces
        return sorted({piece for piece in stretch if not is_mark(pieces[piece])} or {*stretch})

    def _remember(self, piece: int) -> None:
        for said in (self._said, self._echo):
            if said is not None:
                said.add(piece)
        if self._ngrams is not None:
            self._ngrams.add(piece)

    def _weigh(self, scores: Scores) -> Scores:
        """Return scores with bias and penalties."""
        if self._biased:
            scores = add_bias(scores, np.array([*self._biased]), np.array([*self._biased.values()]))
        if self._said is not None:
            scores = self._penalise(scores, *self._said.counts())
        if self._echo is not None:
            scores = weaken(scores, self._echo.strengths(), self._settings.echo_penalty)
        return scores

    def _penalise(self, scores: Scores, ids: NDArray[np.intp], counts: NDArray[np.int64]) -> Scores:
        settings = self._settings
        if settings.repeat_penalty != 1:
            scores = penalise_repeats(scores, ids, settings.repeat_penalty)
        if settings.presence_penalty != 0:
            scores = penalise_presence(scores, ids, settings.presence_penalty)
        if settings.frequency_penalty != 0:
            scores = penalise_frequency(scores, ids, counts, settings.frequency_penalty)
        return scores


def identify(word: str, vocabulary: Vocabulary, option: str) -> int:
    """Return the id of a word of the model; a line's end is `</s>`.

    Args:
        word: The word.
        vocabulary: What ids mean.
        option: The name of the setting that it was given for.

    Raises:
        RefusedError: The model has no such word. The most similar ones are named.
    """
    found = vocabulary.end if word == "\n" else vocabulary.index.get(as_word(word))
    if found is not None:
        return found
    near = difflib.get_close_matches(word, vocabulary.pieces, n=3, cutoff=0.4)
    remedy = f"Did you mean {', '.join(near)}?" if near else "Give a word that stands in its vocabulary.txt."
    raise RefusedError(f"--{option} has {word!r}, which is no word of the model.", remedy)
