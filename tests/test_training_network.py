"""The network in Keras, and what a bundle of it puts out in NumPy."""

import keras
import numpy as np
import pytest

from zhgen.config import GenerateSettings, TrainSettings
from zhgen.generation.generator import Generator, Prompt
from zhgen.training.network import NextVector, unit_length

AXES = np.array([[2, 0, 0], [0, 3, 0], [0, 0, 4], [0, 0, 0]], dtype=np.float32)
"""Three words on three axes, of length 2, 3 and 4, and a row of zeros."""
IDS = np.array([[0, 1], [2, 0], [1, 2], [0, 0]], dtype=np.int32)
"""Two streams of four steps: (T, B)."""


def network(*, trainable_table=True, **given):
    """Return a small network over the three words."""
    settings = TrainSettings(**{"units": 5, "layers": 2, "members": 1, "attention": 0, **given})
    return NextVector(AXES, settings, trainable_table=trainable_table, normalised=trainable_table)


def test_unit_length_by_hand():
    """A vector (3, 4) becomes (0.6, 0.8), and one of zeros stays one instead of becoming NaN."""
    np.testing.assert_allclose(unit_length(np.array([[3, 4], [0, 0]], np.float32)), [[0.6, 0.8], [0, 0]], rtol=1e-6)


def test_a_learnt_table_is_read_at_length_one():
    """Rows of a table that is learnt are of length 1 whatever their length in it; others are read as they are."""
    np.testing.assert_allclose(network().rows([2, 0, 3]), [[0, 0, 1], [1, 0, 0], [0, 0, 0]])
    np.testing.assert_allclose(network(trainable_table=False).rows([2, 0, 3]), [[0, 0, 4], [2, 0, 0], [0, 0, 0]])


def test_what_is_learnt():
    """Of two layers there are a kernel, a recurrent kernel and a bias each; the table is learnt only when it is to be."""
    shapes = [(3, 20), (5, 20), (20,), (5, 20), (5, 20), (20,), (5, 3), (3,)]
    assert [tuple(v.shape) for v in network().trainable_variables] == [(4, 3), *shapes]
    assert [tuple(v.shape) for v in network(trainable_table=False).trainable_variables] == shapes


def test_windows_with_the_state_carried_on_are_one_long_window():
    """Two windows of two steps, the second from the state after the first, give what one window of four does."""
    keras.utils.set_random_seed(1)
    made = network()
    whole, after = made(IDS, made.zero_state(2))
    first, state = made(IDS[:2], made.zero_state(2))
    second, end = made(IDS[2:], state)
    assert whole.shape == (4, 2, 3)
    assert [tuple(part.shape) for part in after] == [(2, 5)] * 4
    np.testing.assert_allclose(np.concatenate([first, second]), whole, rtol=1e-5, atol=1e-7)
    for carried, expected in zip(end, after, strict=True):
        np.testing.assert_allclose(carried, expected, rtol=1e-5, atol=1e-7)


def test_input_dropout_leaves_out_the_same_dimensions_at_every_step():
    """One mask holds for all steps of a window (Gal & Ghahramani 2016) and differs between streams; the rest is scaled up."""
    x = np.ones((6, 5, 40), np.float32)
    dropped = network(input_dropout=0.5).members[0].input_dropout(x, training=True).numpy()
    assert set(np.unique(dropped)) == {0.0, 2.0}
    assert (dropped == dropped[:1]).all()
    assert (dropped[0] != dropped[0, :1]).any()


def test_nothing_is_left_out_but_in_training():
    """Without training the same input gives the same output; with it dropout makes it differ."""
    keras.utils.set_random_seed(1)
    made = network(input_dropout=0.5, output_dropout=0.5)
    plain, again = (made(IDS, made.zero_state(2))[0].numpy() for _ in range(2))
    trained = made(IDS, made.zero_state(2), training=True)[0].numpy()
    assert np.array_equal(plain, again)
    assert not np.allclose(plain, trained)


def test_members_start_apart_and_put_out_their_mean():
    """Three members have other weights and other states each; what is put out is the mean of their directions."""
    keras.utils.set_random_seed(1)
    made = network(members=3)
    rows, state = made.rows(IDS), made.zero_state(2)
    assert [tuple(part.shape) for part in state] == [(2, 5)] * 12
    outputs, after = made.read_apart(rows, state, training=False)
    assert len({float(output[0, 0, 0]) for output in outputs}) == 3
    assert len({float(part[0, 0]) for part in after}) == 12
    expected = np.mean([output / np.linalg.norm(output, axis=-1, keepdims=True) for output in outputs], axis=0)
    np.testing.assert_allclose(made.read(rows, state, training=False)[0], expected, rtol=1e-5, atol=1e-6)


def test_members_leave_out_other_things():
    """What one member is kept from seeing another sees."""
    first, second = network(members=2, input_dropout=0.5).members
    x = np.ones((1, 1, 100), np.float32)
    assert (first.input_dropout(x, training=True).numpy() != second.input_dropout(x, training=True).numpy()).any()


def test_the_largest_seed_can_be_used():
    """Every kind of dropout of every member has a seed after the first, and the largest one that is allowed has them too."""
    made = network(seed=2**32 - 1, output_dropout=0.5, members=3)
    made(IDS, made.zero_state(2), training=True)


def keras_twin(bundle):
    """Return the Keras network with the weights of a bundle, its table being the decoder's."""
    settings = TrainSettings(**{name: bundle.config[name] for name in ("units", "layers", "members", "attention")})
    twin = NextVector(bundle.weights["decoder/table"], settings, trainable_table=True, normalised=True)
    twin.restore(bundle.weights)
    return twin


@pytest.fixture(scope="module")
def read():
    """Return forty pieces of the vocabulary of five, in an order that never repeats for long."""
    return np.random.default_rng(4).integers(0, 5, size=40).tolist()


def test_numpy_puts_out_what_keras_does(tiny_bundle, read):
    """After each of forty pieces the NumPy generator's network puts out what Keras does with the bundle's weights, to 1e-5."""
    twin = keras_twin(tiny_bundle)
    expected, _ = twin(np.array(read, np.int32)[:, None], twin.zero_state(1))
    reader = Generator(tiny_bundle).reader()
    found = np.concatenate([reader.read([identity]) for identity in read])
    assert found.shape == (40, 6)
    assert np.abs(found).max() > 0.1
    np.testing.assert_allclose(found, expected[:, 0], atol=1e-5)


def test_numpy_reads_a_prompt_as_it_reads_piece_by_piece(tiny_bundle, read):
    """A prompt read in one go leaves the network where reading it piece by piece does."""
    at_once, one_by_one = Generator(tiny_bundle).reader(), Generator(tiny_bundle).reader()
    for identity in read[:-1]:
        one_by_one.read([identity])
    np.testing.assert_allclose(at_once.read(read), one_by_one.read(read[-1:]), atol=1e-6)


def test_the_trained_bundle_goes_on_with_the_cycle(tiny_bundle):
    """The model that the other tests use has learnt its text: asked greedily it repeats the four words."""
    generator = Generator(tiny_bundle)
    prompt = Prompt([tiny_bundle.vocabulary.index["今天"]])
    written = list(generator.stream(prompt, GenerateSettings(words=7, greedy=True)))
    assert written == ["我们", "学习", "语文", "今天", "我们", "学习", "语文"]
