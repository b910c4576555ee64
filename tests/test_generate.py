"""`zhgen generate`: text on stdout and nothing else."""

import dataclasses
import json
import re
import shutil
import signal
import subprocess
import sys
import time

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
    arguments = ("generate", model, "--prompt", "今天", "-n", 30, "--temperature", 2, "-q", *options)
    first, second = zhgen(*arguments), zhgen(*arguments)
    assert first == second
    assert (first[0], first[2]) == (0, "")
    assert len(first[1]) > 50


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
        (("--temperature", -1), "--temperature must be at least 0. Received: -1.0."),
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


PROMPTS = "今天\n\n我们\n语文\n"  # a word each, which jieba need not be loaded for


@pytest.fixture
def prompts(model):
    """Return a file of three prompts beside the model; blank lines count, so they are called 1, 3 and 4."""
    path = model.with_name("prompts.txt")
    path.write_text(PROMPTS, "utf-8")
    return path


def _entries(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_text_for_every_prompt(zhgen, prompts):
    """Each line of a file is gone on with; the texts follow each other with a blank line between."""
    code, stdout, stderr = zhgen("generate", "model", "--prompts", prompts, "--greedy", "-n", 3)
    assert (code, stdout) == (0, "今天我们学习语文\n\n我们学习语文今天\n\n语文今天我们学习\n")
    assert stderr == ""


def test_json_lines_say_all(zhgen, prompts):
    """An output called .jsonl holds an object a line, and what was written is said."""
    assert zhgen("generate", "model", "--prompts", prompts, "-n", 3, "--samples", 2, "-o", "t.jsonl") == (
        0,
        "",
        "t.jsonl: 6 texts written, 18 words\n",
    )
    entries = _entries((prompts.parent / "t.jsonl").read_text("utf-8"))
    assert [(entry["id"], entry["sample"], entry["seed"]) for entry in entries] == [
        (name, sample, 1 + sample) for name in "134" for sample in (0, 1)
    ]
    assert [list(entry) for entry in entries] == [
        ["id", "sample", "prompt", "text", "words", "seed", "settings", "finish_reason", "model", "loops", "longest_copy"]
    ] * 6
    config = json.loads((prompts.parent / "model" / "config.json").read_text("utf-8"))
    assert {entry["model"] for entry in entries} == {config["sha256"]}
    assert {(entry["finish_reason"], len(entry["words"])) for entry in entries} == {("length", 3)}


def test_a_text_depends_on_its_own_seed_alone(zhgen, prompts):
    """Beside others, in batches of any size, a text is the one that the same prompt and seed give alone."""
    arguments = ("generate", "model", "-n", 20, "--temperature", 3)
    batches = [
        zhgen(*arguments, "--prompts", prompts, "--samples", 3, "--batch-size", size, "--format", "jsonl")[1]
        for size in (1, 2, 64)
    ]
    assert batches[0] == batches[1] == batches[2]
    for entry in _entries(batches[0])[::4]:  # of each prompt another sample
        code, stdout, _ = zhgen(*arguments, "--prompt", entry["prompt"], "--seed", entry["seed"])
        assert (code, stdout) == (0, f"{entry['prompt']}{entry['text']}\n")


def test_samples_of_a_prompt_alone(zhgen, model):
    """--samples, -o and --format work with --prompt, whose id is 1; the default prompt is empty."""
    assert zhgen("generate", "model", "--prompt", "今天", "--greedy", "-n", 1, "--samples", 2)[:2] == (
        0,
        "今天我们\n\n今天我们\n",
    )
    assert zhgen("generate", "model", "--prompt", "今天", "--greedy", "-n", 1, "-o", "t.txt")[:2] == (0, "")
    assert (model.parent / "t.txt").read_text("utf-8") == "今天我们\n"
    (entry,) = _entries(zhgen("generate", "model", "-n", 1, "--format", "jsonl", "-o", "-")[1])
    assert (entry["id"], entry["prompt"]) == ("1", "")


def test_lines_that_fail(zhgen, model):
    """They are told with their numbers, even with -q, the others are written, and the exit code is 3."""
    lines = ['{"prompt": "今天", "id": "a", "words": 1, "greedy": true}', "{", '{"wrods": 3}', '{"id": "a"}']
    (model.parent / "p.jsonl").write_text("\n".join(lines), "utf-8")
    for quiet in ((), ("-q",)):
        code, stdout, stderr = zhgen("generate", "model", "--prompts", "p.jsonl", *quiet)
        assert (code, stdout) == (3, "今天我们\n")
        assert stderr == (
            "Warning: p.jsonl, line 2: It is not JSON (Expecting property name enclosed in double quotes, character 2).\n"
            "Warning: p.jsonl, line 3: 'wrods' is no setting. Did you mean words?\n"
            "Warning: p.jsonl, line 4: The id a stands on line 1 already. Give each line its own.\n"
            "zhgen: 3 of 4 lines failed. The others are written.\n"
        )


def test_an_output_is_not_lost(zhgen, prompts):
    """One that is there is refused; --force replaces it, and --resume does nothing when nothing is missing."""
    arguments = ("generate", "model", "--prompts", prompts, "-n", 2, "-o", "t.jsonl")
    assert zhgen(*arguments)[0] == 0
    path = prompts.parent / "t.jsonl"
    first = path.read_bytes()
    assert zhgen(*arguments, "--seed", 2) == (
        2,
        "",
        "zhgen: t.jsonl is there already. Add --resume to go on with it, --force to replace it, or give -o another name.\n",
    )
    assert zhgen(*arguments, "--resume") == (0, "", "t.jsonl: 3 texts there before, 0 texts written, 0 words\n")
    assert path.read_bytes() == first
    assert zhgen(*arguments, "--seed", 2, "--force")[0] == 0
    assert [entry["seed"] for entry in _entries(path.read_text("utf-8"))] == [2, 2, 2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--prompts", "prompts.txt", "--prompt", "今天"), "--prompt and --prompts contradict each other."),
        (("--prompts", "missing"), "There is no file missing."),
        (("--prompts", "model"), "model is a directory."),
        (("--prompts", "prompts.txt", "-o", "prompts.txt", "--force"), "prompts.txt is the input."),
        (("--resume",), "--resume and --force go with -o FILE."),
        (("-o", "t.txt", "--resume"), "--resume goes with --format jsonl"),
        (("-o", "t.jsonl", "--resume", "--force"), "--resume keeps what is there, and --force replaces it."),
        (
            ("-o", "prompts.txt", "--format", "jsonl", "--resume"),
            "prompts.txt is not what zhgen generate --format jsonl writes",
        ),
        (("-o", "/dev/null"), "/dev/null is a pipe or a device."),
        (("--samples", 0), "--samples must be at least 1."),
        (("--samples", 2, "--seed", 2**32 - 1), "The last of 2 samples would have the seed 4294967296"),
        (("--batch-size", 0), "--batch-size must be at least 1."),
        (("--prompts", "prompts.txt", "--ban", "红楼"), "--ban has '红楼', which is no word of the model."),
    ],
)
def test_what_contradicts_itself_is_refused(refuses, prompts, arguments, said):
    """Options that cannot go together, and files that cannot be read or written, are refused with nothing written."""
    assert refuses("generate", "model", *arguments).startswith(said)


