"""`zhgen train`: the pipeline as a user runs it, each step in a process of its own."""

import re
import shutil
import signal

import numpy as np
import pytest

from zhgen.bundle import load
from zhgen.vectors.binary import write_vectors
from zhgen.vectors.table import Table


def test_a_text_that_repeats_four_words_is_continued(cycle, run_zhgen):
    """Trained in one process, generated greedily in another: the four words go round, in their order, from either start."""
    folder, done = cycle
    assert done["first"].returncode == 0
    for prompt, rest in (
        ("今天", "我们学习语文今天我们学习语文今天我们"),
        ("我们学习", "语文今天我们学习语文今天我们学习语文"),
    ):
        process = run_zhgen("generate", "models/first", "--prompt", prompt, "--greedy", "-n", len(rest) // 2, cwd=folder)
        assert (process.returncode, process.stderr) == (0, b"")
        assert process.stdout.decode() == f"{prompt}{rest}\n"


def test_training_says_its_figures_on_stderr_alone(cycle):
    """Standard output is empty; stderr holds sizes, a line an epoch and the next command, and nothing of TensorFlow's."""
    _, done = cycle
    assert done["first"].stdout == b""
    lines = done["first"].stderr.decode().splitlines()
    told = [line for line in lines if not line.startswith("train: ")]  # one now and then, by the clock
    assert told[0] == "5 pieces, 768 to learn, 41 to validate on; 2 networks of 1 × 8 units, 4 epochs, 3 side by side"
    assert [line.split(":")[0] for line in told[1:5]] == [f"epoch {n}/4" for n in (1, 2, 3, 4)]
    assert [line.split()[0] for line in told[5:]] == ["perplexity", "models/first:"]
    assert told[-1] == "models/first: the model is written. Type: zhgen generate models/first"
    assert done["second"].stderr == b""


def test_the_same_seed_gives_the_same_weights(cycle, snapshot):
    """Trained twice in two processes: weights, vocabulary and vectors are the same bytes; nothing else is left behind."""
    folder, done = cycle
    assert done["second"].returncode == 0
    first, second = (snapshot(folder / "models" / name) for name in ("first", "second"))
    assert sorted(first) == sorted(second) == [
        "README.md", "config.json", "curve.svg", "history.csv", "ngrams.npz", "vectors.bin", "vocabulary.txt", "weights.npz"
    ]  # fmt: skip
    for part in ("weights.npz", "vocabulary.txt", "vectors.bin"):
        assert first[part] == second[part]
    assert sorted(path.name for path in (folder / "models").iterdir()) == ["first", "second"]


SIZES = ("--units", 8, "--timesteps", 5, "--batch-size", 3, "--epochs", 20, "--patience", 20)
COMMAND = ("train", "a.seg.txt", "--vectors", "a.bin", "-o", "models/a", *SIZES)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory, run_zhgen, write_text, write_table):
    """Two trainings, stopped after their first epochs by Ctrl-C and by SIGKILL, and one that is not.

    Returns the folder, the exit code and stderr of each.
    """
    running = {}
    for name in ("ctrl-c", "kill", "whole"):
        folder = tmp_path_factory.mktemp(name)
        write_text(folder / "a.seg.txt", paragraphs=40)
        write_table(folder / "a.bin")
        (folder / "models").mkdir()
        running[name] = folder, run_zhgen.start(*COMMAND, cwd=folder)
    result = {}
    for name, (folder, process) in running.items():
        said = b""
        while name != "whole" and b"epoch 2/20: " not in said:  # by then the checkpoint of the first epoch is written
            line = process.stderr.readline()
            assert line, said
            said += line
        if name != "whole":
            process.send_signal(signal.SIGINT if name == "ctrl-c" else signal.SIGKILL)
        _, rest = process.communicate(timeout=120)
        result[name] = folder, process.returncode, (said + rest).decode()
    return result


def test_ctrl_c_keeps_the_best_model_so_far(stopped, run_zhgen):
    """Ctrl-C after the first epochs: exit code 130, a whole model that can be generated from, no half one, no traceback."""
    folder, code, stderr = stopped["ctrl-c"]
    assert code == 130
    assert "Traceback" not in stderr
    lines = [
        line for line in stderr.splitlines() if line and not line.startswith(("epoch ", "train: ", "read out ", "perplexity "))
    ]
    _, interrupted, written, last = lines
    assert interrupted.startswith("Warning: Interrupted in epoch ")
    assert interrupted.endswith("; the best model so far is kept. To go on, give the same command with --resume.")
    assert written == "models/a: the model is written. Type: zhgen generate models/a"
    assert last == "zhgen: Interrupted."
    assert sorted(path.name for path in (folder / "models").iterdir()) == ["a", "a.checkpoint"]
    bundle = load(folder / "models" / "a")
    assert 1 <= bundle.config["best"]["epoch"] < 20
    assert run_zhgen("generate", "models/a", "-n", 3, cwd=folder).returncode == 0


