"""The right piece told from drawn ones."""

import keras
import numpy as np
import pytest

from zhgen.config import TrainSettings
from zhgen.training.backend import compile_step
from zhgen.training.contrastive import Contrastive
from zhgen.training.readout import SCALES
from zhgen.training.windows import Batch
from zhgen.vectors.table import starting_table, unit_rows

VECTORS = np.array([[3, 1, 1], [1, 4, 1], [1, 1, 5], [2, 2, -1], [-2, 0, -1]], dtype=np.float32)
COUNTS = np.array([8, 4, 2, 1, 0], dtype=np.int64)
PIECES = ("</s>", "宝玉", "黛玉", "玉", "笑")
X = np.array([[0, 1], [2, 0], [1, 2]], dtype=np.int32)
Y = np.array([[2, 0], [1, 2], [4, 3]], dtype=np.int32)
"""Two streams of three steps, (T, B)."""
BATCH = Batch(X, Y, starts=True)


def contrastive(**given):
    """Return the contrastive objective over five pieces, without dropout."""
    keras.utils.set_random_seed(1)
    undropped = {f"{name}_dropout": 0.0 for name in ("word", "input", "output")}
    settings = TrainSettings(**{"units": 4, "members": 1, "attention": 0, "negatives": 5, **undropped, **given})
    return Contrastive(VECTORS, COUNTS, PIECES, settings)


def validated(objective):
    """Return the validation loss of the two streams at the learnt scale and the state after it."""
    losses, after = objective.validation_loss(X, Y, objective.network.zero_state(2), *objective.validation_extra())
    return losses[0], after


def test_where_contrastive_starts():
    """The table starts centred and of length 1, the bias as the logarithm of the frequency, the scale at 16."""
    weights = contrastive().exported()
    centred = VECTORS - VECTORS.mean(axis=0)
    np.testing.assert_allclose(weights["decoder/table"], centred / np.linalg.norm(centred, axis=1)[:, None], rtol=1e-5)
    np.testing.assert_allclose(weights["decoder/bias"], np.log(np.array([8, 4, 2, 1, 0.5]) / 15), rtol=1e-6)
    assert float(weights["decoder/scale"]) == pytest.approx(16)
    assert float(weights["input/scale"]) == pytest.approx(3**0.5)


def test_what_a_step_needs_beside_the_batch():
    """With 3 and 0 drawn every piece is in play once, and what is read, right and drawn is numbered by these."""
    objective = contrastive(negatives=2)
    objective.noise.draw = lambda: np.array([3, 0], dtype=np.int32)
    batch = Batch(X, np.array([[2, 0], [1, 2], [0, 3]], dtype=np.int32), starts=True)
    pieces, parts, part_places, shares, read, right, noise, corrections, hits = objective.extra(batch)
    assert pieces.tolist() == [0, 1, 2, 3]
    assert pieces[read].tolist() == X.tolist()
    assert pieces[right].tolist() == batch.y.ravel().tolist()
    assert pieces[noise].tolist() == [3, 0]
    assert parts[part_places].tolist() == objective.composition.parts[pieces].tolist()
    assert shares.tolist() == objective.composition.shares[pieces].tolist()
    np.testing.assert_allclose(corrections, [*objective.noise.corrections[[3, 0]], -1e30])
    assert hits.tolist() == [[0, 2], [1, 1], [2, 2], [3, 2], [4, 1], [5, 0]]


def test_what_was_drawn_before_has_no_place():
    """With 3 and 0 drawn for one batch and 4 and 2 for the next, 3 and 0 stand in the dummy's column in the second."""
    objective = contrastive(negatives=2)
    draws = iter([[3, 0], [4, 2]])
    objective.noise.draw = lambda: np.array(next(draws), dtype=np.int32)
    objective.extra(BATCH)
    assert objective.extra(BATCH)[-1].tolist() == [[0, 1], [1, 2], [2, 2], [3, 1], [4, 0], [5, 2]]


def test_with_every_piece_drawn_learning_and_validation_lose_the_same():
    """With K = V and no dropout the mean loss that is learnt is the validation's sum over six predictions."""
    objective = contrastive()
    learnt, _ = objective.loss(X, Y, objective.network.zero_state(2), *objective.extra(BATCH))
    assert float(learnt) * 6 == pytest.approx(float(validated(objective)[0]), rel=1e-5)


def test_every_member_is_judged_by_itself():
    """The loss that two members learn is the mean of what each would lose alone; they are validated as one."""
    objective = contrastive(members=2)
    first, second = objective.network.members
    state = objective.network.zero_state(2)
    together, after = objective.loss(X, Y, state, *objective.extra(BATCH))
    assert len(after) == 4
    alone = contrastive()
    lost = []
    for member in (first, second):
        alone.network.members = [member]
        lost.append(float(alone.loss(X, Y, state[:2], *alone.extra(BATCH))[0]))
    assert lost[0] != pytest.approx(lost[1], rel=1e-3)
    assert float(together) == pytest.approx(np.mean(lost), rel=1e-5)
    assert float(validated(objective)[0]) / 6 < max(lost)


