"""Seconds of one training step of the NumPy LSTM, beside Keras's layer with the same sizes, loss and update.

A step is forward, backward and update: mean squared error over all steps, plain gradient descent, float32. Keras's step is one
compiled function of TensorFlow. Both begin with the same weights and see the same batch; their losses are compared at the end.
Each runs in a process of its own, by turns.

Usage: python benchmarks/numpy_lstm.py [--units 200] [--batch-size 64] [--timesteps 20] [--threads 2] [--rounds 5]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

LEARNING_RATE = 0.1
WARM_UP, STEPS = 10, 60


def drawn(units: int, batch_size: int, timesteps: int) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Return the weights of a layer that reads as many numbers as it has units, an input, and what should come out."""
    rng = np.random.default_rng(1)
    shapes = (units, 4 * units), (units, 4 * units), (4 * units,)
    weights = [(rng.normal(size=shape) / units**0.5).astype(np.float32) for shape in shapes]
    x, target = (rng.normal(size=(batch_size, timesteps, units)).astype(np.float32) for _ in range(2))
    return weights, x, np.tanh(target)


def numpy_step(weights: list[np.ndarray], x: np.ndarray, target: np.ndarray) -> Callable[[], float]:
    """Return a function that takes a step with zhgen's LSTM and returns the loss before it."""
    from zhgen.recurrent import stack
    from zhgen.recurrent.cells import LSTMCell
    from zhgen.recurrent.network import LSTMNetwork

    network = LSTMNetwork([LSTMCell(*weights)])
    state = network.zero_state(len(x))

    def step() -> float:
        trace = stack.trace(network, x, state)
        error = trace.outputs - target
        gradients = stack.backward(network, trace, error * np.float32(2 / error.size)).weights
        for name, array in stack.parameters(network).items():
            array -= np.float32(LEARNING_RATE) * gradients[name]
        return float(np.mean(error * error))

    return step


def keras_step(weights: list[np.ndarray], x: np.ndarray, target: np.ndarray) -> Callable[[], float]:
    """Return a function that takes the same step with Keras's LSTM layer."""
    from zhgen.training.backend import load_keras

    keras = load_keras(1)
    import tensorflow as tf

    layer = keras.layers.LSTM(weights[1].shape[0], return_sequences=True)
    layer.build(x.shape)
    layer.set_weights(weights)
    optimizer = keras.optimizers.SGD(LEARNING_RATE)
    optimizer.build(layer.trainable_variables)
    inputs, targets = tf.constant(x), tf.constant(target)

    @tf.function
    def compiled() -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((layer(inputs) - targets) ** 2)
        optimizer.apply(tape.gradient(loss, [variable.value for variable in layer.trainable_variables]))
        return loss

    return lambda: float(compiled())


def measure(step: Callable[[], float]) -> tuple[float, float]:
    """Return the median of the seconds a step takes once it runs warm, and the last loss."""
    seconds = []
    for _ in range(WARM_UP + STEPS):
        began = time.perf_counter()
        loss = step()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds[WARM_UP:]), loss


WORKERS = {"keras": ("Keras", keras_step), "numpy": ("zhgen, NumPy", numpy_step)}


def main() -> None:
    """Measure by turns and print a table; with --worker measure one and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--timesteps", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--worker", choices=WORKERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        print(json.dumps(measure(WORKERS[given.worker][1](*drawn(given.units, given.batch_size, given.timesteps)))))
        return
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
    environment = {**os.environ, **dict.fromkeys(names, str(given.threads))}
    seconds: dict[str, list[float]] = {name: [] for name in WORKERS}
    losses: dict[str, float] = {}
    for _ in range(given.rounds):
        for name in WORKERS:
            command = [sys.executable, __file__, "--worker", name]
            sizes = [f"--units={given.units}", f"--batch-size={given.batch_size}", f"--timesteps={given.timesteps}"]
            done = subprocess.run([*command, *sizes], capture_output=True, text=True, check=True, env=environment)
            found, losses[name] = json.loads(done.stdout)
            seconds[name].append(found)
    print(f"batch {given.batch_size}, {given.timesteps} steps, {given.units} -> {given.units}, {given.threads} threads\n")
    print("| | ms a step, median | least | most | times Keras's, median of the rounds | last loss |\n|---|---|---|---|---|---|")
    for name, (title, _) in WORKERS.items():
        ratio = statistics.median(own / other for own, other in zip(seconds[name], seconds["keras"], strict=True))
        figures = " | ".join(f"{1000 * pick(seconds[name]):.1f}" for pick in (statistics.median, min, max))
        print(f"| {title} | {figures} | {ratio:.2f} | {losses[name]:.6f} |")


if __name__ == "__main__":
    main()