def test_settings_of_batches_stand_in_the_file(zhgen, prompts):
    """zhgen.toml says samples and format by the names of their options."""
    (prompts.parent / "zhgen.toml").write_text('[generate]\nsamples = 2\nformat = "jsonl"\nwords = 1\n', "utf-8")
    code, stdout, stderr = zhgen("generate", "model", "--prompts", prompts)
    assert (code, stderr, len(_entries(stdout))) == (0, "", 6)


def test_another_models_output_is_not_gone_on_with(zhgen, prompts, tiny_bundle):
    """--resume with another model is refused, and both hashes are named."""
    arguments = ("generate", "model", "--prompts", prompts, "-n", 2, "-o", "t.jsonl")
    assert zhgen(*arguments)[0] == 0
    save(
        prompts.parent / "model",
        dataclasses.replace(tiny_bundle, config=tiny_bundle.config | {"x": 1}),
        tiny_bundle.table(),
        "",
    )
    code, _, stderr = zhgen(*arguments, "--resume")
    assert code == 2
    assert re.search(r"t\.jsonl was written by another model \(sha256 \w{12}…, this one is \w{12}…\)", stderr)


def test_prompts_in_another_encoding(run_zhgen, model):
    """GBK from a file and through a pipe is read, and JSON on stdin is UTF-8 whatever the locale."""
    text = "今天我们学习语文，明天我们学习语文。\n" * 2
    (model.parent / "gbk.txt").write_bytes(text.encode("gbk"))
    for name, stdin in (("gbk.txt", b""), ("-", text.encode("gbk"))):
        process = run_zhgen(
            "generate", "model", "--prompts", name, "-n", 1, "--format", "jsonl", cwd=model.parent, stdin=stdin,
            LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0",
        )  # fmt: skip
        assert process.returncode == 0
        assert [entry["prompt"] for entry in _entries(process.stdout.decode())] == text.splitlines()
        assert f"{name.replace('-', 'stdin')} is read as GB18030." in process.stderr.decode()


