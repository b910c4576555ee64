"""A few lines of text while a model learns, from the same prompts and seeds each time, so that progress can be seen."""

from collections.abc import Callable, Sequence

from zhgen.bundle import Bundle
from zhgen.config import GenerateSettings, TrainSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.corpus.whitespace import characters
from zhgen.generation.generator import Generator
from zhgen.progress import Reporter

SAMPLE_WORDS = 40
_TIMES = 8  # in a training, about
_FREQUENT = 2  # words that are prompts when nobody gave any
_LINE_END = " ⏎ "


def default_prompts(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return a paragraph's start and the most frequent words of two characters or more, by the order of the vocabulary."""
    words = (piece for piece in vocabulary.pieces if len(characters(piece)) > 1 and piece[0].isalpha())
    return ("", *(word for word, _ in zip(words, range(_FREQUENT), strict=False)))


class Sampler:
    """Writes samples after some epochs: after all of a few, some of many, and always the last.

    Args:
        bundle: Returns the model as it is now.
        prompts: What they begin with; () is what `default_prompts` returns.
        settings: The recipe: epochs and seed.
        reporter: What they are told to.
    """

    def __init__(
        self, bundle: Callable[[], Bundle], prompts: Sequence[str], settings: TrainSettings, reporter: Reporter
    ) -> None:
        self.bundle, self.prompts, self.reporter = bundle, prompts, reporter
        self.epochs = settings.epochs or 1
        self.drawn = GenerateSettings(words=SAMPLE_WORDS, seed=settings.seed)

    def __call__(self, epoch: int) -> None:
        """Write a line for every prompt, if the epoch is one of those."""
        if epoch % -(-self.epochs // _TIMES) and epoch != self.epochs:
            return
        generator = Generator(self.bundle())
        for prompt in self.prompts or default_prompts(generator.vocabulary):
            text = prompt + "".join(generator.stream(generator.read_prompt(prompt), self.drawn))
            self.reporter.say("  " + text.replace("\n", _LINE_END))
