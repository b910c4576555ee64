"""The lesson `cell`: the LSTM step with its four gates packed into one product, and cells one above the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zhgen.labs.lesson import Lesson, Outcome
from zhgen.progress import Reporter
from zhgen.recurrent.cells import Floats, LSTMCell, sigmoid
from zhgen.recurrent.layouts import from_keras, from_torch, from_torch7, to_keras, to_torch, to_torch7
from zhgen.recurrent.network import LSTMNetwork

if TYPE_CHECKING:
    from zhgen.labs.picture import Figure

INPUTS, CELLS, BATCH = 3, 2, 1  # the smallest example
LARGE = {"inputs": 7, "units": 11, "layers": 3, "batch_size": 5, "timesteps": 6}  # what other libraries are compared with

Step = tuple[Floats, Floats]


@dataclass(frozen=True)
class PackedCell:
    """The step of an LSTM with all gates in one product: 4H rows in the order in, forget, out, candidate, as in Torch7.

    Args:
        weight_ih: Wx (4H, D).
        weight_hh: Wh (4H, H).
        bias_ih: bx (4H,).
        bias_hh: bh (4H,).
    """

    weight_ih: Floats
    weight_hh: Floats
    bias_ih: Floats
    bias_hh: Floats

    def sums(self, x: Floats, h: Floats) -> Floats:
        """Return what goes into the gates, (B, 4H)."""
        i2h = x @ self.weight_ih.T + self.bias_ih  # (B, 4H)
        h2h = h @ self.weight_hh.T + self.bias_hh  # (B, 4H)
        return i2h + h2h

    def step(self, x: Floats, h: Floats, c: Floats) -> Step:
        """Return h' and c', (B, H) each, for an input (B, D) and the output and state before."""
        units = h.shape[1]
        sums = self.sums(x, h)  # (B, 4H)
        i, f, o = np.split(sigmoid(sums[:, : 3 * units]), 3, axis=1)  # (B, H) each
        g = np.tanh(sums[:, 3 * units :])  # (B, H)
        c = f * c + i * g
        return o * np.tanh(c), c


def stacked_step(cells: Sequence[PackedCell], x: Floats, states: Sequence[Step]) -> list[Step]:
    """Return the next h' and c' of every layer: what one puts out is what the next above reads."""
    after = []
    for cell, (h, c) in zip(cells, states, strict=True):
        x, c = cell.step(x, h, c)
        after.append((x, c))
    return after


def torch_step(weights: dict[str, Floats], x: Floats, h: Floats, c: Floats) -> Step:
    """Return h' and c' by the equations in PyTorch's documentation of `LSTMCell`, a gate at a time."""
    w_ii, w_if, w_ig, w_io = np.split(weights["weight_ih"], 4)  # (H, D) each
    w_hi, w_hf, w_hg, w_ho = np.split(weights["weight_hh"], 4)  # (H, H) each
    b_ii, b_if, b_ig, b_io = np.split(weights["bias_ih"], 4)  # (H,) each
    b_hi, b_hf, b_hg, b_ho = np.split(weights["bias_hh"], 4)
    i = sigmoid(x @ w_ii.T + b_ii + h @ w_hi.T + b_hi)
    f = sigmoid(x @ w_if.T + b_if + h @ w_hf.T + b_hf)
    g = np.tanh(x @ w_ig.T + b_ig + h @ w_hg.T + b_hg)
    o = sigmoid(x @ w_io.T + b_io + h @ w_ho.T + b_ho)
    c = f * c + i * g
    return o * np.tanh(c), c


def random_cell(random: np.random.Generator, inputs: int, units: int) -> PackedCell:
    """Return a cell with normal weights."""
    return PackedCell(*(random.normal(size=(4 * units, *rest)) for rest in ((inputs,), (units,), (), ())))


def run(seed: int, reporter: Reporter, _short: bool) -> Outcome:
    """Take the smallest step, and compare a stack of layers with others' way of writing it."""
    random = np.random.default_rng(seed)
    cell = random_cell(random, INPUTS, CELLS)
    x, h, c = (random.normal(size=(BATCH, size)) for size in (INPUTS, CELLS, CELLS))
    new_h, new_c = cell.step(x, h, c)  # (1, 2) each
    reporter.say(f"{INPUTS} inputs, {CELLS} cells, batch of {BATCH}: two arrays {new_h.shape} come out")
    stack = _stack(random)
    sequence = random.normal(size=(LARGE["batch_size"], LARGE["timesteps"], LARGE["inputs"]))  # (B, T, D)
    outputs = packed_outputs(stack, sequence)  # (B, T, H)
    cells = [from_torch7(vars(layer)) for layer in stack]
    reporter.say("{layers} layers of {units} cells, {timesteps} steps, batch of {batch_size}: also by Keras".format(**LARGE))
    network = LSTMNetwork(cells)
    figures = {
        "shapes": [str(new_h.shape), str(new_c.shape)],
        "difference_from_the_generators_lstm": _difference(
            outputs, network.forward(sequence, network.zero_state(len(sequence)))[0]
        ),
        "difference_from_keras": _difference(outputs, keras_outputs(cells, sequence, seed)),
        "difference_from_pytorchs_equations": _difference(outputs, torch_outputs(cells, sequence)),
        **_round_trips(cells[0]),
    }
    return Outcome(figures, {"cell": cell, "x": x, "h": h, "c": c})


