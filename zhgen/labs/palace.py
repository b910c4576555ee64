"""The lesson `palace`: the generator's own first recipe, which learns ten windows, and what it makes of others."""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zhgen.config import EmbedSettings, TrainSettings
from zhgen.corpus.segmented import SegmentedText, open_segmented, write_segmented
from zhgen.corpus.segmenter import Segmenter
from zhgen.generation.generator import Generator
from zhgen.labs.lesson import Lesson, Outcome
from zhgen.progress import Reporter
from zhgen.training.layout import FIRST_WINDOWS
from zhgen.vectors.binary import write_vectors
from zhgen.vectors.c_flags import read_c_flags
from zhgen.vectors.table import Table, nearest, unit_rows
from zhgen.vectors.word2vec import embed

if TYPE_CHECKING:
    from zhgen.bundle import Bundle
    from zhgen.labs.picture import Figure
    from zhgen.training.model import Trained

C_FLAGS = "-cbow 1 -size 200 -window 8 -negative 25 -hs 0 -sample 1e-4 -iter 15"
MORE_PASSES = 100
"""Over the demo text, which is short: as many words in all as 15 passes over a short novel."""

NEXT_WINDOWS = 100
"""Windows after the learnt ones that are looked at, too."""


@dataclass(frozen=True)
class Effort:
    """How much is read and learnt: all of it, or little in tests.

    Args:
        characters: Of the demo text, from its start; None is all.
        passes: Over the text, for the vectors that are far enough apart.
        epochs: Over the ten windows; None is as many as the recipe says.
    """

    characters: int | None = None
    passes: int = MORE_PASSES
    epochs: int | None = None


def read_text(characters: int | None) -> bytes:
    """Return the demo text: it lies beside this file where zhgen is installed, and in data/ where it is worked on."""
    installed = Path(__file__).with_name("palace.txt")
    place = installed if installed.exists() else Path(__file__).parents[2] / "data" / "palace.txt"
    return place.read_text("utf-8")[:characters].encode()


def segment(folder: Path, effort: Effort, reporter: Reporter) -> SegmentedText:
    """Return the demo text cut into words: `zhgen segment palace.txt`."""
    place = folder / "palace.seg.txt"
    write_segmented([("palace.txt", io.BytesIO(read_text(effort.characters)))], place, Segmenter(long_text=True), reporter)
    return open_segmented(place)


def make_model(text: SegmentedText, passes: int | None, seed: int, effort: Effort, reporter: Reporter) -> "Trained":
    """Return a model of the first ten windows, with the vectors of its words.

    The calls are those of the commands:

        zhgen embed palace.seg.txt --c-flags '…' --workers 1 --validation-split 0
        zhgen train palace.seg.txt --vectors palace.vectors.bin --recipe seed -o models/palace

    Args:
        text: The segmented text.
        passes: Over the text, for the vectors, in place of the flags' 15.
        seed: Of the vectors and of the network.
        effort: How much is learnt.
        reporter: What is told how it goes on.
    """
    from zhgen.training.model import train

    asked, defaults = read_c_flags(C_FLAGS)
    of_vectors = {**defaults, **asked, "workers": 1, "validation_split": 0.0, "seed": seed}
    embedding = embed(text, EmbedSettings(**of_vectors | ({"epochs": passes} if passes else {})), reporter)
    vectors = text.path.with_name("palace.vectors.bin")
    write_vectors(vectors, embedding.table)
    settings = TrainSettings.recipe("seed", seed=seed, **({"epochs": effort.epochs} if effort.epochs else {}))
    return train(text, vectors, settings, recipe="seed", reporter=reporter)


def first_windows(bundle: "Bundle", text: SegmentedText) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the windows that are learnt and those after them, (W, 20), and the words that follow, (W,): ids."""
    ids = bundle.vocabulary.encode_paragraphs(text.paragraphs(), ends=False, spell=False)
    timesteps = bundle.config["timesteps"]
    windows = np.lib.stride_tricks.sliding_window_view(ids, timesteps + 1)[: FIRST_WINDOWS + NEXT_WINDOWS]
    return windows[:, :-1], windows[:, -1]


def predict(bundle: "Bundle", windows: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return the vector that the network puts out after each window, float32 (W, 200), with NumPy alone."""
    generator = Generator(bundle)
    x = generator.input_table[windows]  # (W, 20, 200)
    outputs, _ = generator.network.forward(x, generator.network.zero_state(len(x)))  # (W, 20, 200)
    last: NDArray[np.float32] = outputs[:, -1]
    return last