def test_a_killed_training_leaves_its_checkpoint_alone(stopped, snapshot):
    """SIGKILL in the middle of training leaves nothing under the model's name, and what --resume needs beside it."""
    folder, code, _ = stopped["kill"]
    assert code == -signal.SIGKILL
    left = [name for name in sorted(snapshot(folder)) if "/.zhgen-" not in name]  # a file that was being written
    assert left == [
        "a.bin", "a.seg.txt", "models", "models/a.checkpoint",
        *(f"models/a.checkpoint/{name}" for name in ("curve.svg", "history.csv", "state.npz")),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["ctrl-c", "kill"])
def test_a_stopped_training_goes_on_to_the_same_weights(name, stopped, run_zhgen, tmp_path):
    """Gone on with in another process it gives, bit for bit, the weights of the one that was not stopped, and cleans up."""
    shutil.copytree(stopped[name][0], tmp_path, dirs_exist_ok=True)
    done = run_zhgen(*COMMAND, "--resume", cwd=tmp_path)
    assert done.returncode == 0
    assert b"Goes on from models/a.checkpoint: epoch " in done.stderr
    whole = stopped["whole"][0] / "models" / "a"
    assert (tmp_path / "models" / "a" / "weights.npz").read_bytes() == (whole / "weights.npz").read_bytes()
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["a"]
    rows = [(path / "history.csv").read_text().split("\n") for path in (tmp_path / "models" / "a", whole)]
    assert [line.split(",")[:5] for line in rows[0]] == [line.split(",")[:5] for line in rows[1]]
    assert rows[0][0] == "epoch,loss,validation_loss,perplexity,learning_rate,seconds,words_per_second"


