"""Generates text from a bundle, a word at a time, with NumPy alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from zhgen import bundle as bundles
from zhgen.bundle import Bundle
from zhgen.config import GenerateSettings
from zhgen.corpus.whitespace import needs_stand_in
from zhgen.generation.decoder import Decoder
from zhgen.generation.mixture import Outputs, Shares, Sources, name_of, sources_of
from zhgen.generation.reader import Reader
from zhgen.generation.sampling import Scores, choose, probabilities
from zhgen.progress import SILENT, Reporter
from zhgen.recurrent.cells import LSTMCell
from zhgen.recurrent.network import LSTMNetwork


@dataclass(frozen=True)
class Prompt:
    """A starting text as the model sees it.

    Attributes:
        ids: The pieces that spell it.
        unseen: How often each character occurs in it that the model has never seen, and that is left out.
    """

    ids: list[int]
    unseen: Counter[str] = field(default_factory=Counter)


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
        self.network = LSTMNetwork(cells, weights["output/kernel"], weights["output/bias"])
        self.decoder = Decoder.of(weights)
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
        paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
        if all(line in self.vocabulary.index and not needs_stand_in(line) for line in paragraphs):
            words = [[line] for line in paragraphs]  # spares a second for loading jieba
        else:
            segmenter = self.bundle.segmenter(reporter)
            words = [list(segmenter.words(paragraph)) for paragraph in paragraphs]
        ids: list[int] = []
        unseen: Counter[str] = Counter()
        for paragraph in words:
            if ids and self.vocabulary.end is not None:
                ids.append(self.vocabulary.end)
            ids.extend(self.vocabulary.encode(paragraph))
            unseen.update(self.vocabulary.unseen(paragraph))
        return Prompt(ids, unseen)

    def stream(self, prompt: Prompt, settings: GenerateSettings) -> Iterator[str]:
        """Return the words that follow a prompt as text, a line's end for a paragraph's; the first and the last are words.

        Args:
            prompt: The starting text; without pieces the text starts as a paragraph does.
            settings: How many words, how they are drawn, and what is mixed in. The same settings give the same words.

        Raises:
            RefusedError: Something is to be mixed in that the model lacks.
        """
        name = name_of(settings)
        mixture = sources_of(self.bundle, name) if name else None  # refused before the first word
        return self._words(prompt, settings, _Voice(self.reader(), self.decoder, mixture))

    def _words(self, prompt: Prompt, settings: GenerateSettings, voice: "_Voice") -> Iterator[str]:
        chance = np.random.default_rng(settings.seed)
        end = self.vocabulary.end
        started = prompt.ids if end is None else [end, *prompt.ids]
        scores = voice.scores(started)
        previous = started[-1] if started else None
        for remaining in range(settings.words, 0, -1):
            outermost = remaining in (1, settings.words)
            if end is not None and (previous == end or outermost) and len(self.vocabulary) > 1:
                scores[end] = -np.inf  # no empty line, and no line's end first or last
            previous = choose(scores, settings, chance.random())
            yield self.vocabulary.text(previous)
            if remaining > 1:
                scores = voice.scores([previous])

    def reader(self) -> Reader:
        """Return what feeds pieces to the network, before it has read any."""
        timesteps = self.bundle.config["timesteps"]
        carried = self.bundle.config["state"] == "carried"
        return Reader(self.network, self.input_table, self.input_scale, None if carried else timesteps)


class _Voice:
    """Reads pieces and says how likely each is to follow.

    Args:
        reader: What reads.
        decoder: What makes scores of its outputs.
        mixture: What is mixed in; None is the model alone.
    """

    def __init__(self, reader: Reader, decoder: Decoder, mixture: tuple[Shares, Sources] | None) -> None:
        self.reader, self.decoder, self.mixture = reader, decoder, mixture
        self.output: Outputs | None = None  # the last one, (1, D)

    def scores(self, ids: list[int]) -> Scores:
        """Read pieces and return the scores after the last, float (V,); the bias alone when there never were any."""
        if not ids:
            return self.decoder.bias.copy()
        if self.mixture is None:
            pure: Scores = self.decoder.scores(self.reader.read(ids))[0]
            return pure
        outputs = self.reader.outputs(ids)
        shares, sources = self.mixture
        if self.output is None:
            sources.add(ids[1:], outputs[:-1])  # before the first of all there is no output
        else:
            sources.add(ids, np.concatenate([self.output, outputs[:-1]]))
        self.output = outputs[-1:]
        model = probabilities(self.decoder.scores(self.output)[0])
        mixed = shares.combine(model, *sources.look(self.output[0]))
        logarithms: Scores = np.log(np.maximum(mixed, np.finfo(np.float64).tiny))
        return logarithms