def run(seed: int, reporter: Reporter, short: bool) -> Outcome:
    """Learn ten windows, with vectors of 15 passes and of more, and ask for the next word of these and of others."""
    effort = Effort(characters=12_000, passes=20, epochs=40) if short else Effort()
    with tempfile.TemporaryDirectory(prefix="zhgen-palace-") as folder:
        text = segment(Path(folder), effort, reporter)
        reporter.say("The vectors of 15 passes:")
        near, drawing_of_near = look(make_model(text, None, seed, effort, reporter), text)
        reporter.say(f"The vectors of {effort.passes} passes:")
        figures, drawing = look(make_model(text, effort.passes, seed, effort, reporter), text)
    few = "_after_15_passes"
    drawing[f"cosines{few}"] = drawing_of_near["cosines"]
    return Outcome({**figures, **{f"{name}{few}": value for name, value in near.items()}}, drawing)


def look(trained: "Trained", text: SegmentedText) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a model makes of the ten windows and of the next hundred: the figures, and what is drawn."""
    windows, following = first_windows(trained.bundle, text)
    outputs = predict(trained.bundle, windows)  # (W, 200)
    units, words = unit_rows(trained.table.vectors), trained.table.words  # (V, 200)
    cosines = np.sum(unit_rows(outputs) * units[following], axis=1)  # (W,)
    found = [nearest(units, output, 1)[0][0] for output in outputs]
    right = np.asarray(found) == following
    losses = [float(row["loss"]) for row in trained.bundle.history]
    figures = {
        "loss": losses[-1],
        "cosine": float(cosines[0]),
        "right_word": words[following[0]],
        "nearest_word": words[found[0]],
        "nearest_is_right": bool(right[0]),
        "right_of_the_ten_windows": int(right[:FIRST_WINDOWS].sum()),
        "right_of_the_next_hundred": int(right[FIRST_WINDOWS:].sum()),
        "cosine_of_the_mean_vector": mean_vector_cosine(trained.table, following),
    }
    return figures, {"losses": losses, "cosines": cosines}


def mean_vector_cosine(table: Table, following: NDArray[np.int32]) -> float:
    """Return the mean cosine of the words that follow to the mean of all words of the vocabulary.

    What knows nothing can say the mean vector, and is this near to everything.
    """
    mean = table.vectors.mean(axis=0)
    cosines = unit_rows(table.vectors)[following] @ (mean / np.linalg.norm(mean))  # (W,)
    return float(cosines.mean())


def draw(outcome: Outcome, figure: "Figure") -> None:
    """Draw the loss by epoch, and how near each window's prediction is to the right word, after 15 passes and after more."""
    from zhgen.labs.picture import OURS

    figure.set_size_inches(11, 4.5)
    curve, *places = figure.subplots(1, 3)
    curve.plot(outcome.drawing["losses"], color=OURS)
    curve.set(xlabel="epoch", ylabel="mean squared error", title="ten windows are learnt")
    curve.set_ylim(bottom=0)
    figures, few = outcome.figures, "_after_15_passes"
    _bars(places[0], "vectors of 15 passes", outcome.drawing[f"cosines{few}"], figures[f"cosine_of_the_mean_vector{few}"])
    _bars(places[1], "vectors of more passes", outcome.drawing["cosines"], figures["cosine_of_the_mean_vector"])


def _bars(place: Any, title: str, cosines: NDArray[np.float32], mean: float) -> None:
    from zhgen.labs.picture import OURS, SOURCES, TARGET

    colours = [OURS] * FIRST_WINDOWS + [SOURCES] * (len(cosines) - FIRST_WINDOWS)
    place.bar(range(1, len(cosines) + 1), cosines, color=colours, width=1.0)
    place.axhline(mean, color=TARGET, linestyle="--", label="mean vector")
    place.set(xlabel="window (red: learnt)", ylabel="cosine to the right word", title=title)
    place.set_ylim(-0.2, 1.15)
    place.legend(loc="upper right", fontsize=8)


LESSON = Lesson(
    name="palace",
    title="the generator's first recipe: ten windows and the word after each",
    about=(
        "The demo text is cut into words, word2vec places them in 200 dimensions, and an LSTM of 200 reads windows of 20 words "
        "and puts out the vector of the next, by squared error. It learns ten windows, 500 times over: zhgen train --recipe "
        "seed, called as the command calls it. Then it is asked for the word after each of them, and after the next hundred. "
        "On so short a text 15 passes of word2vec leave all vectors in one direction; so it is done a second time with 100."
    ),
    source={"loss": 0.33673, "cosine": 0.94179, "nearest_is_right": True},
    run=run,
    draw=draw,
    seed=1,
)
