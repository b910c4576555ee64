"""`zhgen info`."""

import json

import pytest


@pytest.fixture
def here(trained, zhgen, monkeypatch):
    """Run the command in the folder with the small model, its text and its vectors."""
    monkeypatch.chdir(trained)
    return zhgen


def rows(stdout):
    """Return what is printed, by name."""
    return dict(line.split("  ", 1) for line in stdout.splitlines())


def test_info_on_a_model(here):
    """A model tells its recipe, its sizes and its corpus, a line each, the values below one another."""
    code, stdout, stderr = here("info", "models/tiny")
    assert (code, stderr) == (0, "")
    lines = stdout.splitlines()
    width = len("validation perplexity  ")
    for name, value in {"kind": "model", "vector size": "6", "recipe": "default", "corpus": "tiny.seg.txt"}.items():
        assert f"{name:{width}}{value}" in lines
    assert ["word2vec", "learnt"] in [line.split() for line in lines]


def test_info_on_a_segmented_text(here):
    """A segmented text tells how long it is; large numbers have commas."""
    code, stdout, stderr = here("info", "tiny.seg.txt")
    assert (code, stderr) == (0, "")
    assert [line.split() for line in stdout.splitlines()] == [
        ["kind", "segmented", "text"],
        ["paragraphs", "8"],
        ["words", "800"],
        ["distinct", "words", "4"],
        ["characters", "1,600"],
        ["most", "frequent", "今天", "我们", "学习", "语文"],
        ["made", "by", "unknown:", "there", "is", "no", ".seg.json", "beside", "it"],
    ]


def test_info_on_vectors(here):
    """A file of vectors tells its rows, its dimensions and its first words."""
    code, stdout, stderr = here("info", "tiny.vectors.bin")
    assert (code, stderr) == (0, "")
    assert [line.split() for line in stdout.splitlines()] == [
        ["kind", "word", "vectors,", "binary", "word2vec", "format"],
        ["rows", "5"],
        ["usable", "words", "5"],
        ["left", "out", "nothing"],
        ["vector", "size", "6"],
        ["first", "words", "</s>", "今天", "我们", "学习", "语文"],
        ["bytes", "157"],
        [],
        ["directions", "in", "use", "2.6"],
        ["variance", "in", "ten", "directions", "100.0%"],
        ["median", "cosine", "to", "the", "nearest", "0.417"],
        ["mean", "cosine", "of", "two", "words", "0.091"],
        ["words", "whose", "nearest", "was", "sought", "5"],
        ["rows", "equal", "to", "another", "0"],
        ["rows", "of", "zeros", "0"],
        [],
        stdout.splitlines()[-1].split(),
    ]
    assert stdout.endswith("at random have a cosine of 0.09: the words lie all around, and cosines tell them apart.\n")


@pytest.mark.parametrize("path", ["models/tiny", "tiny.seg.txt", "tiny.vectors.bin"])
def test_info_as_json(here, path):
    """With --json the same facts are one JSON document, with numbers as numbers and Chinese as it is."""
    code, stdout, stderr = here("info", path, "--json")
    assert (code, stderr) == (0, "")
    facts = json.loads(stdout)
    names = [name for name in facts if name != "tables"]
    plain = here("info", path)[1].split("\n\n")[0]
    assert [line[: max(map(len, names))].strip().replace(" ", "_") for line in plain.splitlines()] == names
    assert isinstance(facts["words" if "words" in facts else "rows"], int)
    assert "\\u" not in stdout


@pytest.mark.parametrize("kind", ["missing", "directory", "empty", "jpeg", "gbk"])
def test_what_is_nothing_of_ours_is_refused(refuses, bad_inputs, kind):
    """What is no model, text or vectors is refused by name, whatever it is called."""
    assert kind in refuses("info", bad_inputs[kind])
    other = bad_inputs[kind].with_name(f"{kind}.bin")
    if bad_inputs[kind].exists():
        bad_inputs[kind].rename(other)
    assert kind in refuses("info", other)