def test_validation_is_the_softmax_of_what_is_exported():
    """The validation loss is −log softmax(scale · cosine + bias), worked out in NumPy from the exported decoder."""
    objective = contrastive(negatives=2)
    weights = objective.exported()
    outputs = objective.network(X, objective.network.zero_state(2))[0].numpy().reshape(-1, 3)
    outputs /= np.linalg.norm(outputs, axis=1, keepdims=True)
    scores = weights["decoder/scale"] * outputs @ weights["decoder/table"].T + weights["decoder/bias"]
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    expected = -np.log(probabilities[np.arange(6), Y.ravel()]).sum()
    assert float(validated(objective)[0]) == pytest.approx(expected, rel=1e-5)


def test_validation_tells_of_other_scales():
    """The losses behind the first are those at a lower scale: what the read-out will find, an epoch is judged by."""
    objective = contrastive()
    losses = objective.validation_loss(X, Y, objective.network.zero_state(2), *objective.validation_extra())[0]
    learnt = float(objective.log_scale)
    for scale, loss in zip(SCALES, losses, strict=True):
        objective.log_scale.assign(learnt + np.log(scale))
        assert float(loss) == pytest.approx(float(validated(objective)[0]), rel=1e-5)


def test_contrastive_carries_its_state():
    """The state after a batch is that of the network, for the next window to go on with."""
    objective = contrastive()
    state = objective.network.zero_state(2)
    expected = objective.network(X, state)[1]
    for found in (objective.loss(X, Y, state, *objective.extra(BATCH))[1], validated(objective)[1]):
        for part, right in zip(found, expected, strict=True):
            np.testing.assert_allclose(part, right, rtol=1e-5)
    assert objective.carries_state


def test_characters_are_added_to_each_piece():
    """Once the parts are no longer zero, a piece's vector is its row and what its characters add, scaled to length 1."""
    objective = contrastive()
    parts = np.random.default_rng(1).normal(size=objective.parts.shape).astype(np.float32)
    objective.parts.assign(parts)
    expected = unit_rows(starting_table(VECTORS, "learnt") + objective.composition.compose(parts))
    np.testing.assert_allclose(objective.exported()["decoder/table"], expected, rtol=1e-5)
    learnt, _ = objective.loss(X, Y, objective.network.zero_state(2), *objective.extra(BATCH))
    assert float(learnt) * 6 == pytest.approx(float(validated(objective)[0]), rel=1e-4)


def learnt(objective):
    """Return the names of the tables that a compiled step changes by rows, and of the variables that it changes as a whole."""
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build(objective.trainable_variables)
    before = {variable.path: variable.numpy() for variable in objective.variables}
    step = compile_step(objective.loss, objective, optimizer)
    step(X, Y, objective.network.zero_state(2), *objective.extra(BATCH))
    return {
        variable.path.split("/")[-1]
        for variable in objective.variables
        if "seed" not in variable.path and (before[variable.path] != variable.numpy()).any()
    }


NETWORK = {"log_scale", "kernel", "recurrent_kernel", "bias", "bias_squares"}


def test_a_step_learns_the_table_the_characters_the_bias_and_the_scale():
    """With a learnt table everything moves, the vectors of characters too unless they are left out."""
    tables = {"table", "table_squares"}
    assert learnt(contrastive()) == NETWORK | tables | {"parts", "parts_squares"}
    assert learnt(contrastive(characters=False)) == NETWORK | tables
    looking = {"query", "query_bias", "key", "key_bias", "output", "nothing", "fading"}
    assert learnt(contrastive(characters=False, attention=4)) == NETWORK | tables | looking


@pytest.mark.parametrize("table", ["centred", "whitened", "raw"])
def test_a_table_that_is_not_learnt(table):
    """Bias and scale are learnt all the same; the table stays where the setting placed it, read and written at length 1."""
    objective = contrastive(table=table)
    assert learnt(objective) == NETWORK
    weights = objective.exported()
    np.testing.assert_allclose(weights["decoder/table"], unit_rows(starting_table(VECTORS, table)), rtol=1e-5)
    assert float(weights["input/scale"]) == pytest.approx(3**0.5)


def test_a_very_short_text_does_not_replace_what_was_learnt():
    """Six predictions could make the scale anything."""
    objective = contrastive()
    before = objective.exported()
    assert objective.fit_readout([BATCH]) == {}
    assert float(objective.exported()["decoder/scale"]) == float(before["decoder/scale"])


def test_the_read_out_is_fitted_on_what_was_not_learnt(monkeypatch):
    """Scale and the bias's weight make a held-out text likelier than those that were learnt, and are what is exported."""
    monkeypatch.setattr("zhgen.training.contrastive.LEAST_EVIDENCE", 6)
    objective = contrastive()
    before = float(np.exp(validated(objective)[0] / Y.size))
    figures = objective.fit_readout([BATCH])
    assert figures["perplexity"] < before
    weights = objective.exported()
    assert float(weights["decoder/scale"]) == pytest.approx(figures["scale"], rel=1e-5)
    np.testing.assert_allclose(weights["decoder/bias"], figures["prior"] * np.asarray(objective.bias)[:, 0], rtol=1e-4)
    outputs = objective.network.read(weights["decoder/table"][X], objective.network.zero_state(2), training=False)[0]
    scores = unit_rows(np.asarray(outputs).reshape(-1, 3)) @ weights["decoder/table"].T * weights["decoder/scale"]
    scores = scores + weights["decoder/bias"]
    nats = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(6), Y.ravel()]
    assert figures["perplexity"] == pytest.approx(np.exp(nats.mean()), rel=1e-3)