def _stack(random: np.random.Generator) -> list[PackedCell]:
    units, layers = LARGE["units"], LARGE["layers"]
    return [random_cell(random, LARGE["inputs"] if layer == 0 else units, units) for layer in range(layers)]


def _through_time(step: Callable[[Floats, list[Step]], list[Step]], sequence: Floats) -> Floats:
    """Return what the highest layer puts out at all steps, (B, T, H), from zeros on."""
    zeros: Floats = np.zeros((len(sequence), LARGE["units"]))  # (B, H)
    states: list[Step] = [(zeros, zeros)] * LARGE["layers"]
    outputs = []
    for t in range(sequence.shape[1]):
        states = step(sequence[:, t], states)
        outputs.append(states[-1][0])
    return np.stack(outputs, axis=1)


def packed_outputs(stack: Sequence[PackedCell], sequence: Floats) -> Floats:
    """Return the outputs of the packed cells, (B, T, H)."""
    return _through_time(lambda x, states: stacked_step(stack, x, states), sequence)


def torch_outputs(cells: Sequence[LSTMCell], sequence: Floats) -> Floats:
    """Return the outputs of the same cells by PyTorch's equations, (B, T, H)."""
    layers = [to_torch(cell) for cell in cells]

    def step(x: Floats, states: list[Step]) -> list[Step]:
        after = []
        for weights, (h, c) in zip(layers, states, strict=True):
            x, c = torch_step(weights, x, h, c)
            after.append((x, c))
        return after

    return _through_time(step, sequence)


def keras_outputs(cells: Sequence[LSTMCell], sequence: Floats, seed: int) -> Floats:
    """Return the outputs of Keras's layers with the same weights, (B, T, H), float64."""
    from zhgen.training.backend import load_keras

    keras = load_keras(seed)
    x = keras.ops.convert_to_tensor(sequence, dtype="float64")
    for cell in cells:
        layer = keras.layers.LSTM(cell.units, return_sequences=True, dtype="float64")
        layer.build(x.shape)
        layer.set_weights(to_keras(cell))
        x = layer(x)
    outputs: Floats = keras.ops.convert_to_numpy(x)
    return outputs


def _round_trips(cell: LSTMCell) -> dict[str, bool]:
    """Return whether a cell comes back bit for bit from every layout."""
    back = {
        "keras": from_keras(to_keras(cell)),
        "pytorch": from_torch(to_torch(cell)),
        "torch7": from_torch7(to_torch7(cell)),
    }
    return {
        f"exact_through_{name}": all(
            np.array_equal(getattr(cell, part), getattr(other, part)) for part in ("kernel", "recurrent_kernel", "bias")
        )
        for name, other in back.items()
    }


def _difference(a: Floats, b: Floats) -> float:
    return float(np.abs(a - b).max())


def draw(outcome: Outcome, figure: "Figure") -> None:
    """Draw the smallest step: what goes into the eight gates, what comes out of them, and what becomes of the state."""
    cell, x, h, c = (outcome.drawing[name] for name in ("cell", "x", "h", "c"))
    sums = cell.sums(x, h)  # (1, 8)
    units = h.shape[1]
    gates = np.concatenate([sigmoid(sums[:, : 3 * units]), np.tanh(sums[:, 3 * units :])], axis=1)
    new_h, new_c = cell.step(x, h, c)
    i2h = x @ cell.weight_ih.T + cell.bias_ih
    columns = {"i2h": i2h, "h2h": sums - i2h, "their sum": sums, "after σ and tanh": gates}
    rows = [f"{gate} {number + 1}" for gate in ("in", "forget", "out", "candidate") for number in range(units)]
    left, right = figure.subplots(1, 2, width_ratios=[2, 1])
    _show(left, "four gates in one product", rows, columns)
    _show(right, "the state and the output", ["cell 1", "cell 2"], {"c": c, "c'": new_c, "h": h, "h'": new_h})


def _show(place: Any, title: str, rows: Sequence[str], columns: dict[str, Floats]) -> None:
    """Draw a table of numbers as colours, with the numbers in it."""
    values = np.concatenate(list(columns.values())).T
    place.imshow(values, cmap="RdBu", vmin=-8, vmax=8, aspect="auto")
    for row, column in np.ndindex(values.shape):
        place.text(column, row, f"{values[row, column]:.2f}", ha="center", va="center", fontsize=9)
    place.set_xticks(range(len(columns)), columns)
    place.set_yticks(range(len(rows)), rows)
    place.set_title(title)


LESSON = Lesson(
    name="cell",
    title="the LSTM step with four gates in one product, and layers of it",
    about=(
        "An LSTM has four gates, and each looks at the input and at the last output. Written below one another their weights "
        "are one matrix, and a step is two products and a sum. The lesson takes the smallest step there is, with 3 inputs and "
        "2 cells, and then compares three layers with the network that generates text here, with Keras, and with PyTorch's "
        "equations. How others order the gates is a permutation: not a bit changes on the way there and back."
    ),
    source={"shapes": ["(1, 2)", "(1, 2)"]},
    run=run,
    draw=draw,
)
