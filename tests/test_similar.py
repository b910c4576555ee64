"""`zhgen similar`."""

import gzip
import json

import numpy as np
import pytest

from zhgen.vectors.binary import write_vectors
from zhgen.vectors.table import Table

WORDS = ("国王", "王后", "男", "女", "坏")
VECTORS = np.array([[1, 0, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0], [np.nan, 0, 0]], dtype=np.float32)


@pytest.fixture
def here(zhgen, tmp_path):
    """Run the command in a folder with a small file of vectors, one row of which cannot be used."""
    write_vectors(tmp_path / "court.bin", Table(WORDS, VECTORS))
    return zhgen


def test_a_list_for_each_word(here):
    """Under each word the words nearest to it with their cosines; what was left out of the file is told on stderr."""
    code, stdout, stderr = here("similar", "court.bin", "男", "女", "-n", 2)
    assert code == 0
    assert stdout.splitlines() == [
        *("男", "  cosine  word", "   0.707  国王", "   0.000  王后"),
        "",
        *("女", "  cosine  word", "   0.707  王后", "   0.000  国王"),
    ]
    assert stderr == ("Warning: court.bin has rows that cannot be used: 1 with NaN or infinite numbers. They are left out.\n")


@pytest.mark.parametrize("typed", [["国王", "-", "男", "+", "女"], ["国王 - 男 + 女"], ["国王", "-男", "+女"], ["国王-男+女"]])
def test_an_analogy_as_it_is_typed(here, typed):
    """With or without quotes, with or without spaces; options may stand behind it."""
    code, stdout, _ = here("similar", "court.bin", *typed, "--top", 1)
    assert (code, stdout.splitlines()[0], stdout.split()[-1]) == (0, "国王 - 男 + 女", "王后")


def test_as_json(here):
    """One document with every question and its answer."""
    code, stdout, stderr = here("similar", "court.bin", "国王 - 男 + 女", "男", "--json", "-n", 1, "-q")
    assert (code, stderr) == (0, "")
    assert json.loads(stdout) == {
        "vectors": "court.bin",
        "answers": [
            {"query": "国王 - 男 + 女", "nearest": [{"word": "王后", "cosine": pytest.approx(0.958569, abs=1e-6)}]},
            {"query": "男", "nearest": [{"word": "国王", "cosine": pytest.approx(0.707107, abs=1e-6)}]},
        ],
    }


def test_a_model(here, trained):
    """Its words come with their counts, from the table it writes with or from that of word2vec."""
    model = trained / "models" / "tiny"
    learnt = json.loads(here("similar", model, "今天", "--json")[1])
    word2vec = json.loads(here("similar", model, "今天", "--json", "--table", "word2vec")[1])
    assert learnt["vectors"] == f"{model} (learnt table)"
    for answers in (learnt, word2vec):
        (answer,) = answers["answers"]
        assert sorted(fact["word"] for fact in answer["nearest"]) == sorted(["</s>", "我们", "学习", "语文"])
        assert {fact["count"] for fact in answer["nearest"]} == {190, 8}
    assert learnt["answers"] != word2vec["answers"]
    lines = here("similar", model, "今天", "-n", 1)[1].splitlines()
    assert lines[1] == "  cosine      count  word"


def test_text_and_gzip(here, tmp_path):
    """A file in the text form, gzipped, is read too, and --limit takes its first rows alone."""
    text = "4 2\n甲 1 0\n乙 1 1\n丙 0 1\n丁 1 0.1\n"
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text.encode()))
    assert here("similar", "a.txt.gz", "甲", "-n", 1)[1].split()[-1] == "丁"
    assert here("similar", "a.txt.gz", "甲", "-n", 1, "--limit", 3)[1].split()[-1] == "乙"


def test_a_word_that_is_spelled(here):
    """With --spell the mean of the characters stands for 男女, which is said."""
    code, stdout, stderr = here("similar", "court.bin", "男女", "--spell", "-n", 1)
    assert (code, stdout.splitlines()[-1]) == (0, "   0.500  国王")
    assert stderr.splitlines()[-1] == "男女: not there, the mean of the characters stands for it."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["court.bin", "国后", "男女"],
            "court.bin has no '国后', '男女'. Written alike are, for 国后: 国王 王后; 男女: 男 女.",
        ),
        (["court.bin"], "Missing argument"),
        (["court.bin", "-"], "There is no word"),
        (["court.bin", "国王", "-"], "A word is missing after the last sign."),
        (["court.bin", "国王", "+", "-", "男"], "Two signs follow each other"),
        (["court.bin", "男", "--tpo", "3"], "No such option '--tpo'"),
        (["court.bin", "男", "-x"], "No such option '-x'"),
        (["court.bin", "男", "--top", "0"], "--top must be at least 1"),
        (["nothing", "男"], "There is no file nothing"),
        ([".", "男"], "is not a model"),
    ],
)
def test_what_cannot_be_answered_is_refused(here, refuses, arguments, said, capfd):
    """In one line, by name, with the way out."""
    assert said in refuses("similar", *arguments, *(["-q"] if "-q" not in arguments else []))


@pytest.mark.parametrize("kind", ["missing", "directory", "empty", "jpeg", "gbk"])
def test_files_that_are_no_vectors_are_refused(refuses, bad_inputs, kind):
    """By name."""
    assert kind in refuses("similar", bad_inputs[kind], "今天")
