"""The one place that knows what Keras computes with."""

import os

import keras
import numpy as np
import pytest

from zhgen.training.backend import _stderr_kept_back, adam, compile_function, compile_step, load_keras


class Holder(keras.layers.Layer):
    """Holds one variable, here `values`."""

    def __init__(self, values):
        super().__init__()
        values = np.asarray(values, dtype=np.float32)
        self.values = self.add_weight(shape=values.shape, initializer=lambda *_, **__: values, name="values")
        self.built = True


def built(optimizer, network):
    """Return an optimizer that knows what it will change."""
    optimizer.build(network.trainable_variables)
    return optimizer


def test_what_libraries_print_is_kept_back(capfd):
    """Lines that native code writes to file descriptor 2 are not seen when all goes well."""
    with _stderr_kept_back():
        os.write(2, b"cuInit: UNKNOWN ERROR (303)\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_what_libraries_print_is_let_out_when_they_fail(capfd):
    """When the import fails, what was printed meanwhile is shown, for it may say why."""

    def load():
        os.write(2, b"no such symbol\n")
        raise ImportError

    with pytest.raises(ImportError), _stderr_kept_back():
        load()
    assert capfd.readouterr().err == "no such symbol\n"


def test_keras_is_seeded():
    """The same seed draws the same numbers, another seed others."""
    drawn = [load_keras(seed).random.uniform((4,)).numpy().tolist() for seed in (1, 2, 1)]
    assert drawn[0] == drawn[2] != drawn[1]


def test_a_step_goes_down_the_gradient():
    """With a rate of 0.1 a step down w² takes w from 3 to 2.4; what the loss returns is handed on."""
    holder = Holder([3.0])
    step = compile_step(
        lambda factor: (factor * holder.values[0] ** 2, "kept"), holder, built(keras.optimizers.SGD(0.1), holder)
    )
    value, kept = step(1.0)
    assert (float(value), kept) == (9.0, "kept")
    np.testing.assert_allclose(holder.values, [2.4], rtol=1e-6)


def test_rows_read_twice_are_changed_twice():
    """Where a batch reads row 1 of a table twice and row 2 never, row 1 goes down by both and row 2 stays."""
    holder = Holder(np.arange(6).reshape(3, 2))
    step = compile_step(
        lambda ids: (keras.ops.sum(keras.ops.take(holder.values, ids, axis=0)), ()),
        holder,
        built(keras.optimizers.SGD(0.5), holder),
    )
    step(np.array([1, 0, 1]))
    assert holder.values.numpy().tolist() == [[-0.5, 0.5], [1, 2], [4, 5]]


def test_adam_is_that_of_keras():
    """Ten steps of the fused Adam with a clipped gradient and a changing rate end where Keras's own Adam does."""
    ends = []
    for make in (adam, keras.optimizers.Adam):
        holder = Holder([3.0, -2.0, 0.5])
        schedule = keras.optimizers.schedules.CosineDecay(0.1, decay_steps=10)
        step = compile_step(
            lambda slopes, holder=holder: (keras.ops.sum(slopes * holder.values**3), ()),
            holder,
            built(make(schedule, global_clipnorm=0.5), holder),
        )
        for number in range(10):
            step(np.array([1, 10, 0.1 * number], dtype=np.float32))
        ends.append(holder.values.numpy())
    assert abs(ends[0] - [3.0, -2.0, 0.5]).min() > 0.1
    np.testing.assert_allclose(ends[0], ends[1], atol=2e-5)  # 1 - 0.999^t is rounded differently


def test_a_compiled_function_gives_what_it_gave():
    """Compiling a function does not change what it returns."""
    assert compile_function(lambda x: x * 2, Holder([1.0]))(np.arange(3)).numpy().tolist() == [0, 2, 4]