@pytest.fixture
def interrupted(stopped, monkeypatch, tmp_path):
    """The folder of a training that was stopped by Ctrl-C, to be changed."""
    shutil.copytree(stopped["ctrl-c"][0], tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_a_checkpoint_of_something_else_is_refused(interrupted, refuses, write_table):
    """Other settings, another text and other vectors are named, and nothing is changed; so is damage."""
    assert refuses(*COMMAND, "--resume", "--seed", 5, "--units", 9) == (
        "models/a.checkpoint is of another training: --units was 8, is 9; --seed was 1, is 5. "
        "To go on with that one, give what it was made from. To begin anew, leave out --resume."
    )
    with (interrupted / "a.seg.txt").open("a", encoding="utf-8") as file:
        file.write("今天 我们\n")
    write_table(interrupted / "a.bin", vector_size=7)
    said = refuses(*COMMAND, "--resume")
    assert re.match(
        r"models/a\.checkpoint is of another training: the text was sha256 \w{12}…, is sha256 \w{12}…; the vectors was ", said
    )
    path = interrupted / "models" / "a.checkpoint" / "state.npz"
    path.write_bytes(path.read_bytes()[:-100])
    assert refuses(*COMMAND, "--resume").startswith("models/a.checkpoint/state.npz cannot be read (")


def test_what_stands_in_the_place_of_a_checkpoint_is_refused(refuses, inputs):
    """A folder of other things beside the model to be is left alone."""
    (inputs / "model.checkpoint").mkdir()
    (inputs / "model.checkpoint" / "thesis.txt").write_text("x")
    said = refuses("train", "a.seg.txt", "--vectors", "a.bin", "-o", "model")
    assert said == "model.checkpoint is no checkpoint of a training. Move it away, or give -o another name."


@pytest.fixture
def inputs(tmp_path, write_text, write_table):
    """A text and its vectors, a.seg.txt and a.bin, that could be trained on."""
    write_text(tmp_path / "a.seg.txt")
    write_table(tmp_path / "a.bin")
    return tmp_path


@pytest.mark.parametrize("kind", ["missing", "directory", "empty", "jpeg", "gbk", "utf16", "blank"])
@pytest.mark.parametrize("place", ["text", "vectors"])
def test_what_cannot_be_trained_on_is_refused(refuses, bad_inputs, inputs, kind, place):
    """A text or vectors that cannot be used are refused by name, and nothing is written."""
    text, vectors = (bad_inputs[kind], "a.bin") if place == "text" else ("a.seg.txt", bad_inputs[kind])
    assert f"{kind}.seg.txt" in refuses("train", text, "--vectors", vectors, "-o", "model")


def test_vectors_cut_in_the_middle_are_refused(refuses, inputs):
    """Half a file of vectors is refused with what it lacks."""
    content = (inputs / "a.bin").read_bytes()
    (inputs / "half.bin").write_bytes(content[: len(content) // 2])
    assert refuses("train", "a.seg.txt", "--vectors", "half.bin", "-o", "model").startswith(
        "half.bin is cut short or not a binary word2vec file: for 5 rows of 6 numbers it needs "
    )


def test_vectors_of_another_text_are_refused(refuses, inputs, write_table):
    """Vectors whose words are not in the text are refused."""
    write_table(inputs / "other.bin", words=("红楼", "</s>"))
    said = refuses("train", "a.seg.txt", "--vectors", "other.bin", "-o", "model")
    assert said.startswith("No word of the text is in other.bin.")


def test_a_text_too_short_for_one_window_is_refused(refuses, inputs):
    """Eight words are too few for twenty steps, which is said with the way out."""
    (inputs / "short.seg.txt").write_text("今天 我们 学习 语文 " * 2 + "\n", "utf-8")
    assert refuses("train", "short.seg.txt", "--vectors", "a.bin", "-o", "model") == (
        "The text is too short for one window: it has 9 pieces to learn and a window of 20 steps needs 21. "
        "Give a longer text, or a smaller --timesteps."
    )


def test_a_part_too_short_for_one_window_is_refused(refuses, inputs):
    """A split that leaves nothing to learn, and a text to validate on without one window, are named with the way out."""
    arguments = ("train", "a.seg.txt", "--vectors", "a.bin", "-o", "model")
    assert refuses(*arguments, "--validation-split", 0.99) == (
        "The split leaves 9 pieces to learn, and a window of 20 steps needs 21. Give a smaller --validation-split."
    )
    (inputs / "short.txt").write_text("今天我们\n", "utf-8")
    assert refuses(*arguments, "--validation", "short.txt") == (
        "short.txt is too short to validate on: it has 3 pieces, and a window of 20 steps needs 21. "
        "Give a longer text, or a smaller --timesteps."
    )
    (inputs / "strange.txt").write_text("樱花\n" * 30, "utf-8")
    assert refuses(*arguments, "--validation", "strange.txt").startswith("No word of strange.txt is in the vocabulary.")


def test_what_would_not_fit_into_memory_is_refused(refuses, inputs, monkeypatch):
    """With a gigabyte left a network of eight wide layers is refused before anything heavy is loaded."""
    monkeypatch.setattr("zhgen.training.model.available_memory", lambda: 10**9)
    said = refuses("train", "a.seg.txt", "--vectors", "a.bin", "-o", "model", "--units", 4000, "--layers", 8)
    assert re.match(
        r"Training needs about \d+\.\d GB of memory, and 1\.0 GB are free\. Give a smaller --units, --layers or --members", said
    )


def test_outputs_that_cannot_be_are_refused(refuses, inputs):
    """An output below a file, a file, and a directory of other things are refused before training; they stay as they were."""
    (inputs / "other").mkdir()
    (inputs / "other" / "thesis.txt").write_text("x")
    arguments = ("train", "a.seg.txt", "--vectors", "a.bin", "-o")
    assert refuses(*arguments, "a.bin/model").startswith("Nothing can be written to a.bin (")
    assert refuses(*arguments, "a.bin").startswith("a.bin is a file.")
    assert refuses(*arguments, "other").startswith("other holds something that is not a model.")


def test_options_out_of_bounds_are_refused(refuses, inputs):
    """Options are refused in their own spelling, with the bound and what was received."""
    arguments = ("train", "a.seg.txt", "--vectors", "a.bin", "-o", "model")
    assert refuses(*arguments, "--units", 0) == "--units must be at least 1. Received: 0."
    assert refuses(*arguments, "--validation-split", 1) == "--validation-split must be below 1. Received: 1.0."
    assert refuses(*arguments, "--learning-rate", "nan") == "--learning-rate must be a finite number. Received: nan."
    assert "--recipe" in refuses(*arguments, "--recipe", "best")


def test_what_is_required_is_named(refuses, inputs):
    """Without vectors or an output the option that is lacking is named."""
    assert "--vectors" in refuses("train", "a.seg.txt", "-o", "model")
    assert "--output" in refuses("train", "a.seg.txt", "--vectors", "a.bin")


def test_vectors_of_words_that_cannot_be_used_are_refused(refuses, inputs):
    """Vectors of NaN alone are refused."""
    write_vectors(inputs / "nan.bin", Table(("今天", "我们"), np.full((2, 3), np.nan, dtype=np.float32)))
    assert "nan.bin" in refuses("train", "a.seg.txt", "--vectors", "nan.bin", "-o", "model")
