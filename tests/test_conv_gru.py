"""A GRU over pictures: against its formulas, against Keras's own GRU, and as Keras tests its recurrent layers."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.testing import TestCase  # what Keras checks its own layers with; it is in no public module

from zhgen.layers.conv_gru import ConvGRU2D
from zhgen.layers.conv_gru_cell import ConvGRU2DCell

# Keras 3.15 with NumPy 2: it reads variables by a protocol that NumPy is giving up, and trains its own checks from generators.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:`shuffle=True` was passed:UserWarning"),
]

FORMATS = ("channels_last", "channels_first")
RANDOM = np.random.default_rng(3)
CLIPS = RANDOM.normal(size=(2, 3, 5, 4, 2))
"""Two clips of three frames, five high and four wide, with two channels."""


def swapped(pictures):
    """Return pictures with their channels before the height and the width, whatever axes are before these."""
    return np.moveaxis(np.asarray(pictures), -1, -3)


def sigmoid(x):
    """Return the logistic function."""
    return 1 / (1 + np.exp(-x))


def convolve(pictures, kernel, stride=1, same=True):
    """Convolve (B, H, W, C) with (h, w, C, F) as TensorFlow pads: the odd row and column below and to the right."""
    height, width = kernel.shape[:2]
    if same:
        sides = zip(pictures.shape[1:3], (height, width), strict=True)
        lacking = [max((-(-side // stride) - 1) * stride + reach - side, 0) for side, reach in sides]
        pictures = np.pad(pictures, [(0, 0), *((n // 2, n - n // 2) for n in lacking), (0, 0)])
    patches = np.lib.stride_tricks.sliding_window_view(pictures, (height, width), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("bhwcij,ijcf->bhwf", patches, kernel)


def reference(clips, kernel, recurrent, bias, stride=1, same=True, h=None):
    """Return all states, (B, T, H', W', F), step by step from the formulas with six kernels and three biases."""
    wz, wr, wh = np.split(kernel, 3, axis=-1)
    uz, ur, uh = np.split(recurrent, 3, axis=-1)
    bz, br, bh = np.split(bias, 3)
    states = []
    for x in clips.swapaxes(0, 1):
        h = np.zeros_like(convolve(x, wz, stride, same)) if h is None else h
        z = sigmoid(bz + convolve(x, wz, stride, same) + convolve(h, uz))
        r = sigmoid(br + convolve(x, wr, stride, same) + convolve(h, ur))
        candidate = np.tanh(bh + convolve(x, wh, stride, same) + convolve(h * r, uh))
        h = z * h + (1 - z) * candidate
        states.append(h)
    return np.stack(states, axis=1)


def layer_of_three(**settings):
    """Return a float64 layer of three filters with 3 × 2 kernels, built, and its weights, drawn at random."""
    settings = {"dtype": "float64", "return_sequences": True} | settings
    layer = ConvGRU2D(3, (3, 2), **settings)
    layer(swapped(CLIPS) if settings.get("data_format") == "channels_first" else CLIPS)
    weights = [np.random.default_rng(8).normal(size=weight.shape) / 2 for weight in layer.trainable_variables]
    layer.cell.set_weights(weights)
    return layer, weights


@pytest.mark.parametrize(
    "settings",
    [
        {"return_sequences": True},
        {"return_sequences": True, "data_format": "channels_first"},
        {"padding": "valid", "use_bias": False},
        {"strides": 2, "return_state": True, "kernel_regularizer": "l2", "recurrent_constraint": "max_norm"},
        {"go_backwards": True, "unroll": True, "bias_initializer": "ones"},
    ],
    ids=str,
)
def test_it_passes_what_keras_asks_of_its_own_layers(settings):
    """Built by hand or by a call, symbolic and eager shapes, types and mixed precision, configuration, saving and training."""
    first = settings.get("data_format") == "channels_first"
    side = {"valid": 2, "same": 4}[settings.get("padding", "same")] // settings.get("strides", 1)
    state = (3, 5, side, side) if first else (3, side, side, 5)
    sequence = (3, 2, *state[1:])
    output = sequence if settings.get("return_sequences") else state
    TestCase().run_layer_test(
        ConvGRU2D,
        init_kwargs={"filters": 5, "kernel_size": 3} | settings,
        input_shape=(3, 2, 3, 4, 4) if first else (3, 2, 4, 4, 3),
        expected_output_shape=(output, state) if settings.get("return_state") else output,
        expected_num_trainable_weights=2 + settings.get("use_bias", True),
        expected_num_non_trainable_weights=0,
        expected_num_losses=1 if "kernel_regularizer" in settings else 0,
        supports_masking=True,
    )


@pytest.mark.parametrize("data_format", FORMATS)
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("stride", [1, 2])
def test_every_state_is_what_the_formulas_say(data_format, padding, stride):
    """Six convolutions a step, the reset before the convolution, z keeping the old state: in float64, for both formats."""
    layer, weights = layer_of_three(data_format=data_format, padding=padding, strides=stride)
    expected = reference(CLIPS, *weights, stride, padding == "same")
    first = data_format == "channels_first"
    got = layer(swapped(CLIPS) if first else CLIPS)
    np.testing.assert_allclose(got, swapped(expected) if first else expected, atol=1e-12)
    assert got.shape == layer.compute_output_shape((swapped(CLIPS) if first else CLIPS).shape)


def test_a_layer_of_single_points_is_kerass_gru():
    """With 1 × 1 kernels and pictures, it is `keras.layers.GRU(reset_after=False)` on the same weights."""
    words = RANDOM.normal(size=(4, 6, 2))
    gru = keras.layers.GRU(3, reset_after=False, return_sequences=True, dtype="float64")
    expected = gru(words)
    layer = ConvGRU2D(3, 1, return_sequences=True, dtype="float64")
    layer.build((4, 6, 1, 1, 2))
    layer.set_weights([weight[None, None] if weight.ndim == 2 else weight for weight in gru.get_weights()])
    np.testing.assert_allclose(layer(words[:, :, None, None])[:, :, 0, 0], expected, atol=1e-12)


@pytest.mark.parametrize("data_format", FORMATS)
def test_gradients_are_the_central_differences(data_format):
    """For each weight, the input and the first state, in float64, to a millionth."""
    layer, weights = layer_of_three(data_format=data_format)
    clips = swapped(CLIPS) if data_format == "channels_first" else CLIPS
    start = RANDOM.normal(size=layer(clips).shape[:1] + layer(clips).shape[2:])
    aim = RANDOM.normal(size=layer(clips).shape)

    def loss(*arrays):
        layer.cell.set_weights(arrays[:3])
        return float(np.sum(aim * layer(arrays[3], initial_state=arrays[4])))

    arrays = [*weights, clips, start]
    x, h = tf.constant(clips), tf.constant(start)
    with tf.GradientTape() as tape:
        tape.watch([x, h])
        value = tf.reduce_sum(aim * layer(x, initial_state=h))
    gradients = tape.gradient(value, [*(weight.value for weight in layer.trainable_variables), x, h])
    for number, gradient in enumerate(gradients):
        direction = RANDOM.normal(size=arrays[number].shape)  # the slope in one direction holds every entry
        ends = [loss(*[a + sign * 1e-6 * direction if n == number else a for n, a in enumerate(arrays)]) for sign in (1, -1)]
        np.testing.assert_allclose((ends[0] - ends[1]) / 2e-6, np.sum(gradient * direction), rtol=1e-6)


def test_a_state_carried_over_is_as_if_nothing_had_been_cut():
    """The state that one call returns is the first state of the next, given alone, in a list, or kept by the layer."""
    layer, weights = layer_of_three(return_state=True)
    whole, last = layer(CLIPS)
    np.testing.assert_array_equal(whole[:, -1], last)
    _, state = layer(CLIPS[:, :1])
    for given in (state, [state]):
        np.testing.assert_allclose(layer(CLIPS[:, 1:], initial_state=given)[0], whole[:, 1:], atol=1e-12)
    stateful, _ = layer_of_three(stateful=True)
    stateful.cell.set_weights(weights)
    stateful.reset_state()
    np.testing.assert_allclose(stateful(CLIPS[:, :1]), whole[:, :1], atol=1e-12)
    np.testing.assert_allclose(stateful(CLIPS[:, 1:]), whole[:, 1:], atol=1e-12)
    stateful.reset_state()
    np.testing.assert_allclose(stateful(CLIPS[:, :1]), whole[:, :1], atol=1e-12)


def test_a_first_state_can_be_an_input_of_a_model():
    """A functional model takes the state as a second input, trains through it, and is the same after saving."""
    clips, start = keras.Input((None, 5, 4, 2)), keras.Input((5, 4, 3))
    model = keras.Model([clips, start], ConvGRU2D(3, 3)(clips, initial_state=start))
    model.compile("sgd", "mse")
    data = [CLIPS.astype("float32"), RANDOM.normal(size=(2, 5, 4, 3)).astype("float32")]
    before = model.predict(data, verbose=0)
    zero = model.predict([data[0], np.zeros_like(data[1])], verbose=0)
    assert np.abs(before - zero).max() > 0.01
    history = model.fit(data, np.ones_like(before), epochs=3, verbose=0).history["loss"]
    assert history[-1] < history[0]


def test_what_a_mask_hides_leaves_no_trace():
    """A frame that the mask hides is as if it were not there, whatever stands in it; its output is the one before."""
    layer, _ = layer_of_three()
    clips = CLIPS.copy()
    clips[0, 1] = 99
    mask = np.array([[True, False, True], [True, True, True]])
    got = layer(clips, mask=mask).numpy()
    np.testing.assert_allclose(got[0, [0, 2]], layer(clips[:1, [0, 2]])[0], atol=1e-12)
    np.testing.assert_array_equal(got[0, 1], got[0, 0])
    np.testing.assert_allclose(got[1], layer(CLIPS)[1], atol=1e-12)


def test_what_a_mask_hides_before_all_else_puts_out_zeros():
    """As in Keras's own layers, whatever the first state; the state itself stays as it was given."""
    layer = ConvGRU2D(3, 3, return_sequences=True, return_state=True, dtype="float64")
    start = RANDOM.normal(size=(2, *CLIPS.shape[2:4], 3))
    outputs, state = layer(CLIPS, initial_state=start, mask=np.array([[False, True, True], [False, False, False]]))
    assert not outputs[0, 0].numpy().any()
    assert not outputs[1].numpy().any()
    assert outputs[0, 1].numpy().any()
    np.testing.assert_array_equal(state[1], start[1])


