"""What predicts a text piece by piece, read in chunks: the model, and beside it what needs no training."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhgen.bundle import Bundle
from zhgen.evaluation.tally import Guesses, rank, ranks
from zhgen.generation.generator import Generator
from zhgen.generation.mixture import NAMES, Shares, sources_of
from zhgen.ngrams.kneser_ney import KneserNey

Ids = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Sight:
    """What the model made of a chunk before each piece was read.

    Attributes:
        outputs: float32 (n, D), the network's outputs.
        below: float32 (n, V), scores less the highest of their row.
        log_sums: float64 (n,), log Σ exp(below) of each row, which is −log of the first guess's probability.
        right: float32 (n,), `below` of the right pieces.
        guesses: What that says of the right pieces.
    """

    outputs: Floats
    below: Floats
    log_sums: NDArray[np.float64]
    right: Floats
    guesses: Guesses


class ModelReader:
    """Reads a text with a model's network, exactly as the generator would, a chunk at a time.

    What the network remembers is carried through all texts; a model that was trained on windows from a zero state reads the
    last `timesteps` pieces anew for every piece. The first text begins as after `</s>`.

    Args:
        generator: The model.
    """

    def __init__(self, generator: Generator) -> None:
        end = generator.vocabulary.end
        self.decoder, self.reader = generator.decoder, generator.reader()
        self.waiting: Ids = np.array([] if end is None else [end], dtype=np.int32)  # the last piece, still to be read

    def see(self, ids: Ids) -> Sight:
        """Return what the model makes of a chunk, int32 (n,), that follows those before."""
        outputs = self.outputs(ids)
        cosines = self.decoder.cosines(outputs)
        rows = np.arange(len(ids))
        nearest, right_cosines = cosines.argmax(axis=1) == ids, cosines[rows, ids].astype(np.float64)
        scores = self.decoder.scores_of(cosines, outputs)
        places = ranks(scores, ids)
        below = np.subtract(scores, scores.max(axis=1, keepdims=True), out=scores)
        log_sums = np.log(np.exp(below).sum(axis=1, dtype=np.float64))
        right = below[rows, ids]
        return Sight(outputs, below, log_sums, right, Guesses(log_sums - right, places, right_cosines, nearest))

    def outputs(self, ids: Ids) -> Floats:
        """Return the output before each piece of a chunk is read, float32 (n, D); zeros where nothing was read before."""
        read = np.concatenate([self.waiting, ids[:-1]])
        self.waiting = ids[-1:]
        missing = np.zeros((len(ids) - len(read), self.decoder.table.shape[1]), dtype=np.float32)
        return np.concatenate([missing, self.reader.outputs(read)]) if len(read) else missing


class Unigram:
    """Predicts every piece by how often it occurs in the training part, whatever came before.

    A piece that never does counts as half of one that does once.

    Args:
        counts: int64 (V,), how often each piece occurs.
    """

    def __init__(self, counts: NDArray[np.int64]) -> None:
        shares = np.maximum(counts, 0.5)
        self.nats = -np.log(shares / shares.sum())
        self.ranks = np.empty(len(counts), dtype=np.int64)
        self.ranks[np.argsort(-counts, kind="stable")] = np.arange(1, len(counts) + 1)

    def guess(self, ids: Ids) -> Guesses:
        """Return the guesses at a chunk, int32 (n,)."""
        return Guesses(self.nats[ids], self.ranks[ids])


class KneserNeyReader:
    """Reads a text with a Kneser-Ney n-gram of the training part, a chunk at a time; the first begins as after `</s>`.

    Args:
        ngrams: The counts.
    """

    def __init__(self, ngrams: KneserNey) -> None:
        self.ngrams = ngrams
        self.before: Ids = np.array([] if ngrams.end is None else [ngrams.end], dtype=np.int32)

    def probabilities(self, ids: Ids) -> NDArray[np.float64]:
        """Return what is thought before each piece of a chunk, int32 (n,), that follows those before: float64 (n, V)."""
        reach = self.ngrams.order - 1
        read = np.concatenate([self.before, ids])
        first = len(self.before)
        self.before = read[-reach:]
        return self.ngrams.probabilities([read[max(0, end - reach) : end] for end in range(first, first + len(ids))])

    def guess(self, ids: Ids, probabilities: NDArray[np.float64]) -> Guesses:
        """Return the guesses at a chunk, int32 (n,), of which the probabilities were asked."""
        return Guesses(-np.log(probabilities[np.arange(len(ids)), ids]), ranks(probabilities, ids))


class MixtureReader:
    """Reads a text with what `generate --mix` and `--cache` mix: the model, the counts, and a cache of the text itself.

    Args:
        bundle: The model, with shares fitted on validation text.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.shares = {name: Shares.of(bundle.config["mixture"], name) for name in NAMES}
        _, self.sources = sources_of(bundle, "cache")

    def guess(self, ids: Ids, sight: Sight, counts: NDArray[np.float64]) -> dict[str, Guesses]:
        """Return the guesses of every mixture at a chunk, int32 (n,), that follows those before.

        Args:
            ids: int32 (n,), the chunk.
            sight: What the model made of it.
            counts: float64 (n, V), what the n-grams did.
        """
        right = np.empty((len(self.shares), len(ids)))
        places = np.empty(right.shape, dtype=np.int64)
        for row in range(len(ids)):
            here = slice(row, row + 1)
            said = self.sources.look(sight.outputs[row])._replace(counts=counts[row])
            self.sources.add(ids[here], sight.outputs[here])
            model = np.exp(sight.below[row])
            model /= model.sum()
            for number, shares in enumerate(self.shares.values()):
                mixed = shares.combine(model, said)
                right[number, row] = mixed[ids[row]]
                places[number, row] = rank(mixed, int(ids[row]))
        return {name: Guesses(-np.log(right[number]), places[number]) for number, name in enumerate(self.shares)}
