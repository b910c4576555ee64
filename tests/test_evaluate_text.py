"""`zhgen evaluate --text`, typed."""

import json

import pytest


@pytest.fixture
def texts(write_text, tmp_path):
    """Return a corpus and a text of four words that repeat."""
    write_text(tmp_path / "corpus.txt", 40)
    write_text(tmp_path / "text.txt", 4)
    return "--text", "text.txt", "--against", "corpus.txt"


def test_a_table_on_stdout(zhgen, texts):
    """The table and the sentences go to stdout; -q leaves nothing on stderr."""
    code, stdout, stderr = zhgen("evaluate", *texts, "-q")
    assert (code, stderr) == (0, "")
    assert stdout.startswith("text.txt: 404 pieces in 4 paragraphs\nhuman text: the last 5% of corpus.txt, 202 pieces\n")


def test_one_json_document(zhgen, texts):
    """--json prints the measures of the text, and beneath `human` those of the human text."""
    code, stdout, _ = zhgen("evaluate", *texts, "--json")
    figures = json.loads(stdout)
    assert code == 0
    assert figures["name"] == "text.txt"
    assert figures["pieces"] == 404
    assert figures["human"]["pieces"] == 202
    assert figures["longest_copy"]["corpus_paragraph"] == 1


def test_what_does_not_go_together_is_refused(refuses, texts):
    """Options of one kind of evaluation with those of the other are refused by name, and missing ones too."""
    assert refuses("evaluate", "--text", "text.txt").startswith("--text needs --against.")
    assert refuses("evaluate", *texts, "models/novel").startswith("--text is measured without a model, and models/novel")
    assert refuses("evaluate", "models/novel", "text.txt", "--human", "a.txt").startswith("--human goes with --text alone.")
    refused = refuses("evaluate", *texts, "--human", "text.txt", "--validation-split", "0.1")
    assert refused.startswith("--validation-split holds nothing out where --human is given.")


def test_bad_inputs_are_refused(refuses, texts, bad_inputs):
    """A text, a corpus or a human text that cannot be used is refused in one line."""
    for path in bad_inputs.values():
        assert refuses("evaluate", "--text", path, "--against", "corpus.txt")
        assert refuses("evaluate", "--text", "text.txt", "--against", path)
        assert refuses("evaluate", *texts, "--human", path)