def test_backwards_is_the_reversed_sequence():
    """Reading from the end is reading the turned sequence from its start."""
    backwards, weights = layer_of_three(go_backwards=True)
    np.testing.assert_allclose(backwards(CLIPS), reference(CLIPS[:, ::-1], *weights), atol=1e-12)


def test_a_saved_model_comes_back(tmp_path):
    """A .keras file is loaded without naming the class; weights alone go into a model built anew."""

    def model():
        layers = [
            keras.Input((None, 2, 5, 4)),
            ConvGRU2D(3, 3, strides=2, data_format="channels_first"),
            keras.layers.Flatten(),
        ]
        return keras.Sequential([*layers, keras.layers.Dense(2)])

    made = model()
    clips = swapped(CLIPS).astype("float32")
    expected = made.predict(clips, verbose=0)
    made.save(tmp_path / "net.keras")
    made.save_weights(tmp_path / "net.weights.h5")
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "net.keras").predict(clips, verbose=0), expected)
    again = model()
    again.load_weights(tmp_path / "net.weights.h5")
    np.testing.assert_array_equal(again.predict(clips, verbose=0), expected)
    assert keras.saving.get_registered_name(ConvGRU2D) == "zhgen>ConvGRU2D"
    cell = ConvGRU2DCell(4, (3, 2), strides=2, data_format="channels_first", activation="relu", bias_regularizer="l1")
    written = keras.saving.serialize_keras_object(cell)
    assert written["registered_name"] == "zhgen>ConvGRU2DCell"
    assert keras.saving.deserialize_keras_object(written).get_config() == cell.get_config()


