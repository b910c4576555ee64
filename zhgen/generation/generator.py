"""Generates text from a bundle, a word at a time, with NumPy alone."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhgen import bundle as bundles
from zhgen.bundle import Bundle
from zhgen.config import GenerateSettings
from zhgen.corpus.whitespace import needs_stand_in
from zhgen.generation.decoder import Decoder
from zhgen.generation.sampling import choose
from zhgen.recurrent.cells import LSTMCell
from zhgen.recurrent.network import LSTMNetwork, State


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
        self.decoder = Decoder(weights["decoder/table"], float(weights["decoder/scale"]), weights["decoder/bias"])
        self.input_table = weights.get("input/table", self.decoder.table)
        self.input_scale = 1.0 if "input/table" in weights else float(weights["input/scale"])

    @classmethod
    def load(cls, path: Path | str) -> "Generator":
        """Return a generator for the model in a directory.

        Raises:
            RefusedError: There is no model, or it is damaged.
        """
        return cls(bundles.load(Path(path)))

    def read_prompt(self, text: str) -> Prompt:
        """Return a starting text in the model's pieces, cut as its corpus was; line ends become paragraph ends."""
        paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
        if all(line in self.vocabulary.index and not needs_stand_in(line) for line in paragraphs):
            words = [[line] for line in paragraphs]  # spares a second for loading jieba
        else:
            segmenter = self.bundle.segmenter()
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
        """Yield the words that follow a prompt as text, a line's end for a paragraph's; the first and the last are words.

        Args:
            prompt: The starting text; without pieces the text starts as a paragraph does.
            settings: How many words and how they are drawn. The same settings give the same words.
        """
        chance = np.random.default_rng(settings.seed)
        reader = self._reader()
        end = self.vocabulary.end
        started = prompt.ids if end is None else [end, *prompt.ids]
        scores = self._scores(reader, started)
        previous = started[-1] if started else None
        for remaining in range(settings.words, 0, -1):
            outermost = remaining in (1, settings.words)
            if end is not None and (previous == end or outermost) and len(self.vocabulary) > 1:
                scores[end] = -np.inf  # no empty line, and no line's end first or last
            previous = choose(scores, settings, chance.random())
            yield self.vocabulary.text(previous)
            if remaining > 1:
                scores = self.decoder.scores(reader.read([previous]))[0]

    def _scores(self, reader: "_Reader", ids: list[int]) -> NDArray[np.float32]:
        """Return the scores after the first ids; the bias alone when there are none."""
        return self.decoder.scores(reader.read(ids))[0] if ids else self.decoder.bias.copy()

    def _reader(self) -> "_Reader":
        timesteps = self.bundle.config["timesteps"]
        carried = self.bundle.config["state"] == "carried"
        return _Reader(self.network, self.input_table, self.input_scale, None if carried else timesteps)


class _Reader:
    """Feeds pieces to the network and keeps what it remembers.

    Args:
        network: What reads.
        table: float32 (V, D), the vectors that are read, before `scale`.
        scale: What each is multiplied with.
        timesteps: How many of the last pieces are read again from a zero state for every new one, as the model was
            trained; None when it was trained with its state carried on.
    """

    def __init__(self, network: LSTMNetwork, table: NDArray[np.float32], scale: float, timesteps: int | None) -> None:
        self.network, self.table, self.scale = network, table, np.float32(scale)
        self.state: State = network.zero_state(1)
        self.last: deque[int] | None = None if timesteps is None else deque(maxlen=timesteps)

    def read(self, ids: list[int]) -> NDArray[np.float32]:
        """Read pieces and return the output after the last, float32 (1, D)."""
        if self.last is not None:
            self.last.extend(ids)
            ids, self.state = list(self.last), self.network.zero_state(1)
        if len(ids) == 1:
            output, self.state = self.network.step(self.table[ids] * self.scale, self.state)
            return output.astype(np.float32, copy=False)
        outputs, self.state = self.network.forward(self.table[ids][np.newaxis] * self.scale, self.state)
        return outputs[:, -1].astype(np.float32, copy=False)