def test_a_line_is_answered_before_the_next_is_there(run_zhgen, model):
    """As a filter, with --batch-size 1, each prompt has its text while the pipe is still open."""
    process = run_zhgen.start("generate", "model", "--prompts", "-", "-n", 1, "--greedy", "--batch-size", 1, cwd=model.parent)
    for prompt, text in (("今天", "今天我们\n"), ("语文", "\n语文今天\n")):
        process.stdin.write(f"{prompt}\n".encode())
        process.stdin.flush()
        assert b"".join(process.stdout.readline() for _ in range(text.count("\n"))).decode() == text
    assert process.communicate(timeout=60) == (b"", b"")
    assert process.returncode == 0


def test_a_reader_of_many_texts_goes_away(run_zhgen, prompts):
    """`--prompts … | head -n 1` ends without a word."""
    process = run_zhgen.start(
        "generate", "model", "--prompts", "prompts.txt", "-n", 50, "--samples", 2000, "-q", cwd=prompts.parent
    )
    process.stdin.close()
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), said) == (0, b"")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_batch_that_is_stopped_goes_on(run_zhgen, zhgen, prompts, end):
    """After Ctrl-C, and after kill -9, what is written is whole, and --resume gives the bytes of a run of its own."""
    arguments = ("generate", "model", "--prompts", "prompts.txt", "-n", 40, "--samples", 12, "--batch-size", 4, "-o")
    assert zhgen(*arguments, "whole.jsonl")[0] == 0
    path, whole = prompts.parent / "t.jsonl", (prompts.parent / "whole.jsonl").read_bytes()
    process = run_zhgen.start(*arguments, "t.jsonl", cwd=prompts.parent)
    while not (path.exists() and path.stat().st_size) and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(end)
    stderr = process.communicate(timeout=60)[1].decode()
    there = path.read_bytes()
    assert whole.startswith(there)
    assert len(there) < len(whole)
    assert there.endswith(b"\n")
    if end == signal.SIGINT:
        assert process.returncode == 130
        assert stderr.endswith(
            "What is written is whole; the same command with --resume writes what is missing.\n\nzhgen: Interrupted.\n"
        )
    code, _, said = zhgen(*arguments, "t.jsonl", "--resume")
    assert (code, path.read_bytes()) == (0, whole)
    assert re.fullmatch(r"t\.jsonl: [\d,]+ texts? there before, [\d,]+ texts? written, [\d,]+ words", said.splitlines()[-1])


@pytest.mark.parametrize("name", ["words.txt", "model/config.json"])
def test_an_input_is_not_replaced(model, zhgen, name, tmp_path):
    """Neither a list of words nor a part of the model, with --force too."""
    (tmp_path / "words.txt").write_text("今天\n我们\n", "utf-8")
    output = tmp_path / "words.txt" if name == "words.txt" else model / "config.json"
    before = output.read_bytes()
    code, _, stderr = zhgen("generate", model, "--lexicon", tmp_path / "words.txt", "-o", output, "--force", "-n", 3)
    assert (code, output.read_bytes()) == (2, before)
    assert "is the input" in stderr


def test_a_name_that_is_too_long_is_refused(refuses, model):
    """By the system's reason, in a sentence."""
    assert "File name too long" in refuses("generate", model, "-n", 1, "-o", "a" * 300)


def test_a_text_without_words_leaves_no_empty_line(model, zhgen):
    """What is to stop at its first word prints nothing."""
    first = zhgen("generate", model, "-n", 1)[1].strip()
    assert zhgen("generate", model, "--stop", first)[1] == ""


def test_a_closed_stdin_is_refused(zhgen, model, monkeypatch):
    """Prompts cannot come from it."""
    monkeypatch.setattr(sys, "stdin", None)
    for option in ("--prompts", "--prompt"):
        code, _, stderr = zhgen("generate", model, option, "-")
        assert (code, stderr) == (2, "zhgen: Stdin is closed. Give a file, or a text on the command line.\n")