@pytest.mark.parametrize("data_format", FORMATS)
def test_sixteen_frames_of_a_photograph(data_format):
    """Sixteen frames of 3 × 224 × 224 become sixteen states of 32 × 224 × 224, or the same with the channels last."""
    layer = ConvGRU2D(32, 3, data_format=data_format, return_sequences=True)
    frames = keras.Input((16, 3, 224, 224) if data_format == "channels_first" else (16, 224, 224, 3))
    expected = (16, 32, 224, 224) if data_format == "channels_first" else (16, 224, 224, 32)
    assert layer(frames).shape == (None, *expected)
    assert layer(np.zeros((1, *frames.shape[1:]), "float32")).shape == (1, *expected)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"filters": 0}, "`filters` must be a positive integer. Received: filters=0"),
        ({"kernel_size": (3, 3, 3)}, "`kernel_size` must be one integer or two"),
        ({"strides": -1}, "`strides` must be a positive integer"),
        ({"padding": "causal"}, "`padding` must be one of same, valid. Received: padding='causal'"),
        ({"data_format": "channels_middle"}, "`data_format` must be one of"),
        ({"units": 3}, "units"),
    ],
)
def test_wrong_arguments_are_named(settings, message):
    """What cannot be is refused when the layer is made, with the argument and what it was."""
    with pytest.raises(ValueError, match=message.replace(".", r"\.")):
        ConvGRU2D(**{"filters": 2, "kernel_size": 3} | settings)


def test_pictures_of_unknown_size_are_refused():
    """The zeros of the first state need a size."""
    with pytest.raises(ValueError, match="pictures of a known size"):
        ConvGRU2D(2, 3).build((None, None, None, 4, 2))
    with pytest.raises(ValueError, match="pictures of a known size"):
        ConvGRU2DCell(2, 3).build((None, 4, 4))
