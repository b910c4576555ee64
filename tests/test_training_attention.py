"""Looking back, in Keras, and what NumPy makes of it."""

import numpy as np
import pytest
from random_models import random_bundle

from zhgen.config import TrainSettings
from zhgen.generation.generator import Generator
from zhgen.recurrent.attention import ARRAYS
from zhgen.training import attention as module
from zhgen.training.network import NextVector

IDS = np.random.default_rng(4).integers(0, 10, size=(45, 2)).astype(np.int32)
"""Two streams of 45 steps: (T, B)."""
KEY_SIZE = 4


@pytest.fixture(autouse=True)
def short_keys(monkeypatch):
    """Let networks have keys as short as those of the random bundles."""
    monkeypatch.setattr(module, "KEY_SIZE", KEY_SIZE)
    monkeypatch.setattr("zhgen.training.network.KEY_SIZE", KEY_SIZE)


def twin(bundle, **given):
    """Return the Keras network with the weights of a bundle."""
    settings = TrainSettings(**{"units": 5, "attention": bundle.config["attention"], **given})
    network = NextVector(bundle.weights["decoder/table"], settings, trainable_table=True, normalised=True)
    network.restore(bundle.weights)
    return network


def read(network, windows):
    """Return the outputs after each step of both streams, read in windows of some lengths, (T, B, D)."""
    state, outputs, start = network.zero_state(2), [], 0
    for steps in windows:
        output, state = network(IDS[start : start + steps], state)
        outputs.append(np.asarray(output))
        start += steps
    return np.concatenate(outputs)


@pytest.mark.parametrize("attention", [1, 3, 7, 60])
@pytest.mark.parametrize("members", [1, 2])
def test_numpy_finds_what_keras_does(members, attention):
    """After each of 45 pieces, read in windows shorter and longer than what is looked back at, both put out the same."""
    bundle = random_bundle(members=members, attention=attention)
    bundle.weights["input/scale"] = np.float32(6**0.5)
    found = read(twin(bundle, members=members), (5, 5, 20, 1, 2, 12))
    generator = Generator(bundle)
    for stream in range(2):
        np.testing.assert_allclose(found[:, stream], generator.reader().outputs(IDS[:, stream]), atol=1e-5)
    without = Generator(random_bundle(members=members)).reader().outputs(IDS[:, 0])
    assert np.abs(found[1:, 0] - without[1:]).max() > 0.1


def test_what_is_restored_is_exported():
    """Weights come out of a network of two members as they went in."""
    bundle = random_bundle(members=2, attention=3)
    exported = twin(bundle, members=2).exported()
    looking = [name for name in bundle.weights if name.startswith("attention/")]
    assert len(looking) == len(ARRAYS)
    for name in looking:
        np.testing.assert_array_equal(exported[name], bundle.weights[name])


def layer_of(**given):
    """Return what looks back at thirty vectors of size ten, and arguments to call it with: eight steps of two texts."""
    settings = TrainSettings(**{"units": 5, "attention": 30, **given})
    draw = np.random.default_rng(1)
    h, x = draw.normal(size=(8, 2, 5)).astype(np.float32), draw.normal(size=(8, 2, 10)).astype(np.float32)
    keys, seen = np.zeros((2, 30, KEY_SIZE), np.float32), module.nothing_seen(30, 2, 10)
    return module.Attention(10, settings, seed=1), (h, h[0], x, keys, seen)


def test_every_part_is_learnt():
    """A gradient reaches queries, keys, output, `nothing` and `fading`, and the vectors that were looked back at."""
    import tensorflow as tf

    layer, (h, before, x, keys, seen) = layer_of()
    read = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(read)
        added, _ = layer(h, before, read, keys, seen)
        last = tf.reduce_sum(added[-1] ** 2)
    variables = layer.trainable_variables
    assert [variable.name for variable in variables] == [*ARRAYS]
    *learnt, looked_at = tape.gradient(last, [*[variable.value for variable in variables], read])
    assert all(np.abs(np.asarray(gradient)).max() > 0 for gradient in learnt)
    assert np.abs(looked_at[:-1]).max(axis=(1, 2)).all()
    assert not np.any(looked_at[-1])  # the LSTM has read it; it is not looked back at yet


@pytest.mark.parametrize("kind", ["word_dropout", "output_dropout"])
def test_what_is_left_out_in_training(kind):
    """Vectors are left out as words are, and dimensions of what is found as outputs are; without training none is."""
    layer, arguments = layer_of(**{"word_dropout": 0.0, "output_dropout": 0.0, kind: 0.5})
    plain, again, trained = (np.asarray(layer(*arguments, training=training)[0]) for training in (False, False, True))
    np.testing.assert_array_equal(plain, again)
    assert np.abs(trained[1:] - plain[1:]).max() > 1e-3


def test_one_mask_holds_for_a_window():
    """Of what is found the same dimensions are left out at every step, others in each text, and the rest is scaled up."""
    layer, _ = layer_of(output_dropout=0.5)
    masked = layer.output_dropout(np.ones((6, 2, 40), np.float32), training=True).numpy()
    assert set(np.unique(masked)) == {0.0, 2.0}
    assert (masked == masked[:1]).all()
    assert (masked[0, 0] != masked[0, 1]).any()


def test_from_a_text_to_texts(write_text, write_table, tmp_path):
    """A model that was trained to look back is saved, loaded, and writes the same texts side by side and alone."""
    from zhgen.bundle import load, save
    from zhgen.corpus.segmented import open_segmented
    from zhgen.training.model import train

    settings = TrainSettings(units=6, attention=7, epochs=1, batch_size=3, timesteps=5)
    made = train(open_segmented(write_text(tmp_path / "a.seg.txt")), write_table(tmp_path / "a.bin"), settings)
    save(tmp_path / "model", made.bundle, made.table, "")
    loaded = load(tmp_path / "model")
    assert loaded.config["attention"] == 7
    prompts = ["今天", "我们学习", "", "语文"]
    texts = [[result.text for result in Generator(loaded).generate(prompts, words=20, batch_size=size)] for size in (1, 3)]
    assert texts[0] == texts[1]
    assert len(set(texts[0])) > 1
