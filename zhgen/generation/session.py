"""A text that a person and a model write in turns, a step at a time, each of which can be taken back."""

import dataclasses
from collections.abc import Generator as Stream
from collections.abc import Sequence
from dataclasses import dataclass, field

from zhgen.config import MAX_SEED, GenerateSettings
from zhgen.errors import RefusedError
from zhgen.generation.follower import Candidate, Follower
from zhgen.generation.generator import Generator
from zhgen.generation.prompt import Prompt, track_reading
from zhgen.generation.writing import Writing
from zhgen.progress import SILENT, Reporter
from zhgen.sampling.loops import Loop, report_loops
from zhgen.sampling.scores import Scores

_KEPT = 1000  # steps back for which what the network remembered is at hand; for others the text is read again
_KEPT_MIXED = 10  # the same where it, or what is mixed in, looks back at words said lately, which takes more room


@dataclass
class _Step:
    """What was added in one go.

    Attributes:
        before: What follows the text, as it was before.
        text: What was added.
        ids: The pieces that were read.
    """

    before: Follower | None
    text: str = ""
    ids: list[int] = field(default_factory=list)


class Session:
    """A text that grows by what is typed, what is picked among candidates, and what the model writes on its own.

    Args:
        generator: The model.
        settings: How the model writes, and what is mixed in.
        reporter: Told of what is typed and cannot be read as it stands.

    Raises:
        RefusedError: Something is to be mixed in that the model lacks.
    """

    def __init__(self, generator: Generator, settings: GenerateSettings | None = None, reporter: Reporter = SILENT) -> None:
        self._generator, self._reporter = generator, reporter
        self.settings = settings or GenerateSettings()
        self._steps: list[_Step] = []
        self._loops: Sequence[Loop] = ()  # of what the model wrote last
        self._follower = self._begin()

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(step.text for step in self._steps)

    def candidates(self, top: int) -> list[Candidate]:
        """Return the likeliest next pieces, the likeliest first."""
        return self._follower.candidates(self._generator.vocabulary, top)

    def type(self, text: str) -> Prompt:
        """Add a text as it stands, cut into pieces as prompts are, and return what was read of it."""
        prompt = self._generator.read_prompt(text, self._reporter)
        prompt.tell(self._reporter)
        step = self._new_step()
        step.text = text
        self._read(step, prompt.ids)
        return prompt

    def end_paragraph(self) -> None:
        """Begin a new paragraph.

        Raises:
            RefusedError: The text has no word yet, or a paragraph has just ended.
        """
        if not self.text or self.text.endswith("\n"):
            raise RefusedError("There is nothing before that paragraph's end.", "Write something first.")
        step = self._new_step()
        step.text = "\n"
        end = self._generator.vocabulary.end
        self._read(step, [] if end is None else [end])

    def pick(self, candidate: Candidate) -> None:
        """Add a candidate."""
        vocabulary = self._generator.vocabulary
        identity = vocabulary.index[candidate.piece]
        if identity == vocabulary.end:
            self.end_paragraph()
            return
        step = self._new_step()
        step.text = vocabulary.text(identity)
        self._read(step, [identity])

    def write(self, settings: GenerateSettings) -> Stream[str]:
        """Let the model write, and yield what may be shown of it. All of it is one step, and as far as it came it stays.

        Args:
            settings: How it writes, and how far. Its seed is counted on with the length of the text: every stretch has its own
                luck, and the same one at the same place.

        Raises:
            RefusedError: A setting does not fit the model.
        """
        ids = [identity for step in self._steps for identity in step.ids]
        own = dataclasses.replace(settings, seed=(settings.seed + len(ids)) % (MAX_SEED + 1))
        return self._write(self._generator.writing(own, ids))

    def _write(self, writing: Writing) -> Stream[str]:
        step, self._loops = self._new_step(), writing.sampler.loops
        shown: list[str] = []
        try:
            while not _is_over(writing):
                piece = writing.choose(self._scores(writing.settings))
                self._read(step, [piece])
                shown.append(writing.add(piece) + (writing.tail() if _is_over(writing) else ""))
                yield shown[-1]
        finally:
            step.text = "".join(map(self._generator.vocabulary.text, step.ids))
            if _is_over(writing):
                self._adjust(step, "".join(shown))
            if not step.ids and not step.text:
                self._steps.remove(step)

    def tell_loops(self) -> None:
        """Tell of the loops in what the model wrote last."""
        report_loops(self._loops, self._generator.vocabulary, self._reporter)

    def _scores(self, settings: GenerateSettings) -> Scores:
        follower = self._follower
        return follower.model.decoder.nearness(follower.cosines()) if settings.metric == "cosine" else follower.scores()

    def _adjust(self, step: _Step, shown: str) -> None:
        """Read what was written as it is shown: closing marks follow it, and a text to stop at is no part of it."""
        if shown == step.text:
            return
        vocabulary, ids, length = self._generator.vocabulary, step.ids, 0
        step.ids = []
        for identity in ids:
            length += len(vocabulary.text(identity))
            if not shown.startswith(step.text[:length]):
                break
            step.ids.append(identity)
        rest = shown[sum(len(vocabulary.text(identity)) for identity in step.ids) :]
        if len(step.ids) < len(ids):
            self._follower = step.before.copy() if step.before is not None else self._begin()
            kept, step.ids = step.ids, []
            self._read(step, kept)
        step.text = shown
        self._read(step, [vocabulary.index[sign] for sign in rest if sign in vocabulary.index])

    @property
    def steps(self) -> int:
        """How many steps can be taken back."""
        return len(self._steps)

    def undo(self) -> str | None:
        """Take the last step back and return the text that it had added; None where there is no step."""
        if not self._steps:
            return None
        step = self._steps.pop()
        if step.before is not None:
            self._follower = step.before
        else:
            self._follower = self._begin()
            for earlier in self._steps:
                for identity in earlier.ids:
                    self._follower.read(identity)
        return step.text

    def _begin(self) -> Follower:
        generator, end = self._generator, self._generator.vocabulary.end
        follower = Follower(generator.exact, generator.voice(self.settings))
        if end is not None:
            follower.read(end)
        return follower

    def _new_step(self) -> _Step:
        looks_back = self._follower.voice is not None or self._generator.network.attention is not None
        kept = _KEPT_MIXED if looks_back else _KEPT
        if len(self._steps) >= kept:
            self._steps[-kept].before = None
        step = _Step(self._follower.copy())
        self._steps.append(step)
        return step

    def _read(self, step: _Step, ids: list[int]) -> None:
        with track_reading(len(ids), self._reporter) as task:
            for identity in ids:
                self._follower.read(identity)
                step.ids.append(identity)
                task.advance(1)


def _is_over(writing: Writing) -> bool:
    return writing.reason is not None
