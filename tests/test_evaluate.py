"""`zhgen evaluate` on a model and texts."""

import json
import subprocess
import sys

import pytest


@pytest.fixture
def here(trained, zhgen, monkeypatch, tmp_path):
    """Run the command in the folder with the small model; `test.txt` there is a text of two paragraphs."""
    monkeypatch.chdir(trained)
    (trained / "test.txt").write_text("今天我们学习语文今天\n我们学习语文史\n", "utf-8")
    return zhgen


def test_a_table_on_a_terminal(here):
    """The figures are tables on stdout; stderr is quiet."""
    code, stdout, stderr = here("evaluate", "models/tiny", "test.txt")
    lines = stdout.splitlines()
    assert (code, stderr) == (0, "")
    assert lines[0] == "models/tiny on test.txt: 10 pieces, 19 characters, 1 of them never seen"
    assert lines[2].split()[0] == "perplexity"
    assert [line.split("  ")[0] for line in lines[3:]].index("unigram") >= 1


def test_one_json_document(here):
    """With --json stdout is one document with the same figures, Chinese as it is, and nothing that is not JSON."""
    code, stdout, stderr = here("evaluate", "models/tiny", "test.txt", "--json")
    figures = json.loads(stdout, parse_constant=pytest.fail)
    assert (code, stderr) == (0, "")
    assert figures["model"] == "models/tiny"
    assert (figures["pieces"], figures["chars"], figures["unseen_chars"]) == (10, 19, 1)
    assert set(figures) >= {"perplexity", "bits_per_char", "top1", "top5", "mrr", "mean_cosine", "top1_cosine", "seconds"}


def test_alone(here):
    """With --alone the model's own figures are the same and nothing stands beside them; it does not go with --text."""
    figures, whole = (json.loads(here("evaluate", "models/tiny", "test.txt", "--json", *more)[1]) for more in (["--alone"], []))
    assert (figures["baselines"], figures["mixtures"]) == ({}, {})
    assert figures["perplexity"] == whole["perplexity"]
    assert figures["by_frequency"] == whole["by_frequency"] != []
    code, _, said = here("evaluate", "--text", "test.txt", "--against", "tiny.seg.txt", "--alone")
    assert (code, said) == (2, "zhgen: --alone goes with a model. Leave it out.\n")


def test_what_is_warned_of_goes_to_stderr(here):
    """A warning leaves stdout to the figures, and -q does without it."""
    code, stdout, stderr = here("evaluate", "models/tiny", "tiny.seg.txt", "--json")
    assert (code, json.loads(stdout)["pieces"]) == (0, 808)
    assert stderr.startswith("Warning: The model was trained on tiny.seg.txt")
    assert here("evaluate", "models/tiny", "tiny.seg.txt", "--json", "-q")[2] == ""


def test_several_texts_and_stdin(trained, run_zhgen):
    """`-` is a raw text from stdin, beside others."""
    done = run_zhgen("evaluate", "models/tiny", "tiny.seg.txt", "-", "--json", cwd=trained, stdin="今天我们\n".encode())
    assert [text["pieces"] for text in json.loads(done.stdout)["texts"]] == [808, 3]


def test_evaluating_imports_nothing_that_trains(here, trained):
    """With TensorFlow, Keras and gensim out of reach a model is evaluated all the same."""
    code = """
import sys
for name in ("tensorflow", "keras", "gensim"):
    sys.modules[name] = None
from zhgen.cli import main
main(["evaluate", "models/tiny", "test.txt", "--json"])
"""
    run = subprocess.run((sys.executable, "-c", code), cwd=trained, capture_output=True, encoding="utf-8", check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout)["pieces"] == 10


@pytest.mark.parametrize("kind", ["missing", "directory", "empty", "jpeg", "gbk", "utf16", "blank"])
def test_a_text_that_cannot_be_used_is_refused(refuses, bad_inputs, tiny_model, kind):
    """A text that is none is refused by name, raw or segmented, with nothing on stdout."""
    assert kind in refuses("evaluate", tiny_model, bad_inputs[kind])
    raw = bad_inputs[kind].with_name(f"{kind}.txt")
    if bad_inputs[kind].exists():
        bad_inputs[kind].rename(raw)
    if kind not in ("gbk", "utf16"):  # a raw text may be in these
        assert kind in refuses("evaluate", tiny_model, raw, "--json")


@pytest.mark.parametrize(("kind", "encoding"), [("gbk", "GB18030"), ("utf16", "UTF-16")])
def test_a_raw_text_in_another_encoding_is_read(zhgen, bad_inputs, tiny_model, kind, encoding):
    """Its encoding is found out and said."""
    raw = bad_inputs[kind].rename(bad_inputs[kind].with_name("raw.txt"))
    code, _, stderr = zhgen("evaluate", tiny_model, raw, "--alone")
    assert code == 0
    assert f"raw.txt is read as {encoding}.\n" in stderr


def test_what_is_no_model_is_refused(refuses, tmp_path):
    """Nothing, a file and an empty folder are no models."""
    (tmp_path / "a.txt").write_text("今天\n", "utf-8")
    (tmp_path / "folder").mkdir()
    assert refuses("evaluate", "models/novel", "a.txt").startswith("There is no model models/novel.")
    assert refuses("evaluate", "a.txt", "a.txt").startswith("a.txt is not a model")
    assert refuses("evaluate", "folder", "a.txt").startswith("folder is not a model")


def test_a_model_and_no_text_are_refused(refuses, tiny_model):
    """Without a text, and without anything, the way out is said."""
    assert refuses("evaluate", tiny_model).startswith(f"There is no text to evaluate {tiny_model} on.")
    assert "zhgen evaluate models/novel" in refuses("evaluate")
