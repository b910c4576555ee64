"""Generates text from a bundle, a word at a time, with NumPy alone."""

from collections import abc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from zhgen import bundle as bundles
from zhgen.bundle import Bundle
from zhgen.config import GenerateSettings
from zhgen.errors import RefusedError, ZhgenError
from zhgen.generation.copies import TrainingText
from zhgen.generation.decoder import Decoder
from zhgen.generation.engine import Engine
from zhgen.generation.exact_model import ExactModel
from zhgen.generation.follower import Candidate, Follower
from zhgen.generation.mixture import name_of, sources_of
from zhgen.generation.passage import Passage
from zhgen.generation.prompt import Prompt, PromptReader, track_reading
from zhgen.generation.reader import Reader
from zhgen.generation.request import Failure, Request, Result
from zhgen.generation.task import Task
from zhgen.generation.voice import Voice
from zhgen.generation.writing import Writing
from zhgen.ngrams.kneser_ney import KneserNey
from zhgen.progress import SILENT, Reporter
from zhgen.recurrent.attention import Attention
from zhgen.recurrent.cells import LSTMCell
from zhgen.recurrent.network import LSTMNetwork
from zhgen.sampling.loops import report_loops


class Generator:
    """Writes text in the manner of the corpus its model was trained on.

    Args:
        bundle: The trained model.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle, self.vocabulary = bundle, bundle.vocabulary
        weights = bundle.weights
        cells = [
            LSTMCell(weights[f"lstm_{layer}/kernel"], weights[f"lstm_{layer}/recurrent_kernel"], weights[f"lstm_{layer}/bias"])
            for layer in range(1, bundle.layers + 1)
        ]
        self._prompts = PromptReader(bundle)
        attention = Attention.of(weights, bundle.config.get("attention", 0))
        self.network = LSTMNetwork(cells, weights["output/kernel"], weights["output/bias"], attention)
        self.decoder = Decoder.of(weights)
        self._never = frozenset(np.flatnonzero(np.isneginf(self.decoder.bias)).tolist())
        self.input_table = weights.get("input/table", self.decoder.rows)
        self.input_scale = 1.0 if "input/table" in weights else float(weights["input/scale"])

    @classmethod
    def load(cls, path: Path | str) -> "Generator":
        """Return a generator for the model in a directory.

        Raises:
            RefusedError: There is no model, or it is damaged.
        """
        return cls(bundles.load(Path(path)))

    def read_prompt(self, text: str, reporter: Reporter = SILENT) -> Prompt:
        """Return a starting text in the model's pieces, cut as its corpus was; line ends become paragraph ends.

        The reporter is told where another engine has to cut it.
        """
        return self._prompts.read(text, reporter)

    @cached_property
    def exact(self) -> ExactModel:
        """The model that writes: its scores do not depend on what is written beside a text, nor on the number of threads."""
        return ExactModel(self.network, self.decoder, self.input_table, self.input_scale, self._timesteps)

    @cached_property
    def ngrams(self) -> KneserNey | None:
        """What was counted in the training text; None where nothing was.

        Raises:
            RefusedError: The file was damaged.
        """
        return self.bundle.ngrams()

    @cached_property
    def training_text(self) -> TrainingText | None:
        """The text that the model was trained on; None where the model does not hold it, or writes with other words.

        Raises:
            RefusedError: The file was damaged.
        """
        ids = None if "lexicon" in self.bundle.config else self.bundle.text()
        return None if ids is None else TrainingText(ids, self.vocabulary.end)

    def stream(
        self,
        prompt: str | Prompt,
        settings: GenerateSettings | None = None,
        *,
        reporter: Reporter = SILENT,
        **overrides: Any,
    ) -> Iterator[str]:
        """Return the words that follow a prompt as text, a line's end for a paragraph's.

        Several texts may be written at once, also by several threads.

        Args:
            prompt: The starting text; where it is empty the text starts as a paragraph does.
            settings: How the text is written; None is the default. The same settings give the same words.
            reporter: What is told how far a long prompt is read, and of loops, when the text is over.
            overrides: Settings by name, in the place of those.

        Raises:
            RefusedError: A setting is out of bounds, or does not fit the model.
        """
        passage = self._passage(self._read(prompt), _settled(settings, overrides))  # refused before the first word
        return self._shown(passage, reporter)

    def _shown(self, passage: Passage, reporter: Reporter) -> Iterator[str]:
        yield from (shown for _, shown in Engine(self.exact).stream(passage, reporter) if shown)
        report_loops(passage.writing.sampler.loops, self.vocabulary, reporter)

    def generate(
        self,
        prompts: Iterable[str | Request],
        settings: GenerateSettings | None = None,
        *,
        batch_size: int = 64,
        workers: int = 1,
        reporter: Reporter = SILENT,
        **overrides: Any,
    ) -> abc.Generator[Result | Failure, None, None]:
        """Return a text for each prompt, in the order given; many are written side by side.

        A text depends on its own prompt and settings alone, not on the batch size, on its neighbours, or on who writes it.

        With several workers the texts are written by so many other processes, which are started when the first text is asked
        for. Each holds a model of its own in memory, and computes in one thread. They are gone when the iterator has ended,
        when it is closed, and when this process ends, be it killed. Close the iterator if you do not read it to its
        end (`contextlib.closing`). Prompts are read by this process, in the thread that asks for texts.

        Args:
            prompts: The starting texts, or requests with settings of their own. They are read as there is room for them, so
                that there may be no end of them.
            settings: How texts are written that come without settings; None is the default.
            batch_size: How many are written side by side, by each of the workers.
            workers: How many processes write; 1 is this one alone.
            reporter: What is told of prompts that cannot be read as they stand.
            overrides: Settings by name, in the place of those.

        Returns:
            Results, and a failure in the place of each request that does not fit the model.

        Raises:
            RefusedError: A setting is out of bounds.
            ZhgenError: While texts are written: a worker could not be started, or was killed, for want of memory say.
        """
        for name, count in (("batch_size", batch_size), ("workers", workers)):
            if count < 1:
                raise RefusedError(f"{name} must be at least 1.", f"Received: {count}.")
        common = _settled(settings, overrides)
        given = [prompts] if isinstance(prompts, str) else prompts
        requests = (Request(one, common) if isinstance(one, str) else one for one in given)
        if workers > 1:
            from zhgen.generation import crew  # one text needs no processes

            return crew.write(self.bundle, requests, lambda text: self._told(text, reporter).ids, batch_size, workers)
        tasks = (self.task(request, lambda text: self._told(text, reporter)) for request in requests)
        return (task.answer(self.vocabulary, self.training_text) for task in Engine(self.exact).run(tasks, batch_size))

    def next(
        self,
        prompt: str | Prompt,
        top: int = 20,
        settings: GenerateSettings | None = None,
        *,
        reporter: Reporter = SILENT,
        **overrides: Any,
    ) -> list[Candidate]:
        """Return the pieces that are likeliest to follow a prompt, the likeliest first.

        Args:
            prompt: The starting text.
            top: How many pieces.
            settings: What is mixed in (`mix`, `cache`); nothing else in them counts.
            reporter: What is told how far a long prompt is read.
            overrides: Settings by name, in the place of those.

        Raises:
            RefusedError: Something is to be mixed in that the model lacks.
        """
        follower = Follower(self.exact, self.voice(_settled(settings, overrides)))
        pieces = self.begun(self._read(prompt))
        with track_reading(len(pieces), reporter) as task:
            for piece in pieces:
                follower.read(piece)
                task.advance(1)
        return follower.candidates(self.vocabulary, top)

    def begun(self, prompt: Prompt) -> list[int]:
        """Return the pieces that are read before the first is written: a paragraph's end stands before the prompt."""
        return prompt.ids if self.vocabulary.end is None else [self.vocabulary.end, *prompt.ids]

    def writing(self, settings: GenerateSettings, ids: Sequence[int]) -> Writing:
        """Return what chooses the pieces of a text.

        Args:
            settings: How it is written.
            ids: The pieces before the text.

        Raises:
            RefusedError: A setting does not fit the model.
        """
        training = self.training_text if settings.max_copy else None
        return Writing(settings, self.vocabulary, ids, training, self._never)

    def voice(self, settings: GenerateSettings) -> Voice | None:
        """Return what mixes in what the settings ask for; None is the model alone.

        Raises:
            RefusedError: The model lacks it.
        """
        name = name_of(settings)
        return Voice(*sources_of(self.bundle, name, self.ngrams if settings.mix else None, exact=True)) if name else None

    @property
    def _timesteps(self) -> int | None:
        """How many of the last pieces are read anew for each next one; None where the state is carried on."""
        return None if self.bundle.config["state"] == "carried" else int(self.bundle.config["timesteps"])

    def _read(self, prompt: str | Prompt) -> Prompt:
        return self.read_prompt(prompt) if isinstance(prompt, str) else prompt

    def _passage(self, prompt: Prompt, settings: GenerateSettings) -> Passage:
        voice, ids = self.voice(settings), self.begun(prompt)
        timesteps = self._timesteps
        read = ids if timesteps is None or voice is not None else ids[-timesteps:]  # the others are forgotten again
        return Passage(self.writing(settings, prompt.ids), read, voice)

    def _told(self, text: str, reporter: Reporter) -> Prompt:
        prompt = self.read_prompt(text, reporter)
        prompt.tell(reporter)
        return prompt

    def task(self, request: Request, read: Callable[[str], Prompt]) -> Task:
        """Return what is to be done for a request; what does not fit the model fails there.

        Args:
            request: What is asked for.
            read: Returns its prompt in the model's pieces.
        """
        try:
            return Task(request, self._passage(read(request.prompt), request.settings))
        except ZhgenError as error:
            return Task(request, None, str(error))

    def reader(self) -> Reader:
        """Return what feeds pieces to the network, before it has read any."""
        return Reader(self.network, self.input_table, self.input_scale, self._timesteps)


def _settled(settings: GenerateSettings | None, overrides: dict[str, Any]) -> GenerateSettings:
    """Return settings with others in their place; one that does not exist is a TypeError, as for any argument."""
    return replace(settings or GenerateSettings(), **overrides)
