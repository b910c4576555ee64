"""`zhgen next`."""

import json

import pytest

from zhgen.cli.next import table
from zhgen.generation.generator import Generator


def test_a_table(zhgen, tiny_model):
    """A line a word, the likeliest first, with its probability and its cosine."""
    code, stdout, stderr = zhgen("next", tiny_model, "--prompt", "今天", "-n", 2)
    assert (code, stderr) == (0, "")
    header, first, _ = stdout.splitlines()
    assert header == "no.  probability  cosine  word"
    assert first.split()[::3] == ["1", "我们"]


def test_as_json(zhgen, tiny_model, tiny_bundle):
    """One document with what the library says; the probabilities of all come to 1, and a paragraph's end is a line's end."""
    code, stdout, _ = zhgen("next", tiny_model, "--prompt", "今天", "--json", "-q")
    document = json.loads(stdout)
    found = Generator(tiny_bundle).next("今天")
    assert (code, document["prompt"]) == (0, "今天")
    assert sum(one["probability"] for one in document["candidates"]) == pytest.approx(1, abs=1e-4)
    for rank, (one, candidate) in enumerate(zip(document["candidates"], found, strict=True), start=1):
        assert one == {
            "rank": rank,
            "word": "\n" if candidate.piece == "</s>" else candidate.piece,
            "probability": pytest.approx(candidate.probability, rel=1e-5),
            "cosine": pytest.approx(candidate.cosine, abs=1e-6),
        }
    assert "\n" in {one["word"] for one in document["candidates"]}


def test_what_cannot_be_seen_is_named():
    """A paragraph's end and a space among words, and probabilities however small they are."""
    facts = [
        {"rank": 1, "word": "\n", "probability": 0.9, "cosine": 0.5},
        {"rank": 2, "word": " ", "probability": 0.000012345, "cosine": -0.25},
    ]
    assert table(facts).splitlines() == [
        "no.  probability  cosine  word",
        "  1       90.00%   0.500  ¶ (a paragraph's end)",
        "  2      0.0012%  -0.250  ' '",
    ]


def test_what_is_never_read_is_told(zhgen, tiny_model):
    """On stderr, in a line."""
    _, _, stderr = zhgen("next", tiny_model, "--prompt", "今天😀", "-n", 1)
    assert stderr == "Warning: The model has never seen 😀 and passes over it.\n"


def test_with_other_words(zhgen, tiny_model, tmp_path):
    """Only words of the list come, and the paragraph's end."""
    (tmp_path / "words.txt").write_text("我们\n今天\n", "utf-8")
    _, stdout, stderr = zhgen("next", tiny_model, "--lexicon", "words.txt", "--json")
    assert {one["word"] for one in json.loads(stdout)["candidates"]} == {"我们", "今天", "\n"}
    assert stderr == "words.txt: 2 words the model knows.\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--top", "0"], "--top must be at least 1"),
        (["--lexicon", "nothing.txt"], "There is no file nothing.txt"),
        (["--vectors", "nothing.bin"], "There is no file nothing.bin"),
        (["--prompt", "\udcff"], "not UTF-8"),
    ],
)
def test_what_is_refused(refuses, tiny_model, options, said):
    """In one line."""
    assert said in refuses("next", tiny_model, *options)
