"""What is made small in training: the noise that is drawn, and the two losses."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from zhgen.training.losses import NOISE_POWER, Noise, contrastive, squared_error

COUNTS = np.array([1000, 300, 100, 50, 20, 10, 5, 2, 1, 0, 0, 40], dtype=np.int64)
N, D = 4, 3


def test_inclusion_worked_out_by_hand():
    """Sixteen occurrences weigh 16^0.75 = 8 and one weighs 1: of two draws one is certain, each other has one in four."""
    noise = Noise(np.array([16, 1, 1, 1, 0], dtype=np.int64), draws=2, seed=1)
    np.testing.assert_allclose(noise.inclusion, [1, 0.25, 0.25, 0.25, 0.25])
    np.testing.assert_allclose(noise.corrections, [0, *[np.log(4)] * 4], rtol=1e-6)
    assert noise.certain.tolist() == [0]


def test_inclusion_is_in_proportion_to_the_count():
    """Where no piece is certain to be drawn, π is K · count^0.75 / Σ count^0.75."""
    counts = np.array([3, 4, 5, 6], dtype=np.int64)
    np.testing.assert_allclose(Noise(counts, 1, 1).inclusion, counts**NOISE_POWER / (counts**NOISE_POWER).sum())


@settings(deadline=None, max_examples=200)
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60), st.integers(1, 80))
def test_inclusion_adds_up_and_draws_are_distinct(counts, draws):
    """Whatever the counts: the probabilities add up to K, none exceeds 1, and K different pieces are drawn."""
    noise = Noise(np.array(counts, dtype=np.int64), draws, seed=3)
    expected = min(draws, len(counts))
    assert noise.draws == expected
    assert noise.inclusion.sum() == pytest.approx(expected)
    assert 0 < noise.inclusion.min() <= noise.inclusion.max() <= 1
    drawn = noise.draw()
    assert drawn.dtype == np.int32
    assert len(set(drawn.tolist())) == len(drawn) == expected
    assert 0 <= drawn.min() <= drawn.max() < len(counts)


def test_pieces_are_drawn_as_often_as_stated():
    """In 20,000 draws each piece comes in a share that differs from its π by less than 0.015, four standard errors."""
    noise, times = Noise(COUNTS, draws=5, seed=1), 20_000
    seen = np.zeros(len(COUNTS))
    for _ in range(times):
        seen[noise.draw()] += 1
    np.testing.assert_allclose(seen / times, noise.inclusion, atol=0.015)
    assert seen[0] == times


def test_any_two_pieces_can_be_drawn_together():
    """Of six equally frequent pieces three are drawn: each of the 15 pairs comes, neighbours too."""
    noise = Noise(np.full(6, 7, dtype=np.int64), draws=3, seed=1)
    pairs = {pair for _ in range(500) for pair in itertools.combinations(sorted(noise.draw().tolist()), 2)}
    assert len(pairs) == 15


def test_the_sampled_sum_is_the_full_sum_in_the_mean():
    """Over 20,000 draws the mean of Σ exp(score)/π is the sum of exp(score) over all pieces, within 2 %."""
    scores = np.random.default_rng(2).normal(size=len(COUNTS)) + 2 * (np.arange(len(COUNTS)) == 9)
    noise = Noise(COUNTS, draws=5, seed=1)
    sums = []
    for _ in range(20_000):
        drawn = noise.draw()
        sums.append(np.exp(scores[drawn] + noise.corrections[drawn]).sum())
    assert np.std(sums) > 1
    assert np.mean(sums) == pytest.approx(np.exp(scores).sum(), rel=0.02)


def test_the_same_seed_draws_the_same_pieces():
    """The noise is a matter of its seed alone."""
    first, second, other = ([Noise(COUNTS, 5, seed)] for seed in (1, 1, 2))
    drawn = [[noise.draw().tolist() for _ in range(5)] for (noise,) in (first, second, other)]
    assert drawn[0] == drawn[1] != drawn[2]


def problem(pieces, vocabulary=6):
    """Return outputs, a table, biases, right pieces and hits, for drawn `pieces`."""
    generator = np.random.default_rng(5)
    outputs, table, bias = (generator.normal(size=size).astype(np.float32) for size in ((N, D), (vocabulary, D), vocabulary))
    targets = np.array([0, 4, 1, 2])
    place = {piece: number for number, piece in enumerate(pieces)}
    hits = np.array([[n, place.get(int(target), len(pieces))] for n, target in enumerate(targets)], dtype=np.int32)
    return outputs, table, bias, targets, hits


def arguments(pieces, corrections):
    """Return what `contrastive` takes, as tensors, with a dummy of score -1e30 behind the drawn pieces."""
    outputs, table, bias, targets, hits = problem(pieces)
    noise = np.concatenate([table[pieces], np.zeros((1, D), np.float32)])
    noise_bias = np.append(bias[pieces] + corrections, np.float32(-1e30)).astype(np.float32)
    return [tf.constant(a) for a in (outputs, table[targets], bias[targets], noise, noise_bias)], tf.constant(hits)


def differentiable(outputs, right, right_bias, noise, noise_bias, hits):
    """Return the contrastive loss as it would be written without a gradient of its own."""
    score = ops.sum(outputs * right, axis=1) + right_bias
    scores = ops.matmul(outputs, ops.transpose(noise)) + noise_bias
    scores = ops.scatter_update(scores, hits, tf.fill((N,), -1e30))
    return ops.logsumexp(ops.concatenate([scores, score[:, None]], axis=1), axis=1) - score


def test_with_all_pieces_drawn_the_loss_is_the_full_softmax():
    """With K = V and π = 1 the loss is −log softmax over all pieces, nothing estimated."""
    outputs, table, bias, targets, _ = problem(range(6))
    scores = (outputs @ table.T + bias).astype(np.float64)
    expected = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(N), targets]
    given_arguments, hits = arguments([5, 4, 3, 2, 1, 0], np.zeros(6, np.float32))
    np.testing.assert_allclose(contrastive(*given_arguments, hits), expected, rtol=1e-5)


def test_the_right_piece_counts_once():
    """A right piece that is drawn too stands in the sum once, at its own score: worked out for pieces 4 and 2 drawn."""
    outputs, table, bias, targets, _ = problem([4, 2])
    scores = outputs @ table.T + bias
    log_inverse = np.array([0.5, 1.5], np.float32)
    others = [[4, 2], [2], [4, 2], [4]]  # of each right piece 0, 4, 1, 2: what else was drawn
    correction = {4: 0.5, 2: 1.5}
    expected = [
        np.log(np.exp(scores[n, targets[n]]) + sum(np.exp(scores[n, w] + correction[w]) for w in others[n]))
        - scores[n, targets[n]]
        for n in range(N)
    ]
    given_arguments, hits = arguments([4, 2], log_inverse)
    assert hits.numpy().tolist() == [[0, 2], [1, 0], [2, 2], [3, 1]]
    np.testing.assert_allclose(contrastive(*given_arguments, hits), expected, rtol=1e-5)


def test_the_written_out_gradient_is_that_of_differentiation():
    """The gradients of all five arguments are what TensorFlow finds by differentiating step by step."""
    given_arguments, hits = arguments([4, 2, 3], np.array([0.5, 1.5, 0.1], np.float32))
    weigh = tf.constant([1.0, -2.0, 0.5, 3.0])
    gradients = []
    for loss in (contrastive, differentiable):
        with tf.GradientTape() as tape:
            tape.watch(given_arguments)
            value = tf.reduce_sum(loss(*given_arguments, hits) * weigh)
        gradients.append(tape.gradient(value, given_arguments))
    assert [gradient.shape for gradient in gradients[0]] == [(N, D), (N, D), (N,), (4, D), (4,)]
    for found, expected in zip(*gradients, strict=True):
        assert np.abs(expected).max() > 0.01
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_large_scores_do_not_overflow():
    """Scores of a thousand, whose exponentials no float holds, give a finite loss and finite gradients."""
    given_arguments, hits = arguments([4, 2, 3], np.zeros(3, np.float32))
    given_arguments[0] = given_arguments[0] * 1000
    with tf.GradientTape() as tape:
        tape.watch(given_arguments)
        losses = contrastive(*given_arguments, hits)
    assert np.isfinite(losses).all()
    assert max(losses) > 500
    assert all(np.isfinite(gradient).all() for gradient in tape.gradient(losses, given_arguments))


def test_squared_error_by_hand():
    """The mean of 0, 1, 4 and 9 is 3.5."""
    assert float(squared_error(np.array([[0.0, 1.0], [2.0, 3.0]]), np.zeros((2, 2)))) == 3.5
