"""One text being written: what is chosen, what may not come, and when it is over."""

from collections.abc import Sequence

from zhgen.config import GenerateSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.copies import TrainingText, guard_of
from zhgen.generation.ending import Ending
from zhgen.generation.request import FinishReason
from zhgen.sampling.sampler import Sampler
from zhgen.sampling.scores import Scores


class Writing:
    """Chooses pieces by their scores and makes text of them. It remembers no more of the text than it needs.

    Args:
        settings: How the text is written.
        vocabulary: The pieces.
        prompt_ids: The pieces before the text.
        training: The text that the model was trained on, which `max_copy` needs; None where it is not at hand.
        never: Pieces that cannot come whatever the settings.

    Raises:
        RefusedError: A setting does not fit the vocabulary, or needs a training text that is not at hand.
    """

    def __init__(
        self,
        settings: GenerateSettings,
        vocabulary: Vocabulary,
        prompt_ids: Sequence[int],
        training: TrainingText | None = None,
        never: frozenset[int] = frozenset(),
    ) -> None:
        self.settings = settings
        self.guard = None if not settings.max_copy else guard_of(training, settings.max_copy)
        self.sampler = Sampler(settings, vocabulary, prompt_ids)
        self.ending = Ending(settings, vocabulary, prompt_ids, never | self.sampler.banned)
        if self.guard is not None:
            for piece in prompt_ids[-settings.max_copy :]:
                self.guard.add(piece)

    @property
    def reason(self) -> FinishReason | None:
        """Why the text is over; None while it is not."""
        return self.ending.reason

    def choose(self, scores: Scores) -> int:
        """Return the next piece, given the scores of all, float (V,); they may be overwritten."""
        copied = () if self.guard is None else self.guard.barred()
        return self.sampler.choose(scores, self.ending.barred(), copied, self.ending.unpaired())

    def add(self, piece: int) -> str:
        """Write a piece, be it chosen or given, and return the text that may now be shown."""
        self.sampler.add(piece)
        if self.guard is not None:
            self.guard.add(piece)
        return self.ending.add(piece)

    def tail(self) -> str:
        """Return what is still to be shown of a text that is over."""
        return self.ending.tail()
