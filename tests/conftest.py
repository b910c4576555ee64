"""What the tests of several rooms need: the command in a process of its own, small texts, and a small trained model."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

from zhgen.bundle import load, save
from zhgen.cli.application import run
from zhgen.config import TrainSettings
from zhgen.corpus.segmented import open_segmented
from zhgen.generation.generator import Generator
from zhgen.vectors.binary import write_vectors
from zhgen.vectors.table import Table

CYCLE = ("今天", "我们", "学习", "语文")
"""Four words that jieba cuts apart, as the texts below repeat them."""


class Command:
    """`python -m zhgen` in a process of its own."""

    def start(self, *arguments, cwd, **environment):
        """Return the running process, its streams being pipes; ZHGEN_… settings of the developer's shell are kept out."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ZHGEN_")}
        command = (sys.executable, "-m", "zhgen", *map(str, arguments))
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, cwd=cwd, env=clean | environment, **pipes)

    def __call__(self, *arguments, cwd, stdin=b"", **environment):
        """Return the completed process: returncode, and stdout and stderr as bytes."""
        process = self.start(*arguments, cwd=cwd, **environment)
        try:
            stdout, stderr = process.communicate(stdin, timeout=120)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


@pytest.fixture(scope="session")
def run_zhgen():
    """Return what runs the command with its arguments, in the folder `cwd`, environment variables being keywords."""
    return Command()


@pytest.fixture
def zhgen(monkeypatch, tmp_path, capfd):
    """Run the command in this process, in an empty folder, and return its exit code, stdout and stderr.

    For what loads no TensorFlow: it spares a process. What would be a traceback is an exception here.
    """
    for name in [name for name in os.environ if name.startswith("ZHGEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run_here(*arguments):
        code = run([str(argument) for argument in arguments])
        return code, *capfd.readouterr()

    return run_here


@pytest.fixture
def refuses(zhgen, tmp_path, snapshot):
    """Return a function that checks that a command is refused, in one line, with nothing written, and returns that line."""

    def check(*arguments):
        before = snapshot(tmp_path)
        code, stdout, stderr = zhgen(*arguments)
        assert (code, stdout) == (2, "")
        assert re.fullmatch(r"zhgen: [^\n]{10,500}\n", stderr)
        assert snapshot(tmp_path) == before
        return stderr.removeprefix("zhgen: ").rstrip("\n")

    return check


@pytest.fixture
def bad_inputs(tmp_path):
    """Return files that no command can use, by what is wrong with them."""
    text = "今天我们学习语文。" * 50
    contents = {
        "empty": b"",
        "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + bytes(range(256)),
        "gbk": text.encode("gbk"),
        "utf16": text.encode("utf-16"),
        "blank": b" \n\n\t\n",
    }
    for name, content in contents.items():
        (tmp_path / f"{name}.seg.txt").write_bytes(content)
    (tmp_path / "directory.seg.txt").mkdir()
    return {name: tmp_path / f"{name}.seg.txt" for name in (*contents, "directory", "missing")}


@pytest.fixture(scope="session")
def snapshot():
    """Return a function that returns everything below a folder: files with their content, directories with None."""

    def take(folder):
        return {
            path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
        }

    return take


@pytest.fixture(scope="session")
def write_text():
    """Return a function that writes a text that repeats four words, raw or, when its name says so, segmented."""

    def write(path, paragraphs=8, repeats=25):
        between = " " if path.name.endswith(".seg.txt") else ""
        path.write_text("".join(between.join(CYCLE * repeats) + "\n" for _ in range(paragraphs)), "utf-8")
        return path

    return write


@pytest.fixture
def write_bytes(tmp_path):
    """Return a function that writes bytes and returns their path."""

    def written(*parts):
        path = tmp_path / "given"
        path.write_bytes(b"".join(parts))
        return path

    return written


@pytest.fixture(scope="session")
def write_table():
    """Return a function that writes vectors of the four words and of `</s>`, drawn from a fixed seed."""

    def write(path, vector_size=6, words=("</s>", *CYCLE)):
        vectors = np.random.default_rng(7).normal(size=(len(words), vector_size)).astype(np.float32)
        write_vectors(path, Table(tuple(words), vectors))
        return path

    return write


@pytest.fixture(scope="session")
def cycle(tmp_path_factory, write_text, run_zhgen):
    """A text of the four words taken through segment, embed and train by the command line, trained twice alike.

    Returns the folder, with models/first and models/second, and the completed processes by name. The shell that trains first
    has another backend of Keras set.
    """
    folder = tmp_path_factory.mktemp("cycle")
    write_text(folder / "cycle.txt")
    done = {
        "segment": run_zhgen("segment", "cycle.txt", cwd=folder),
        "embed": run_zhgen("embed", "cycle.seg.txt", "--vector-size", 8, "--epochs", 3, cwd=folder),
    }
    sizes = ("--units", 8, "--attention", 0, "--timesteps", 5, "--batch-size", 3)
    sizes += ("--epochs", 4, "--patience", 9, "--learning-rate", 0.02)
    settings = ("--vectors", "cycle.vectors.bin", *sizes)
    running = {
        "first": run_zhgen.start("train", "cycle.seg.txt", *settings, "-o", "models/first", cwd=folder, KERAS_BACKEND="jax"),
        "second": run_zhgen.start("train", "cycle.seg.txt", *settings, "-o", "models/second", "-q", cwd=folder),
    }
    for name, process in running.items():
        done[name] = subprocess.CompletedProcess(process.args, None, *process.communicate(timeout=120))
        done[name].returncode = process.returncode
    return folder, done


@pytest.fixture(scope="session")
def trained(tmp_path_factory, write_text, write_table):
    """Two layers of six units, trained on the four words through the library for twelve epochs, saved under models/tiny."""
    from zhgen.evaluation.card import model_card
    from zhgen.training.model import train

    folder = tmp_path_factory.mktemp("tiny")
    text = open_segmented(write_text(folder / "tiny.seg.txt"))
    vectors = write_table(folder / "tiny.vectors.bin")
    shape = {"units": 6, "layers": 2, "attention": 0, "timesteps": 5}
    undropped = {f"{name}_dropout": 0.0 for name in ("word", "input", "output")}
    settings = TrainSettings(**shape, **undropped, epochs=12, batch_size=3, learning_rate=0.02)
    made = train(text, vectors, settings)
    (folder / "models").mkdir()
    save(folder / "models" / "tiny", made.bundle, made.table, model_card(made.bundle, "tiny"))
    return folder


@pytest.fixture(scope="session")
def tiny_model(trained):
    """Return the directory of the small trained model: to be read, not to be changed."""
    return trained / "models" / "tiny"


@pytest.fixture(scope="session")
def tiny_bundle(tiny_model):
    """Return the small trained model as it was loaded from its directory."""
    return load(tiny_model)


@pytest.fixture(scope="session")
def generator(tiny_bundle):
    """Return the small trained model as what writes: four words, which it writes in turn."""
    return Generator(tiny_bundle)
