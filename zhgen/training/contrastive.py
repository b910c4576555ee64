"""The loss of the recipe `default`: the right piece told from drawn ones."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from zhgen.config import TrainSettings
from zhgen.training.backend import compile_function
from zhgen.training.composition import compose_characters
from zhgen.training.losses import Noise, contrastive
from zhgen.training.network import NextVector, State, mean_direction, unit_length
from zhgen.training.readout import LEAST_EVIDENCE, SCALES, Evidence, Readout, log_frequencies
from zhgen.training.row_table import RowTable
from zhgen.training.windows import Batch
from zhgen.vectors.table import starting_table, unit_rows

_NEVER = -1e30  # a score that leaves no probability


class Contrastive(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Tells the right piece from drawn ones; the table is read at both ends and, unless the settings freeze it, learnt too.

    The score of piece w after output o is scale · cos(o, e_w) + bias_w. e_w is the piece's row of the table plus, where
    `settings.characters` asks for it, the mean of its characters' vectors and half of its first and its last one's; these start
    at zero. Scale and bias are learnt; the bias starts as the logarithm of the piece's frequency, the table as the word2vec
    vectors, centred and of length 1.

    Where there are M members, o is the mean of their M directions, and in place of the cosine stands o · e_w. In training each
    is judged by itself.

    Of the tables a step reads and learns the rows of the pieces in the batch and of those drawn; each row once.

    Args:
        vectors: float32 (V, D), the word2vec vectors.
        counts: (V,), how often each piece occurs in the training part.
        pieces: The V pieces.
        settings: The recipe.

    Attributes:
        tables: What is learnt by rows: the bias, and where they are learnt the table and the characters' vectors.
        varying: Places of the arguments of `loss` whose length differs from batch to batch.
    """

    carries_state = True
    learns_probabilities = True
    measure = "perplexity"
    first_scale = 16.0
    varying = (3, 4, 5, 6)

    def __init__(
        self, vectors: NDArray[np.float32], counts: NDArray[np.int64], pieces: Sequence[str], settings: TrainSettings
    ) -> None:
        super().__init__(name="contrastive")
        self.network = NextVector(starting_table(vectors, settings.table), settings, trainable_table=False, normalised=True)
        self.noise = Noise(counts, settings.negatives, settings.seed)
        learnt = settings.table == "learnt"
        self.composition = compose_characters(pieces if learnt and settings.characters else [""] * len(pieces))
        log_frequency = log_frequencies(counts)
        self._members = settings.members
        self._place = np.full(len(counts), self.noise.draws, dtype=np.int32)  # of each piece among those drawn
        self.bias = self._weight("bias", log_frequency[:, np.newaxis])
        self.parts = self._weight("parts", np.zeros((self.composition.rows, vectors.shape[1]), dtype=np.float32))
        self.log_scale = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(np.log(self.first_scale)), name="log_scale"
        )
        rate = settings.table_rate / settings.learning_rate
        tables = {"bias": self.bias, **({"table": self.network.table, "parts": self.parts} if learnt else {})}
        self.tables = [RowTable.of(self, name, rows, rate) for name, rows in tables.items()]
        self.readout: Readout | None = None  # until it is fitted
        self.built = True

    def _weight(self, name: str, start: NDArray[np.float32]) -> Any:
        """Return a variable that the optimizer does not know."""
        return self.add_weight(shape=start.shape, initializer=lambda *_, **__: start, trainable=False, name=name)

    @property
    def generators(self) -> tuple[np.random.Generator, ...]:
        """What chance is drawn from."""
        return (self.noise.generator,)

    def extra(self, batch: Batch) -> tuple[Any, ...]:
        """Return what a step needs beside the batch.

        Returns:
            The pieces in play, int32 (U,); the parts that make them up, int32 (Q,); which of these parts make up each piece,
            int32 (U, P), and with what shares, float32 (U, P); then, as numbers of pieces in play, those read, int32 (T, B),
            the right ones for each of M members, int32 (M·T·B,), and the drawn, int32 (K,); log(1/π) of each drawn and of a
            dummy, float32 (K + 1,); and hits, int32 (M·T·B, 2).
        """
        drawn = self.noise.draw()
        pieces, places = np.unique(np.concatenate([batch.x.ravel(), batch.y.ravel(), drawn]), return_inverse=True)
        read, right, noise = np.split(places.astype(np.int32), np.cumsum([batch.x.size, batch.y.size]))
        parts, part_places = np.unique(self.composition.parts[pieces], return_inverse=True)
        corrections = np.append(self.noise.corrections[drawn], np.float32(_NEVER))
        return (
            pieces.astype(np.int32),
            parts.astype(np.int32),
            part_places.reshape(len(pieces), -1).astype(np.int32),
            self.composition.shares[pieces],
            read.reshape(batch.x.shape),
            np.tile(right, self._members),
            noise,
            corrections,
            self._hits(drawn, np.tile(batch.y.ravel(), self._members)),
        )

    def _hits(self, drawn: NDArray[np.int32], targets: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return for every right piece its number and its place among the drawn, int32 (N, 2)."""
        self._place[drawn] = np.arange(len(drawn), dtype=np.int32)
        hits = np.stack([np.arange(targets.size, dtype=np.int32), self._place[targets]], axis=1)
        self._place[drawn] = self.noise.draws
        return hits

    def touched(self, *arguments: Any) -> list[Any]:
        """Return the rows of each of the tables that `loss` reads, given its arguments."""
        pieces, parts = arguments[3:5]
        return [pieces, pieces, parts][: len(self.tables)]

    def loss(
        self,
        x: Any,
        y: Any,
        state: State,
        *extra: Any,
        rows: Sequence[Any] | None = None,
    ) -> tuple[Any, State]:
        """Return the mean of −log probability, estimated from the drawn pieces, in nats, and the state after the batch.

        Every member is judged by itself: judged by their mean they would all learn the same.

        Args:
            x: int32 (T, B).
            y: int32 (T, B).
            state: The state before.
            extra: What `extra` returned.
            rows: The touched rows of the tables; None takes them.
        """
        pieces, parts, part_places, shares, read, right, noise, corrections, hits = extra
        if rows is None:
            rows = [table.take(ids) for table, ids in zip(self.tables, self.touched(x, y, state, *extra), strict=True)]
        bias, *learnt = rows
        own, made_of = learnt or (ops.take(self.network.table, pieces, axis=0), ops.take(self.parts, parts, axis=0))
        vectors = self._vectors(own, made_of, part_places, shares)
        bias = ops.squeeze(bias, 1)
        outputs, after = self.network.read_apart(ops.take(vectors, read, axis=0), state, training=True)
        losses = contrastive(
            ops.concatenate([self._scaled([output]) for output in outputs]),
            ops.take(vectors, right, axis=0),
            ops.take(bias, right),
            ops.pad(ops.take(vectors, noise, axis=0), ((0, 1), (0, 0))),
            ops.pad(ops.take(bias, noise), ((0, 1),)) + corrections,
            hits,
        )
        return ops.mean(losses), after

    def _vectors(self, own: Any, parts: Any, part_places: Any, shares: Any) -> Any:
        """Return the vectors of pieces, (U, D), of length 1, from their own rows and those of their parts."""
        return unit_length(own + ops.sum(ops.take(parts, part_places, axis=0) * ops.expand_dims(shares, 2), axis=1))

    def _scaled(self, outputs: Sequence[Any]) -> Any:
        """Return the mean direction of members' outputs (T, B, D) as (T·B, D), times the scale."""
        return self._directions(outputs) * ops.exp(self.log_scale)

    def _directions(self, outputs: Sequence[Any]) -> Any:
        return ops.reshape(mean_direction(outputs), (-1, self.network.vector_size))

    def whole_table(self) -> NDArray[np.float32]:
        """Return the vectors of all pieces, float32 (V, D), of length 1."""
        return unit_rows(np.asarray(self.network.table) + self.composition.compose(np.asarray(self.parts)))

    def validation_extra(self) -> tuple[Any, ...]:
        """Return the vectors of all pieces."""
        return (self.whole_table(),)

    def validation_loss(self, x: Any, y: Any, state: State, table: Any) -> tuple[Any, State]:
        """Return the sum of −log probability over all pieces, in nats, at each of `SCALES`, and the state after the batch.

        Args:
            x: int32 (T, B).
            y: int32 (T, B).
            state: The state before.
            table: (V, D), the vectors of all pieces.
        """
        outputs, after = self.network.read_apart(ops.take(table, x, axis=0), state, training=False)
        cosines = ops.matmul(self._scaled(outputs), ops.transpose(table))
        targets, bias = ops.reshape(y, (-1,)), ops.squeeze(self.bias, 1)
        near = ops.squeeze(ops.take_along_axis(cosines, ops.expand_dims(targets, 1), axis=1), 1)
        sums = [ops.logsumexp(scale * cosines + bias, axis=1) - scale * near - ops.take(bias, targets) for scale in SCALES]
        return ops.sum(ops.stack(sums), axis=1), after

    def fit_readout(self, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Fit the scale, and how much the bias weighs, on a text that was not learnt; return both and its perplexity.

        A very short text says too little: then what was learnt stays, and nothing is returned.
        """
        table, bias = self.whole_table(), np.asarray(self.bias)[:, 0]

        def outputs(x: Any, state: State, table: Any) -> tuple[Any, State]:
            values, after = self.network.read_apart(ops.take(table, x, axis=0), state, training=False)
            return self._directions(values), after

        run = compile_function(outputs, self)
        evidence = Evidence.gather(lambda x, state: run(x, state, table), self.network.zero_state, batches, table, bias)
        if len(evidence.targets) < LEAST_EVIDENCE:
            return {}
        self.readout = evidence.fit(self._learnt_readout())
        return evidence.figures(self.readout)

    def _learnt_readout(self) -> Readout:
        return Readout(scale=float(np.exp(np.asarray(self.log_scale))), prior=1.0)

    def restore(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Take over what a bundle has of it, as `exported` gives it; its rows hold what their characters add."""
        self.network.restore(weights)
        self.bias.assign(weights["decoder/bias"][:, np.newaxis])
        self.log_scale.assign(np.log(weights["decoder/scale"]))

    def exported(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights of a bundle, decoder included."""
        readout = self.readout or self._learnt_readout()
        return {
            **self.network.exported(),
            "input/scale": np.array(self.network.vector_size**0.5, dtype=np.float32),
            "decoder/table": self.whole_table(),
            "decoder/scale": np.array(readout.scale, dtype=np.float32),
            "decoder/bias": np.float32(readout.prior) * np.asarray(self.bias)[:, 0],
        }
