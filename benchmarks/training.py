"""Predicted words a second of a whole training step, beside PyTorch's `nn.LSTM` with the same sizes, batch and targets.

Both train the same network on the same ids: rows of a table in, one LSTM layer, a linear layer, cosine to the right row and to
K drawn ones, cross entropy, gradients clipped, every step predicted. PyTorch's is written as one would with what it ships:
`nn.LSTM`, autograd, its fused Adam over all weights. Each runs in processes of its own, by turns.

Usage: python benchmarks/training.py [--torch PYTHON] [--units 200] [--batch-size 128] [--threads 2] [--rounds 5]

PYTHON is an interpreter that has torch and numpy, by default this one; without torch only zhgen's figures are printed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

import numpy as np

PIECES, VECTOR_SIZE, TIMESTEPS, NEGATIVES = 10_000, 200, 20, 512
WARM_UP, STEPS = 16, 120


def make_ids(batch_size: int) -> np.ndarray:
    """Return ids with the frequencies of a text (Zipf's law), as many as the steps read."""
    chances = 1 / np.arange(1, PIECES + 1)
    size = batch_size * (TIMESTEPS * (WARM_UP + STEPS) + 1)
    return np.random.default_rng(1).choice(PIECES, size=size, p=chances / chances.sum()).astype(np.int32)


def run_zhgen(units: int, batch_size: int, *, characters: bool) -> float:
    """Return the words a second of zhgen's training step."""
    from zhgen.config import TrainSettings
    from zhgen.training.backend import load_keras

    load_keras(1)
    from zhgen.training.learner import Learner
    from zhgen.training.objectives import make_objective
    from zhgen.training.windows import Streams

    ids = make_ids(batch_size)
    settings = TrainSettings(
        units=units,
        batch_size=batch_size,
        negatives=NEGATIVES,
        epochs=1,
        members=1,
        attention=0,
        characters=characters,
        word_dropout=0.0,
    )
    vectors = np.random.default_rng(2).normal(size=(PIECES, VECTOR_SIZE)).astype(np.float32)
    pieces = [chr(0x4E00 + number % 5_000) + chr(0x4E00 + number // 5) for number in range(PIECES)]
    windows = Streams(ids, batch_size, TIMESTEPS)
    objective = make_objective(vectors, np.bincount(ids, minlength=PIECES), pieces, settings)
    learner = Learner(objective, settings, windows)
    for number, batch in enumerate(learner.batches(0)):
        loss = learner.learn(batch, 1e-3)
        if number == WARM_UP - 1:
            float(loss)
            began = time.perf_counter()
    float(loss)
    return STEPS * batch_size * TIMESTEPS / (time.perf_counter() - began)


def run_torch(units: int, batch_size: int, threads: int) -> float:
    """Return the words a second of the same step in PyTorch."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(threads)
    ids = torch.from_numpy(make_ids(batch_size).astype(np.int64))
    length = (len(ids) - 1) // batch_size
    x = ids[: batch_size * length].reshape(batch_size, length).T
    y = ids[1 : batch_size * length + 1].reshape(batch_size, length).T
    table = torch.nn.Parameter(torch.randn(PIECES, VECTOR_SIZE))
    bias = torch.nn.Parameter(torch.zeros(PIECES))
    scale = torch.nn.Parameter(torch.tensor(2.8))
    lstm = torch.nn.LSTM(VECTOR_SIZE, units)
    linear = torch.nn.Linear(units, VECTOR_SIZE)
    weights = [table, bias, scale, *lstm.parameters(), *linear.parameters()]
    adam = torch.optim.Adam(weights, lr=1e-3, fused=True)
    input_dropout, output_dropout = 0.2, 0.3
    chance = np.random.default_rng(3)
    state = None
    for number in range(WARM_UP + STEPS):
        window = slice(number * TIMESTEPS, (number + 1) * TIMESTEPS)
        read, right = x[window], y[window].reshape(-1)
        drawn = torch.from_numpy(chance.choice(PIECES, NEGATIVES, replace=False))
        inputs = functional.normalize(functional.embedding(read, table), dim=2) * VECTOR_SIZE**0.5
        inputs = inputs * functional.dropout(torch.ones(1, *inputs.shape[1:]), input_dropout)
        outputs, state = lstm(inputs, state)
        state = tuple(part.detach() for part in state)
        outputs = outputs * functional.dropout(torch.ones(1, *outputs.shape[1:]), output_dropout)
        outputs = functional.normalize(linear(outputs), dim=2).reshape(-1, VECTOR_SIZE) * scale.exp()
        own = (outputs * functional.normalize(functional.embedding(right, table), dim=1)).sum(1) + bias[right]
        others = outputs @ functional.normalize(functional.embedding(drawn, table), dim=1).T + bias[drawn]
        others = others.masked_fill(right[:, None] == drawn, -torch.inf)
        loss = (torch.logsumexp(torch.cat([own[:, None], others], dim=1), dim=1) - own).mean()
        adam.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 0.5)
        adam.step()
        if number == WARM_UP - 1:
            loss.item()
            began = time.perf_counter()
    loss.item()
    return STEPS * batch_size * TIMESTEPS / (time.perf_counter() - began)


def main() -> None:
    """Measure by turns and print a table; with --worker measure one and print its figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torch", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--worker", choices=("torch", "plain", "characters"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker == "torch":
        print(run_torch(given.units, given.batch_size, given.threads))
        return
    if given.worker:
        print(run_zhgen(given.units, given.batch_size, characters=given.worker == "characters"))
        return
    sizes = [f"--units={given.units}", f"--batch-size={given.batch_size}", f"--threads={given.threads}"]
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")
    environment = {**os.environ, **dict.fromkeys(names, str(given.threads))}
    workers = {"torch": given.torch, "plain": sys.executable, "characters": sys.executable}
    if subprocess.run([given.torch, "-c", "import torch"], capture_output=True, check=False).returncode:
        print(f"{given.torch} has no torch: PyTorch is left out.", file=sys.stderr)
        del workers["torch"]
    speeds: dict[str, list[float]] = {name: [] for name in workers}
    for _ in range(given.rounds):
        for name, python in workers.items():
            command = [python, __file__, "--worker", name, *sizes]
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
            speeds[name].append(float(done.stdout))
    titles = {"torch": "PyTorch", "plain": "zhgen", "characters": "zhgen, characters learnt too"}
    print(f"{given.units} units, batch {given.batch_size}, {TIMESTEPS} steps, {NEGATIVES} drawn, {given.threads} threads\n")
    print("| | words/s, median | least | most | ratio to PyTorch, median of the rounds |\n|---|---|---|---|---|")
    for name, found in speeds.items():
        ratios = [own / other for own, other in zip(found, speeds.get("torch", []), strict=False)]
        ratio = f"{statistics.median(ratios):.2f}" if ratios else "–"
        print(f"| {titles[name]} | {statistics.median(found):,.0f} | {min(found):,.0f} | {max(found):,.0f} | {ratio} |")


if __name__ == "__main__":
    main()
