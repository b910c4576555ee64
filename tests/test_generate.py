"""`zhgen generate`: text on stdout and nothing else."""

import dataclasses
import json
import re
import shutil
import subprocess
import sys

import pytest

from zhgen.bundle import save


@pytest.fixture
def model(tiny_model, tmp_path):
    """Return a copy of the small trained model, as `model` in the folder the command runs in."""
    shutil.copytree(tiny_model, tmp_path / "model")
    return tmp_path / "model"


def test_generating_imports_nothing_that_trains(model):
    """With TensorFlow, Keras and gensim out of reach text comes out all the same."""
    code = """
import sys
for name in ("tensorflow", "keras", "gensim"):
    sys.modules[name] = None
from zhgen.cli import main
main(["generate", "model", "--prompt", "今天我们", "--greedy", "-n", "6"])
"""
    run = subprocess.run((sys.executable, "-c", code), cwd=model.parent, capture_output=True, encoding="utf-8", check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == "今天我们学习语文今天我们学习语文\n"


def test_the_same_seed_gives_the_same_bytes(model, run_zhgen):
    """The same command twice, in two processes, writes the same bytes; another seed writes others."""
    texts = [
        run_zhgen("generate", "model", "-n", 80, "--temperature", 3, "--seed", seed, cwd=model.parent).stdout
        for seed in (5, 5, 6)
    ]
    assert texts[0] == texts[1] != texts[2]
    assert len(texts[0].decode()) > 80


@pytest.mark.parametrize("options", [["--mix"], ["--cache"], ["--mix", "--cache"]], ids=" ".join)
def test_what_is_mixed_in(model, zhgen, options):
    """With --mix, --cache and both text comes out, the same when asked for twice."""
    arguments = ("generate", model, "--prompt", "今天我们", "-n", 30, "--temperature", 2, *options)
    first, second = zhgen(*arguments), zhgen(*arguments)
    assert first == second
    assert (first[0], first[2]) == (0, "")
    assert len(first[1]) > 60


@pytest.mark.parametrize("option", ["--mix", "--cache"])
def test_a_model_with_nothing_to_mix_in(model, zhgen, tiny_bundle, option):
    """A model that has no shares for mixtures is refused before anything is written, with the way out."""
    config = {name: value for name, value in tiny_bundle.config.items() if name not in ("mixture", "parts")}
    save(model, dataclasses.replace(tiny_bundle, config=config), tiny_bundle.table(), "")
    code, stdout, stderr = zhgen("generate", model, "--prompt", "今天", option)
    assert (code, stdout) == (2, "")
    assert stderr.startswith("zhgen: This model has no shares for --mix and --cache")
    assert "train the model again" in stderr


def test_stdout_is_utf8_whatever_the_locale(model, run_zhgen):
    """Under LC_ALL=C and an ASCII stdout the text is the same UTF-8, and so is the warning on stderr."""
    arguments = ("generate", "model", "--prompt", "-", "-n", 5, "--greedy")
    process = run_zhgen(
        *arguments, cwd=model.parent, stdin="史今天".encode(), LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert process.returncode == 0
    assert process.stdout.decode() == "史今天我们学习语文今天我们\n"
    assert process.stderr.decode() == "Warning: The model has never seen 史 and passes over it.\n"


@pytest.mark.parametrize("words", [5, 40_000])
def test_a_reader_that_goes_away_is_left_quietly(model, run_zhgen, words):
    """When stdout is closed, as `| head -c 1` does, at once or in the middle of a long text, it ends without a word."""
    process = run_zhgen.start("generate", "model", "-n", words, "-q", cwd=model.parent)
    process.stdin.close()
    if words > 5:
        process.stdout.read(1)
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), said) == (0, b"")


def test_unseen_characters_are_warned_of_and_passed_over(zhgen, model):
    """A prompt with characters the model has never seen is written as it is, warned of by name, and gone on with."""
    code, stdout, stderr = zhgen("generate", "model", "--prompt", "鳜鱼今天", "-n", 3, "--greedy")
    assert (code, stdout) == (0, "鳜鱼今天我们学习语文\n")
    assert stderr == "Warning: The model has never seen 鳜 鱼 and passes over it.\n"


def test_quiet_is_quiet(zhgen, model):
    """With -q there is no warning either."""
    assert zhgen("generate", "model", "--prompt", "鳜今天", "-n", 1, "--greedy", "-q") == (0, "鳜今天我们\n", "")


def test_without_a_prompt_there_are_as_many_words(zhgen, model):
    """Without a prompt the text begins with a word, has as many as were asked for, and ends its line."""
    code, stdout, stderr = zhgen("generate", "model", "-n", 4, "--greedy")
    assert (code, stderr) == (0, "")
    assert re.fullmatch("(今天|我们|学习|语文){4}\\n", stdout)


def test_a_model_that_is_missing_or_none_is_refused(refuses, tmp_path):
    """A name that is nothing, a file, and an empty folder are no models."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    assert refuses("generate", "models/novel") == (
        "There is no model models/novel. Train one with zhgen train, or check the name."
    )
    assert refuses("generate", "file").startswith("file is not a model")
    assert refuses("generate", "folder").startswith("folder is not a model")


@pytest.mark.parametrize("part", ["weights.npz", "vocabulary.txt", "vectors.bin"])
@pytest.mark.parametrize("command", ["generate", "info"])
def test_a_changed_byte_is_refused(refuses, model, part, command):
    """One changed byte in a part of the model is found, and the part named."""
    content = bytearray((model / part).read_bytes())
    content[len(content) // 2] ^= 1
    (model / part).write_bytes(content)
    assert refuses(command, "model").startswith(f"model/{part} is not the file that belongs to this model")


def test_a_damaged_configuration_is_refused(refuses, model):
    """A config.json that is cut short, or that lacks what is needed, is refused and not guessed at."""
    text = (model / "config.json").read_text("utf-8")
    (model / "config.json").write_text(text[:100], "utf-8")
    assert "config.json" in refuses("generate", "model")
    config = json.loads(text)
    del config["timesteps"]
    (model / "config.json").write_text(json.dumps(config), "utf-8")
    assert "config.json" in refuses("generate", "model")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-n", 0), "--words must be at least 1. Received: 0."),
        (("--temperature", -1), "--temperature must be above 0. Received: -1.0."),
        (("--temperature", "inf"), "--temperature must be a finite number. Received: inf."),
        (("--top-p", 1.5), "--top-p must be at most 1. Received: 1.5."),
        (("--seed", 2**32), "--seed must be at most 4294967295. Received: 4294967296."),
    ],
)
def test_options_out_of_bounds_are_refused(refuses, model, arguments, said):
    """An option out of bounds is refused in its own spelling, with its bound and what was received."""
    assert refuses("generate", "model", *arguments) == said


def test_options_that_are_none_are_refused(refuses, model):
    """A word where a number belongs and an option that does not exist are refused by name."""
    assert "'many'" in refuses("generate", "model", "-n", "many")
    assert "--wrods" in refuses("generate", "model", "--wrods", 3)


def test_a_prompt_that_is_no_text_is_refused(run_zhgen, model):
    """Bytes of another encoding in --prompt, or no text on stdin, are refused, without a traceback and without any text."""
    for arguments, stdin in ((("--prompt", "\udcff\udcfe"), b""), (("--prompt", "-"), b"\xff\x00\x01")):
        process = run_zhgen("generate", "model", *arguments, cwd=model.parent, stdin=stdin)
        assert (process.returncode, process.stdout) == (2, b"")
        assert process.stderr.startswith(b"zhgen: ")
        assert process.stderr.count(b"\n") == 1
